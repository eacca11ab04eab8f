import Testing
import UrrEngine
import UrrPlatform

struct TraceHeaderTests {
    private static let random = IndexedRandom(seed: 1, stream: "headers")

    private static func header(_ number: UInt64, runTag: UInt32) -> TraceHeader {
        let bits = { (field: UInt64) in random[number * 8 + field] }
        return TraceHeader(
            intended: Nanoseconds(bits(0) >> 2), sent: Nanoseconds(bits(1) >> 2), sequence: bits(2),
            keyIndex: UInt32(truncatingIfNeeded: bits(3)),
            producer: UInt16(truncatingIfNeeded: bits(4)),
            segment: UInt8(truncatingIfNeeded: bits(5)), runTag: runTag)
    }

    private static func bytes(_ header: TraceHeader) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: TraceHeader.byteCount) { buffer, count in
            header.write(to: buffer.baseAddress!)
            count = TraceHeader.byteCount
        }
    }

    private static func read(_ bytes: [UInt8]) -> TraceHeader {
        bytes.withUnsafeBytes { TraceHeader(reading: $0.baseAddress!) }
    }

    @Test func everyFieldComesBack() {
        for number in 0..<500 as Range<UInt64> {
            let written = Self.header(number, runTag: 99)
            let read = Self.read(Self.bytes(written))
            #expect(read.isIntact(runTag: 99))
            #expect(read.intended == Nanoseconds(Self.random[number * 8] >> 2))
            #expect(read.sent == Nanoseconds(Self.random[number * 8 + 1] >> 2))
            #expect(read.sequence == Self.random[number * 8 + 2])
            #expect(read.keyIndex == UInt32(truncatingIfNeeded: Self.random[number * 8 + 3]))
            #expect(read.producer == UInt16(truncatingIfNeeded: Self.random[number * 8 + 4]))
            #expect(read.segment == UInt8(truncatingIfNeeded: Self.random[number * 8 + 5]))
        }
    }

    @Test func extremesComeBack() {
        let header = TraceHeader(
            intended: .min, sent: .max, sequence: .max, keyIndex: .max, producer: .max,
            segment: .max, runTag: .max)
        let read = Self.read(Self.bytes(header))
        #expect(read.intended == .min && read.sent == .max && read.sequence == .max)
        #expect(read.keyIndex == .max && read.producer == .max && read.segment == .max)
        #expect(read.isIntact(runTag: .max))
    }

    @Test func theLayoutIsTheDrawnOne() {
        let header = TraceHeader(
            intended: 0x0102, sent: 0x0304, sequence: 0x0506, keyIndex: 0x0708_090a,
            producer: 0x0b0c, segment: 0x0d, runTag: 0x0e0f_1011)
        let bytes = Self.bytes(header)
        #expect(bytes[0] == 0x02 && bytes[1] == 0x01)
        #expect(bytes[8] == 0x04 && bytes[9] == 0x03)
        #expect(bytes[16] == 0x06 && bytes[17] == 0x05)
        #expect(Array(bytes[24..<28]) == [0x0a, 0x09, 0x08, 0x07])
        #expect(Array(bytes[28..<32]) == [0x0c, 0x0b, 0x0d, 1])
        #expect(Array(bytes[32..<36]) == [0x11, 0x10, 0x0f, 0x0e])
    }

    @Test func everyFlippedBitIsFound() {
        var missed: [String] = []
        for number in 0..<300 as Range<UInt64> {
            let intact = Self.bytes(Self.header(number, runTag: 7))
            for bit in 0..<TraceHeader.byteCount * 8 {
                var damaged = intact
                damaged[bit / 8] ^= 1 << UInt8(bit % 8)
                if Self.read(damaged).isIntact(runTag: 7) {
                    missed.append("header \(number), bit \(bit)")
                }
            }
        }
        #expect(missed == [])
    }

    @Test func exchangedAndClearedWordsAreFound() {
        for number in 0..<300 as Range<UInt64> {
            let intact = Self.bytes(Self.header(number, runTag: 7))
            for first in 0..<4 {
                var cleared = intact
                cleared.replaceSubrange(
                    first * 8..<first * 8 + 8, with: repeatElement(0, count: 8))
                #expect(!Self.read(cleared).isIntact(runTag: 7))
                for second in 0..<first {
                    var exchanged = intact
                    for byte in 0..<8 { exchanged.swapAt(first * 8 + byte, second * 8 + byte) }
                    #expect(!Self.read(exchanged).isIntact(runTag: 7))
                }
            }
        }
    }

    @Test func messagesOfAnotherRunAreForeign() {
        for number in 0..<300 as Range<UInt64> {
            let header = Self.header(number, runTag: UInt32(number))
            #expect(header.isIntact(runTag: UInt32(number)))
            #expect(!header.isIntact(runTag: UInt32(number) + 1))
        }
    }
}
