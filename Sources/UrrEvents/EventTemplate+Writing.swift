extension EventTemplate {
    /// Writes a message of `byteCount` bytes (at least `smallestByteCount`) to `target`: the form
    /// with these fields, `trace` (40 bytes) as digits, and fill.
    @inlinable
    @inline(__always)
    public borrowing func write(
        _ fields: EventFields, trace source: UnsafeRawPointer, byteCount: Int,
        to target: UnsafeMutableRawPointer
    ) {
        target.copyMemory(from: body, byteCount: bodyByteCount)
        Self.writeTrace(source, to: target + Self.traceStart)
        Self.writeNumber(fields.entity, at: entity, in: target)
        Self.writeNumber(fields.saga, at: saga, in: target)
        Self.writeNumber(fields.user, at: user, in: target)
        if amount >= 0 {
            Digits.writeDecimal(fields.amount, width: Self.amountWidth, to: target + amount)
        }
        if time >= 0 {
            Digits.writeDecimal(fields.timestamp, width: Self.timeWidth, to: target + time)
        }
        let end = Self.end.utf8CodeUnitCount
        let fill = byteCount &- bodyByteCount &- end
        (target + bodyByteCount).initializeMemory(as: UInt8.self, repeating: Self.fill, count: fill)
        (target + (byteCount &- end)).copyMemory(from: Self.end.utf8Start, byteCount: end)
    }

    /// The byte that fills messages up: `x`.
    @usableFromInline static var fill: UInt8 { 0x78 }

    @inlinable
    @inline(__always)
    static func writeTrace(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
        var word = 0
        while word < traceByteCount / 4 {
            let value = source.loadUnaligned(fromByteOffset: word &* 4, as: UInt32.self)
            target.storeBytes(
                of: Digits.hexadecimal(value), toByteOffset: word &* 8, as: UInt64.self)
            word &+= 1
        }
    }

    @inlinable
    @inline(__always)
    static func writeNumber(_ value: UInt64, at offset: Int, in target: UnsafeMutableRawPointer) {
        guard offset >= 0 else { return }
        let high = Digits.hexadecimal(UInt32(truncatingIfNeeded: value &>> 32))
        let low = Digits.hexadecimal(UInt32(truncatingIfNeeded: value))
        target.storeBytes(of: high, toByteOffset: offset, as: UInt64.self)
        target.storeBytes(of: low, toByteOffset: offset &+ 8, as: UInt64.self)
    }
}
