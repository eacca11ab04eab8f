import Synchronization
import UrrPlatform

/// Turns the index and generation of a record into a receipt handle and back: a bijection of 64
/// bits, keyed with the queue. The handle of another queue and random bytes decode to an index and
/// a generation that were, all but certainly, never given out.
struct HandleCode {
    private static let queues = Atomic<UInt64>(0)
    private let key: UInt64

    /// A code like no other queue's of this process.
    init(seed: UInt64) {
        // Relaxed: only the number counts.
        let number = Self.queues.wrappingAdd(1, ordering: .relaxed).newValue
        key = mix64(seed ^ mix64(number))
    }

    @inline(__always)
    func encode(index: UInt32, generation: UInt32) -> ReceiptHandle {
        ReceiptHandle(rawValue: mix64((UInt64(index) &<< 32 | UInt64(generation)) ^ key))
    }

    @inline(__always)
    func decode(_ handle: ReceiptHandle) -> (index: UInt32, generation: UInt32) {
        let value = Self.unmix(handle.rawValue) ^ key
        return (UInt32(value &>> 32), UInt32(truncatingIfNeeded: value))
    }

    /// The inverse of `mix64`: shifts undone, and the inverses of its multipliers modulo 2^64.
    @inline(__always)
    private static func unmix(_ value: UInt64) -> UInt64 {
        var z = value ^ (value &>> 31) ^ (value &>> 62)
        z = z &* 0x3196_42b2_d24d_8ec3
        z = z ^ (z &>> 27) ^ (z &>> 54)
        z = z &* 0x96de_1b17_3f11_9089
        return z ^ (z &>> 30) ^ (z &>> 60)
    }
}
