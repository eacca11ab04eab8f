/// A 64-bit number that is written as a decimal string, because a JSON number is exact only up to
/// 2^53 in most readers. Reading also takes a plain number.
public struct DecimalUInt64: Codable, Sendable, Equatable, ExpressibleByIntegerLiteral {
    /// The number.
    public var value: UInt64

    /// Wraps `value`.
    public init(_ value: UInt64) { self.value = value }

    /// A literal number.
    public init(integerLiteral value: UInt64) { self.value = value }

    /// Reads a decimal string or a number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(UInt64.self) {
            value = number
            return
        }
        let text = try container.decode(String.self)
        guard let number = UInt64(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is not a number in 0..<2^64")
        }
        value = number
    }

    /// Writes a decimal string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(value))
    }
}
