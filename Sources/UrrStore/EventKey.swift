/// The identity of an event: what a consumer that must not handle twice looks up before handling
/// and records after it. 128 bits, exact (no hash of anything longer): the engine puts the stream
/// of the producer in one half and the number of the event within it in the other.
public struct EventKey: Hashable, Sendable {
    /// Upper half: whose event.
    public let high: UInt64
    /// Lower half: which one.
    public let low: UInt64

    /// The key of event `low` of `high`.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Bytes of the text form: 32 lower-case hexadecimal digits.
    public static let textByteCount = 32

    /// Writes the text form, as databases hold it, to `textByteCount` bytes at `target`.
    public func writeText(to target: UnsafeMutablePointer<UInt8>) {
        Self.writeDigits(of: high, to: target)
        Self.writeDigits(of: low, to: target + 16)
    }

    /// The key of a text form of `textByteCount` bytes; nil where it is none.
    public init?(text: UnsafePointer<UInt8>) {
        guard let high = Self.value(of: text), let low = Self.value(of: text + 16) else {
            return nil
        }
        self.init(high: high, low: low)
    }

    private static func writeDigits(of value: UInt64, to target: UnsafeMutablePointer<UInt8>) {
        for place in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * place)) & 15
            target[place] = digit < 10 ? 48 + digit : 87 + digit
        }
    }

    private static func value(of text: UnsafePointer<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for place in 0..<16 {
            let byte = text[place]
            switch byte {
            case 48...57: value = value << 4 | UInt64(byte - 48)
            case 97...102: value = value << 4 | UInt64(byte - 87)
            default: return nil
            }
        }
        return value
    }
}
