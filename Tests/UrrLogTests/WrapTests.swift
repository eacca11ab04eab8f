import Testing
import UrrLog
import UrrPlatform
import UrrTestSupport

/// The end of the ring: every capacity, every place where a record can start, every length.
@Suite struct WrapTests {
    /// Exhaustive: in rings of every small size a record of every length at every place, appended
    /// in every way, and the longest one behind it. Each is where it should be, comes back as it
    /// was, and leaves the room that it took.
    @Test(arguments: [AppenderKind.exclusive, .shared], [WhenFull.backpressure, .overwrite])
    func everyStartAndLength(_ kind: AppenderKind, _ whenFull: WhenFull) throws {
        for capacity in [64, 128, 256] + (LongForm.isOn ? [512, 1024] : []) {
            let longest = capacity / 2 - 16
            // How many records there may be matters less the larger the ring.
            for records in capacity < 256 || LongForm.isOn ? [1, 2, 4, 64] : [64] {
                var ring = try Ring(
                    smallLog(data: capacity, records: records, maximum: longest, kind, whenFull))
                for start in stride(from: 0, to: capacity, by: 16) {
                    for length in 0...longest {
                        try ring.go(to: start)
                        try ring.append(length)
                        try ring.append(longest)
                    }
                }
                #expect(ring.appended > capacity * longest / 8)
            }
        }
    }

    /// A log whose reader follows at once, and where it should be.
    private struct Ring {
        private let log: PartitionLog
        private let appender: AnyAppender
        private let reader: LogReader
        private var model: LogModel
        private(set) var appended = 0

        init(_ configuration: LogConfiguration) throws {
            log = try PartitionLog(configuration)
            appender = try AnyAppender(log)
            reader = try log.makeReader(log.attachGroup(from: .earliest))
            model = LogModel(configuration)
        }

        /// Appends the smallest records until the next one starts there.
        mutating func go(to start: Int) throws {
            let smallest = model.configuration.appender == .exclusive ? 0 : 16
            while model.nextPosition % model.configuration.dataCapacity != start {
                try append(smallest)
            }
        }

        mutating func append(_ length: Int) throws {
            let seed = UInt8(truncatingIfNeeded: appended &* 31)
            let payload = (0..<length).map { seed &+ UInt8(truncatingIfNeeded: $0) }
            let key = UInt32(appended)
            let isClaim = appended % 2 == 0 && length > 0
            let result =
                isClaim
                ? appender.claim(payload, keyHash: key) : appender.append(payload, keyHash: key)
            model.append([payload], keyHash: key, time: 0)
            let seen = reader.take(4)
            let before = model.entries.last!.start
            try #require(
                result == .appended && seen == model.readable(from: Offset(appended), limit: 4),
                "record \(appended) of \(length) bytes at \(before): \(result), \(seen)")
            appended += 1
            // From the place of the oldest record that is retained to the end of this one.
            let oldest = model.bytes(from: log.startOffset)
            let bytes = log.retainedBytes
            try #require(bytes >= oldest && bytes <= model.configuration.dataCapacity)
            try #require(reader.commit(Offset(appended)))
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
