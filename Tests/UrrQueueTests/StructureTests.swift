import Testing
import UrrPlatform

@testable import UrrQueue

struct StructureTests {
    /// The first entries of the published vectors of SipHash-2-4 with 128 bits: key 00...0f, input
    /// 00, 00 01, ... of growing length.
    @Test func sipHashGivesThePublishedVectors() {
        func hash(_ count: Int) -> Fingerprint {
            var sip = SipHash(key0: 0x0706_0504_0302_0100, key1: 0x0f0e_0d0c_0b0a_0908)
            let input = (0..<count).map { UInt8($0) }
            return input.withUnsafeBytes { sip.hash($0, compression: 2, finalization: 4) }
        }
        #expect(
            hash(0) == Fingerprint(low: 0xe6a8_25ba_047f_81a3, high: 0x9302_55c7_1472_f66d))
        #expect(
            hash(1) == Fingerprint(low: 0x44af_996b_d8c1_87da, high: 0x45fc_229b_1159_7634))
    }

    @Test func recordsHaveTheSizesThatAreDocumented() {
        #expect(MemoryLayout<MessageRecord>.stride == 44)
        #expect(MemoryLayout<TimerRecord>.stride == 32)
        #expect(MemoryLayout<GroupRecord>.stride == 64)
        #expect(
            WindowTable.entryWords * 4 == 24
                && MemoryLayout<WindowTable.Head>.stride == 8)
    }

    @Test func handlesAreABijection() {
        let code = HandleCode(seed: 7)
        let other = HandleCode(seed: 7)
        for value in [(1, 1), (5, 0xffff_ffff), (0xffff_ffff, 0), (123_456, 789)] {
            let pair = (index: UInt32(value.0), generation: UInt32(value.1))
            #expect(
                code.decode(code.encode(index: pair.index, generation: pair.generation)) == pair)
            #expect(
                other.decode(code.encode(index: pair.index, generation: pair.generation)) != pair)
        }
    }

    /// Every length fits its class, the classes are in order, and the loss is bounded.
    @Test func sizeClassesFit() {
        var before = (number: 0, units: 1)
        for length in 1...(1 << 20) + 8 {
            let found = BodyStore.sizeClass(length)
            let bytes = found.units * 16
            let isFine =
                bytes >= length && bytes - length < max(16, bytes / 5 + 16) && found.number < 80
                && (found == before || (found.number == before.number + 1))
            if !isFine { Issue.record("length \(length): \(found) after \(before)") }
            before = found
        }
    }

    @Test(arguments: 0...255)
    func identifiersAreVisibleASCII(byte: UInt8) {
        for (count, at) in [(1, 0), (8, 0), (8, 7), (20, 11), (20, 19)] {
            var bytes = [UInt8](repeating: 65, count: count)
            bytes[at] = byte
            #expect(bytes.withUnsafeBytes { isVisibleASCII($0) } == (33...126).contains(byte))
        }
    }

    /// Timers far and near fire in order, none early, and the wheel names the next one.
    @Test func timersFireInOrder() throws {
        var timers = try Slab<TimerRecord>(capacity: 2000)
        var wheel = TimingWheel(tick: 1000)
        var expected: [(deadline: UInt64, index: UInt32)] = []
        for number in 0..<2000 {
            let index = timers.allocate()
            let far = mix64(UInt64(number)) >> (20 + mix64(UInt64(number) + 9) % 43)
            timers.at(index).initialize(to: TimerRecord(deadline: 1001 + far))
            wheel.add(index, timers)
            expected.append((1001 + far, index))
        }
        for index in stride(from: 1, to: 2000, by: 7) { wheel.cancel(UInt32(index), timers) }
        expected.removeAll { ($0.index - 1) % 7 == 0 }
        expected.sort { ($0.deadline, $0.index) < ($1.deadline, $1.index) }
        for (deadline, index) in expected {
            #expect(wheel.nextTick! <= deadline)
            // Others of the same tick may have fired before: then the wheel is there already.
            if wheel.tick < deadline { #expect(wheel.next(dueAt: deadline - 1, timers) == 0) }
            #expect(wheel.next(dueAt: deadline, timers) == index)
        }
        #expect(wheel.count == 0)
    }
}
