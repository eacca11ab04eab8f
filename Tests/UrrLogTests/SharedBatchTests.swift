import Testing
import UrrPlatform

@testable import UrrLog

/// Records of a shared log that are claimed together.
@Suite struct SharedBatchTests {
    private func shared(
        _ whenFull: WhenFull = .backpressure, data: Int = 2048, records: Int = 16
    ) throws -> (log: PartitionLog, appender: SharedAppender, reader: LogReader) {
        let log = try PartitionLog(smallLog(data: data, records: records, .shared, whenFull))
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        return (log, try log.makeSharedAppender(), reader)
    }

    /// Fills and commits the next `count` records with their offsets.
    private func commit(_ count: Int, of batch: inout SharedBatch) throws {
        for _ in 0..<count {
            let offset = batch.nextOffset
            try #require(batch.payload).copyBytes(from: [UInt8(truncatingIfNeeded: offset)])
            let isDone = batch.commit(keyHash: UInt32(offset), time: Nanoseconds(offset))
            #expect(isDone)
        }
    }

    private func abort(_ batch: inout SharedBatch) {
        let isDone = batch.abort()
        #expect(isDone)
    }

    @Test func comesAsAWhole() throws {
        let (log, appender, reader) = try shared()
        var batch = try #require(appender.claimBatch(count: 4, byteCount: 3))
        #expect((batch.firstOffset, batch.count) == (0, 4))
        let other = AnyAppender.shared(try log.makeSharedAppender())
        #expect(other.append([9]) == .appended)
        try commit(2, of: &batch)
        abort(&batch)
        #expect(batch.nextOffset == 3)
        #expect(reader.take(9).isEmpty)
        #expect(log.blockedOffset() == 0)
        #expect(log.appendTime(at: 0) == nil)
        try commit(1, of: &batch)
        #expect(batch.payload == nil)
        let isTaken = batch.commit(keyHash: 0, time: 0) || batch.abort()
        #expect(!isTaken)
        #expect(log.blockedOffset() == nil)
        let times = (Offset(0)..<5).map { log.appendTime(at: $0) }
        #expect(times == [0, 1, nil, 3, 0])
        let seen = reader.take(9)
        #expect(seen.map(\.offset) == [0, 1, 3, 4])
        #expect(seen.map(\.payload[0]) == [0, 1, 3, 9])
        #expect(seen.map(\.keyHash).dropLast() == [0, 1, 3])
        #expect(seen.map(\.time).dropLast() == [0, 1, 3])
        #expect(reader.aborted == 1)
    }

    /// Of a large batch each part comes as soon as it is complete.
    @Test func largeBatchComesInParts() throws {
        let (log, appender, reader) = try shared(data: 16_384, records: 256)
        for lap in Offset(0)..<4 {
            let first = lap * 150
            var batch = try #require(appender.claimBatch(count: 150, byteCount: 24))
            for offset in first..<first + 150 {
                let part = (offset - first) / 64 * 64 + first
                #expect(log.blockedOffset() == part)
                #expect(reader.position == part)
                try commit(1, of: &batch)
                for record in reader.take(1000) {
                    #expect(record.payload.count == 24)
                    #expect(record.time == record.offset)
                }
            }
            #expect(batch.payload == nil)
            #expect(reader.position == first + 150)
            #expect(reader.commit(reader.position))
        }
        #expect(reader.aborted == 0)
    }

    /// What is given up as a whole, at the end of a part and by a dead producer.
    @Test func whatIsGivenUpIsPassedOver() throws {
        let (log, appender, reader) = try shared(data: 16_384, records: 256)
        var batch = try #require(appender.claimBatch(count: 130, byteCount: 0))
        for _ in 0..<64 { abort(&batch) }
        #expect(log.blockedOffset() == 64)
        #expect(reader.take(100).isEmpty)
        #expect(reader.position == 64)
        for _ in 64..<128 {
            let isDone =
                batch.nextOffset % 2 == 0 ? batch.abort() : batch.commit(keyHash: 0, time: 5)
            #expect(isDone)
        }
        #expect(reader.take(7).map(\.offset) == [65, 67, 69])
        #expect(reader.take(100).map(\.offset) == (35..<64).map { $0 * 2 + 1 })
        abort(&batch)
        #expect(!log.abandon(offset: 129))
        #expect(log.abandon(offset: 128))
        let isTaken = batch.abort()
        #expect(!isTaken)
        #expect(reader.take(100).isEmpty)
        #expect(reader.position == 130)
        #expect(reader.aborted == 98)
        #expect(reader.seek(toTime: 0) == .moved(65))
        #expect(reader.seek(toTime: 6) == .moved(130))
    }

    /// Wherever a reader sets out, of a batch that is finished or one that will be.
    @Test(arguments: [WhenFull.backpressure, .overwrite], [false, true])
    func seeksIntoTheMiddle(_ whenFull: WhenFull, isFinished: Bool) throws {
        for offset in Offset(0)...11 {
            let (log, appender, reader) = try shared(whenFull)
            let other = AnyAppender.shared(try log.makeSharedAppender())
            for _ in 0..<2 { #expect(other.append([7]) == .appended) }
            var batch = try #require(appender.claimBatch(count: 8, byteCount: 1))
            #expect(other.append([7]) == .appended)
            if isFinished { try commit(8, of: &batch) }
            #expect(reader.seek(to: offset) == .moved(offset))
            let late = try log.makeReader(log.attachGroup(at: offset))
            if !isFinished {
                #expect(
                    reader.take(1).map(\.offset) == (offset < 2 || offset == 10 ? [offset] : []))
                try commit(8, of: &batch)
            }
            var seen = reader.position..<reader.position
            while let record = reader.take(1).first {
                #expect(record.offset == seen.upperBound)
                #expect(
                    record.payload == [(2..<10).contains(record.offset) ? UInt8(record.offset) : 7])
                seen = seen.lowerBound..<record.offset + 1
            }
            #expect(seen.upperBound == 11)
            // Of what is there a poll delivers a part, but never nothing.
            #expect((late.take(20) + late.take(20)).map(\.offset) == Array(offset..<11))
        }
    }

    /// A batch is discarded when the latest of its records has outlived its retention.
    @Test func outlivesItsLatestRecord() throws {
        let log = try PartitionLog(
            smallLog(data: 2048, records: 16, .shared, .overwrite, retentionTime: 100))
        let appender = try log.makeSharedAppender()
        for times: [Nanoseconds] in [[10, 30, 20], [40, 50, 40]] {
            var batch = try #require(appender.claimBatch(count: 3, byteCount: 8))
            for time in times {
                let isDone = batch.commit(keyHash: 0, time: time)
                #expect(isDone)
            }
        }
        appender.enforceRetention(at: 129)
        #expect(log.startOffset == 0)
        appender.enforceRetention(at: 130)
        #expect(log.startOffset == 3)
        appender.enforceRetention(at: 150)
        #expect(log.startOffset == 6)
    }

    /// Nor is any of it discarded as long as a group holds a record of it.
    @Test func isHeldAsAWhole() throws {
        let (log, appender, reader) = try shared()
        var batch = try #require(appender.claimBatch(count: 8, byteCount: 1))
        try commit(8, of: &batch)
        #expect(reader.take(5).count == 5)
        #expect(reader.commit(5))
        let other = AnyAppender.shared(appender)
        for _ in 0..<8 { #expect(other.append([7]) == .appended) }
        #expect(other.append([7]) == .full)
        #expect(log.startOffset == 0)
        #expect(reader.take(3).map(\.offset) == [5, 6, 7])
        #expect(reader.commit(8))
        #expect(other.append([7]) == .appended)
        #expect(log.startOffset == 8)
    }
}
