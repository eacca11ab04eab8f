import Testing
import UrrLog
import UrrPlatform

/// The end of the ring: every capacity, every place where a record can start, every length.
@Suite struct WrapTests {
    @Test(arguments: [AppenderKind.exclusive, .shared], [WhenFull.backpressure, .overwrite])
    func everyStartAndLength(_ kind: AppenderKind, _ whenFull: WhenFull) throws {
        for capacity in [64, 128, 256] {
            for records in [1, 2, 4, 32] {
                let longest = capacity / 2 - 16
                for first in stride(from: 0, through: longest, by: kind == .shared ? 5 : 7) {
                    for second in stride(from: 0, through: longest, by: 11) {
                        try roundTrip(
                            smallLog(
                                data: capacity, records: records, maximum: longest, kind, whenFull),
                            [first, second, longest, 0, 1])
                    }
                }
            }
        }
    }

    /// Appends records of the lengths in turn over several laps; each is read back as it was.
    private func roundTrip(_ configuration: LogConfiguration, _ lengths: [Int]) throws {
        let log = try PartitionLog(configuration)
        let appender = try AnyAppender(log)
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        var position = 0
        for round in 0..<3 * lengths.count {
            let length = lengths[round % lengths.count]
            let payload = (0..<length).map { UInt8(truncatingIfNeeded: round &* 31 &+ $0) }
            guard appender.append(payload, keyHash: UInt32(round)) == .appended else {
                Issue.record("round \(round) of \(lengths) is refused")
                return
            }
            let seen = reader.take(4)
            let expected = SeenRecord(
                offset: Offset(round), time: 0, keyHash: UInt32(round), payload: payload)
            if seen != [expected] || !reader.commit(Offset(round + 1)) {
                Issue.record("round \(round) of \(lengths) came as \(seen)")
                return
            }
            position += length
        }
    }

    /// A claim that had to go to the start of the ring and is dropped: what comes next is found.
    @Test func droppedClaimAtTheEndOfTheRing() throws {
        let log = try PartitionLog(smallLog(data: 256, records: 32, maximum: 112))
        let appender = try log.makeExclusiveAppender()
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        let any = AnyAppender.exclusive(appender)
        #expect(any.append([UInt8](repeating: 1, count: 112)) == .appended)
        #expect(any.append([UInt8](repeating: 2, count: 48)) == .appended)
        #expect(reader.take(2).count == 2)
        #expect(reader.commit(2))
        #expect(appender.claim(byteCount: 112) != nil)
        #expect(appender.abort())
        #expect(!appender.abort())
        #expect(any.append([3, 3]) == .appended)
        #expect(any.append([4]) == .appended)
        #expect(reader.take(5).map(\.payload) == [[3, 3], [4]])
    }

    /// Seeks to every retained offset after every append, over several laps of all rings.
    @Test(arguments: [AppenderKind.exclusive, .shared])
    func everySeek(_ kind: AppenderKind) throws {
        for records in [1, 8, 16, 64] {
            let log = try PartitionLog(smallLog(data: 1024, records: records, kind, .overwrite))
            let appender = try AnyAppender(log)
            let reader = try log.makeReader(log.attachGroup(from: .earliest))
            for round in 0..<150 {
                let payload = [UInt8](repeating: UInt8(round), count: round * 7 % 40)
                #expect(appender.append(payload, time: Nanoseconds(round)) == .appended)
                for offset in log.startOffset..<log.endOffset {
                    #expect(reader.seek(to: offset) == .moved(offset))
                    #expect(reader.take(1).map(\.offset) == [offset])
                    #expect(log.appendTime(at: offset) == Nanoseconds(offset))
                    #expect(reader.seek(toTime: Nanoseconds(offset)) == .moved(offset))
                }
                #expect(reader.seek(to: log.endOffset) == .moved(log.endOffset))
                #expect(reader.take(1).isEmpty)
            }
        }
    }
}
