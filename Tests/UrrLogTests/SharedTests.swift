import Testing
import UrrLog
import UrrPlatform

/// Claims of a shared log that are finished late, in another order, or never.
@Suite struct SharedTests {
    private func shared(
        _ whenFull: WhenFull = .backpressure
    ) throws -> (log: PartitionLog, appender: SharedAppender, reader: LogReader) {
        let log = try PartitionLog(smallLog(data: 2048, records: 16, .shared, whenFull))
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        return (log, try log.makeSharedAppender(), reader)
    }

    @Test func readersStopAtAGap() throws {
        let (log, appender, reader) = try shared()
        let first = try #require(appender.claim(byteCount: 1))
        let second = try #require(appender.claim(byteCount: 1))
        #expect((first.offset, second.offset) == (0, 1))
        second.payload[0] = 2
        #expect(appender.commit(second, keyHash: 0, time: 0))
        #expect(!appender.commit(second, keyHash: 0, time: 0))
        #expect(!appender.abort(second))
        #expect(reader.take(5).isEmpty)
        #expect(log.blockedOffset() == 0)
        #expect(log.appendTime(at: 0) == nil)
        first.payload[0] = 1
        #expect(appender.commit(first, keyHash: 0, time: 0))
        #expect(log.blockedOffset() == nil)
        #expect(reader.take(5).map(\.payload) == [[1], [2]])
    }

    @Test func abortedRecordsArePassedOver() throws {
        let (log, appender, reader) = try shared()
        let claims = try (0..<4).map { _ in try #require(appender.claim(byteCount: 3)) }
        for position in [3, 0, 2, 1] {
            let claim = claims[position]
            #expect(claim.offset == Offset(position))
            #expect(claim.payload.count == 3)
            claim.payload.copyBytes(from: [UInt8(position), 0, 0])
            if position == 2 {
                #expect(appender.abort(claim))
                #expect(!appender.abort(claim))
                #expect(!appender.commit(claim, keyHash: 0, time: 0))
            } else {
                #expect(appender.commit(claim, keyHash: UInt32(position), time: 0))
            }
        }
        var seen: [SeenRecord] = []
        #expect(reader.poll(limit: 9) { seen.append(SeenRecord($0)) } == 3)
        #expect(seen.map(\.offset) == [0, 1, 3])
        #expect(seen.map(\.payload[0]) == [0, 1, 3])
        #expect(reader.aborted == 1)
        #expect(reader.position == 4)
        #expect(log.endOffset == 4)
    }

    /// A record that is still being written is never written over, whatever the log does when full.
    @Test(arguments: [WhenFull.backpressure, .overwrite])
    func unfinishedRecordIsNotOverwritten(_ whenFull: WhenFull) throws {
        let log = try PartitionLog(smallLog(data: 2048, records: 16, .shared, whenFull))
        let slow = try log.makeSharedAppender()
        let fast = AnyAppender.shared(try log.makeSharedAppender())
        let claim = try #require(slow.claim(byteCount: 4))
        var appended = 0
        while fast.append([1]) == .appended { appended += 1 }
        #expect(appended == 15)
        claim.payload.copyBytes(from: [1, 2, 3, 4])
        #expect(slow.commit(claim, keyHash: 0, time: 0))
        #expect(fast.append([1]) == .appended)
        #expect(log.startOffset > 0)
    }

    /// A record that was given up has no time: what an earlier lap left in its slot says nothing.
    @Test(arguments: [false, true])
    func seekByTimePassesOverAbortedRecords(isAbandoned: Bool) throws {
        let (log, appender, reader) = try shared(.overwrite)
        for time in Nanoseconds(0)..<40 {
            #expect(AnyAppender.shared(appender).append([0], time: time) == .appended)
        }
        var offsets: [Offset] = []
        for step in Nanoseconds(0)..<15 {
            if step % 3 != 0 {
                let claim = try #require(appender.claim(byteCount: 1))
                #expect(isAbandoned ? log.abandon(offset: claim.offset) : appender.abort(claim))
                #expect(log.appendTime(at: claim.offset) == nil)
            } else {
                offsets.append(log.endOffset)
                #expect(AnyAppender.shared(appender).append([1], time: 1000 + step) == .appended)
            }
        }
        for (step, offset) in offsets.enumerated() {
            #expect(reader.seek(toTime: 999 + 3 * Nanoseconds(step)) == .moved(offset))
            #expect(reader.seek(toTime: 1000 + 3 * Nanoseconds(step)) == .moved(offset))
        }
        #expect(reader.seek(toTime: 1013) == .moved(log.endOffset))
    }

    /// Nor does an aborted record keep older ones from going, or itself.
    @Test func abortedRecordsDoNotOutliveTheirRetention() throws {
        let log = try PartitionLog(
            smallLog(data: 2048, records: 16, .shared, .overwrite, retentionTime: 100))
        let appender = try log.makeSharedAppender()
        for time: Nanoseconds in [-1000, -999, -998] {
            #expect(AnyAppender.shared(appender).append([0], time: time) == .appended)
            let claim = try #require(appender.claim(byteCount: 1))
            #expect(appender.abort(claim))
        }
        #expect(AnyAppender.shared(appender).append([0], time: -890) == .appended)
        #expect(log.startOffset == 6)
    }

    @Test func idleSharedLogLetsGoByAge() throws {
        let log = try PartitionLog(
            smallLog(data: 2048, records: 16, .shared, .overwrite, retentionTime: 100))
        let appender = try log.makeSharedAppender()
        let any = AnyAppender.shared(appender)
        for value in UInt8(0)..<16 { #expect(any.append([value], time: 10) == .appended) }
        appender.enforceRetention(at: 109)
        #expect(log.startOffset == 0)
        log.close()
        appender.enforceRetention(at: 110)
        #expect(log.startOffset == 16)
        #expect(log.retainedBytes == 0)
    }

    /// An exclusive log has nothing of this kind.
    @Test func exclusiveLogsAreNeverBlocked() throws {
        let log = try PartitionLog(smallLog())
        let appender = try log.makeExclusiveAppender()
        _ = appender.claim(byteCount: 4)
        #expect(log.blockedOffset() == nil)
        #expect(!log.abandon(offset: 0))
    }

    /// A claim that is larger than what is free is refused as a whole and leaves no trace.
    @Test func batchesAreClaimedWhole() throws {
        let (log, appender, reader) = try shared()
        #expect(appender.claimBatch(count: 10, byteCount: 8) != nil)
        #expect(appender.claimBatch(count: 7, byteCount: 8) == nil)
        #expect(appender.lastRefusal == .full)
        #expect(appender.claimBatch(count: 6, byteCount: 8) != nil)
        #expect(log.endOffset == 16)
        // Each goes with its first record.
        for offset in Offset(0)..<16 {
            #expect(log.abandon(offset: offset) == (offset == 0 || offset == 10))
        }
        #expect(reader.take(20).isEmpty)
        #expect(reader.aborted == 16)
    }
}
