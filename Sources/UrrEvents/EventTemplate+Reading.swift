import Glibc

extension EventTemplate {
    /// Reads a message of this form: its fields, and its trace to `trace` (40 bytes). Nil where
    /// the message differs from the form in any byte that is not of a field, or a field is not
    /// what `write` writes: so this is also the check that a message came through undamaged, but
    /// for a digit that became another digit.
    @inlinable
    public borrowing func read(
        _ message: UnsafeRawBufferPointer, trace target: UnsafeMutableRawPointer
    ) -> EventFields? {
        guard message.count >= smallestByteCount, let base = message.baseAddress,
            matches(base), hasFill(base, byteCount: message.count),
            Self.readTrace(base + Self.traceStart, to: target),
            let entity = Self.number(at: entity, in: base),
            let saga = Self.number(at: saga, in: base),
            let user = Self.number(at: user, in: base),
            let amount = amount < 0
                ? 0 : Digits.value(decimal: base + amount, width: Self.amountWidth),
            let time = time < 0 ? 0 : Digits.value(decimal: base + time, width: Self.timeWidth)
        else { return nil }
        return EventFields(
            entity: entity, saga: saga, user: user, amount: amount, timestamp: time)
    }

    /// Whether everything that is the same in all messages of this form is as it must be. Begins
    /// behind the trace, where forms differ, and ends at the first difference.
    @inlinable
    @inline(__always)
    borrowing func matches(_ base: UnsafeRawPointer) -> Bool {
        let first = Self.traceEnd / 8
        return matches(base, words: first..<maskedWords) && matches(base, words: 0..<first)
            && matchesRest(base)
    }

    @inlinable
    @inline(__always)
    borrowing func matches(_ base: UnsafeRawPointer, words: Range<Int>) -> Bool {
        var word = words.lowerBound
        while word < words.upperBound {
            let offset = word &* 8
            let seen = base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let expected = body.load(fromByteOffset: offset, as: UInt64.self)
            let mask = mask.load(fromByteOffset: offset, as: UInt64.self)
            if (seen ^ expected) & mask != 0 { return false }
            word &+= 1
        }
        return true
    }

    /// The bytes behind the last whole word.
    @inlinable
    @inline(__always)
    borrowing func matchesRest(_ base: UnsafeRawPointer) -> Bool {
        var place = maskedWords &* 8
        while place < bodyByteCount {
            let seen = base.load(fromByteOffset: place, as: UInt8.self)
            let expected = body.load(fromByteOffset: place, as: UInt8.self)
            if (seen ^ expected) & mask.load(fromByteOffset: place, as: UInt8.self) != 0 {
                return false
            }
            place &+= 1
        }
        return true
    }

    @inlinable
    @inline(__always)
    borrowing func hasFill(_ base: UnsafeRawPointer, byteCount: Int) -> Bool {
        let endCount = Self.end.utf8CodeUnitCount
        let end = byteCount &- endCount
        guard memcmp(base + end, Self.end.utf8Start, endCount) == 0 else { return false }
        // Each byte of the fill is equal to the next one, and the first is right.
        let first = bodyByteCount
        guard end > first else { return true }
        return base.load(fromByteOffset: first, as: UInt8.self) == Self.fill
            && memcmp(base + first, base + first + 1, end &- first &- 1) == 0
    }

    @inlinable
    @inline(__always)
    static func readTrace(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) -> Bool {
        var word = 0
        while word < traceByteCount / 4 {
            let digits = source.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
            guard let value = Digits.value(hexadecimal: digits) else { return false }
            target.storeBytes(of: value, toByteOffset: word &* 4, as: UInt32.self)
            word &+= 1
        }
        return true
    }

    @inlinable
    @inline(__always)
    static func number(at offset: Int, in base: UnsafeRawPointer) -> UInt64? {
        guard offset >= 0 else { return 0 }
        guard
            let high = Digits.value(
                hexadecimal: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
            let low = Digits.value(
                hexadecimal: base.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self))
        else { return nil }
        return UInt64(high) &<< 32 | UInt64(low)
    }
}
