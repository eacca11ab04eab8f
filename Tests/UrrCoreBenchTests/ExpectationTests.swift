import Testing

@testable import UrrCoreBench

/// The closed forms against messages that were really written and summed up.
@Suite struct ExpectationTests {
    private func seen<Shape: MessageShape>(
        _ shape: Shape.Type, count: UInt64, firstTime: UInt64
    ) -> ReadTally {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: Shape.byteCount, alignment: 16)
        defer { memory.deallocate() }
        var check = StreamCheck<Shape>(nil)
        for number in 0..<count {
            Shape.write(to: memory, number, number, MessagePattern.shared.words)
            check.take(
                UnsafeRawBufferPointer(start: memory, count: Shape.byteCount),
                envelope: number &+ firstTime &+ number)
        }
        return check.tally
    }

    @Test(arguments: [1, 2, 7, 1000] as [UInt64], [0, 1_000_003] as [UInt64])
    func recordsOfEverySize(count: UInt64, firstTime: UInt64) {
        func check<Shape: MessageShape>(_ shape: Shape.Type) {
            let expected = Expectation.records(shape, count: count, firstTime: firstTime)
            #expect(expected.defect(seen(shape, count: count, firstTime: firstTime)) == nil)
            #expect(expected.defect(seen(shape, count: count + 1, firstTime: firstTime)) != nil)
            #expect(expected.defect(seen(shape, count: count, firstTime: firstTime + 1)) != nil)
        }
        check(Message16.self)
        check(Message64.self)
        check(Message256.self)
        check(Message1024.self)
    }

    @Test func pairsMayInterleaveButNotTurnRound() {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
        defer { memory.deallocate() }
        let expected = Expectation.records(Message64.self, count: 4, streams: 2)
        func defect(_ order: [(stream: UInt64, number: UInt64)]) -> String? {
            var check = PairCheck<Message64>(nil)
            for (stream, number) in order {
                Message64.write(
                    to: memory, stream << streamShift | number, number,
                    MessagePattern.shared.words)
                check.take(
                    UnsafeRawBufferPointer(start: memory, count: 64), envelope: 2 * number)
            }
            return expected.defect(check.tally)
        }
        #expect(defect([(0, 0), (0, 1), (1, 0), (1, 1)]) == nil)
        #expect(defect([(1, 0), (0, 0), (1, 1), (0, 1)]) == nil)
        #expect(defect([(0, 1), (0, 0), (1, 0), (1, 1)])?.contains("out of order") == true)
        #expect(defect([(0, 0), (0, 1), (1, 1), (1, 0)])?.contains("out of order") == true)
        #expect(defect([(0, 0), (0, 1), (1, 0)])?.contains("3 messages instead of 4") == true)
    }

    @Test func aWrongLengthIsDisorder() {
        let bytes = [UInt8](repeating: 0, count: 48)
        var check = StreamCheck<Message64>(nil)
        bytes.withUnsafeBytes { check.take($0, envelope: 0) }
        #expect(check.tally.disorder != 0)
    }
}
