import Testing
import UrrLog
import UrrPlatform

/// What a slow group loses, and what it does not.
@Suite struct OverwriteTests {
    private func overwriting(
        _ kind: AppenderKind, _ reset: OffsetReset, records: Int = 16
    ) throws -> (log: PartitionLog, appender: AnyAppender, reader: LogReader) {
        let log = try PartitionLog(smallLog(data: 4096, records: records, kind, .overwrite))
        let reader = try log.makeReader(log.attachGroup(from: .earliest), reset: reset)
        return (log, try AnyAppender(log), reader)
    }

    @Test(arguments: [AppenderKind.exclusive, .shared])
    func overrunReaderGoesToTheEarliest(_ kind: AppenderKind) throws {
        let (log, appender, reader) = try overwriting(kind, .earliest)
        for value in UInt8(0)..<100 { #expect(appender.append([value]) == .appended) }
        let seen = reader.take(100)
        #expect(seen.first?.offset == log.startOffset)
        #expect(seen.last?.offset == 99)
        #expect(reader.missed == UInt64(log.startOffset))
        #expect(reader.outOfRangeCount == 1)
        #expect(seen.count + Int(reader.missed) == 100)
    }

    @Test(arguments: [AppenderKind.exclusive, .shared])
    func overrunReaderGoesToTheLatest(_ kind: AppenderKind) throws {
        let (log, appender, reader) = try overwriting(kind, .latest)
        #expect(log.startOffset == 0)
        for value in UInt8(0)..<100 { #expect(appender.append([value]) == .appended) }
        #expect(reader.take(100).isEmpty)
        #expect(reader.missed == 100)
        #expect(appender.append([7]) == .appended)
        #expect(reader.take(100).map(\.offset) == [100])
        #expect(log.endOffset == 101)
    }

    @Test(arguments: [AppenderKind.exclusive, .shared])
    func overrunReaderWaitsForASeek(_ kind: AppenderKind) throws {
        let (log, appender, reader) = try overwriting(kind, .none)
        for value in UInt8(0)..<100 { #expect(appender.append([value]) == .appended) }
        for _ in 0..<3 { #expect(reader.take(100).isEmpty) }
        #expect(reader.isOutOfRange)
        #expect(reader.outOfRangeCount == 1)
        #expect(reader.missed == 0)
        #expect(reader.position == 0)
        #expect(reader.seek(to: 0) == .outOfRange(retained: log.startOffset..<100))
        #expect(reader.seek(to: 95) == .moved(95))
        #expect(!reader.isOutOfRange)
        // What was discarded is missed; what the seek passed over is not.
        #expect(reader.missed == UInt64(log.startOffset))
        #expect(reader.take(100).map(\.offset) == [95, 96, 97, 98, 99])
    }

    /// A reader that has read all of a lap stands before the unused end of the ring, and the record
    /// that it gets next is at the start. While that one is retained, nothing may be written where
    /// the reader is sent on; found by the model in its long form.
    @Test(arguments: [17, 49, 101, 241])
    func aLapIsKeptAsLongAsTheRecordBehindIt(_ size: Int) throws {
        for further in 0..<100 {
            let log = try PartitionLog(
                smallLog(data: 4096, records: 128, maximum: 1024, .exclusive, .overwrite))
            let appender = try AnyAppender(log)
            let reader = try log.makeReader(log.attachGroup(from: .earliest))
            func append(_ number: Int, _ size: Int) {
                let payload = Array(repeating: UInt8(number), count: size)
                #expect(appender.append(payload) == .appended)
            }
            // 48 bytes each: the last 256 bytes of the ring are left, too few for the next one.
            for number in 0..<80 { append(number, 17) }
            #expect(reader.take(80).count == 80)
            append(80, 257)
            for number in 81..<81 + further { append(number, size) }
            let next = try #require(reader.take(1).first)
            #expect(next.offset == max(80, log.startOffset))
            #expect(next.payload.first == UInt8(next.offset))
        }
    }

    /// While a record is being handled it stays; the appender is refused for that moment.
    @Test(arguments: [AppenderKind.exclusive, .shared])
    func pinnedRecordStays(_ kind: AppenderKind) throws {
        let (log, appender, reader) = try overwriting(kind, .earliest)
        for value in UInt8(0)..<10 { #expect(appender.append([value]) == .appended) }
        var refused = 0
        var seen: [[UInt8]] = []
        let count = reader.poll(limit: 3) { record in
            while appender.append([99]) == .appended {}
            refused += 1
            seen.append(Array(record.payload))
        }
        #expect(count == 3)
        #expect(refused == 3)
        #expect(seen == [[0], [1], [2]])
        #expect(log.startOffset == 0)
        #expect(log.endOffset == 16)
        #expect(appender.append([100]) == .appended)
        #expect(log.startOffset > 0)
        #expect(reader.missed == 0)
    }

    /// Under back-pressure what was read and not committed stays; it is delivered again.
    @Test(arguments: [AppenderKind.exclusive, .shared])
    func uncommittedRecordsStay(_ kind: AppenderKind) throws {
        let log = try PartitionLog(smallLog(data: 4096, records: 16, kind))
        let appender = try AnyAppender(log)
        let group = try log.attachGroup(from: .earliest)
        let reader = try log.makeReader(group)
        for value in UInt8(0)..<16 { #expect(appender.append([value]) == .appended) }
        #expect(reader.take(10).count == 10)
        #expect(appender.append([16]) == .full)
        #expect(appender.claim([16]) == .full)
        #expect(reader.commit(4))
        for value in UInt8(16)..<20 { #expect(appender.append([value]) == .appended) }
        #expect(appender.append([20]) == .full)
        reader.release()
        var seen: [SeenRecord] = []
        while seen.count < 16 { seen += reader.take(5) }
        #expect(seen.map(\.offset) == Array(4..<20))
        let heir = try log.makeReader(group)
        #expect(heir.position == 4)
        #expect(reader.isFenced)
        #expect(heir.take(1).map(\.payload) == [[4]])
    }

    /// With no group attached nothing holds a log under back-pressure.
    @Test(arguments: [AppenderKind.exclusive, .shared])
    func nobodyHoldsALogWithoutGroups(_ kind: AppenderKind) throws {
        let log = try PartitionLog(smallLog(data: 1024, records: 16, kind))
        let appender = try AnyAppender(log)
        for value in UInt8(0)..<200 { #expect(appender.append([value]) == .appended) }
        #expect(log.endOffset == 200)
        #expect(log.startOffset >= 184)
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        #expect(reader.position == log.startOffset)
        #expect(reader.take(100).last?.payload == [199])
        // From here on there is one.
        while appender.append([1]) == .appended {}
        #expect(log.startOffset == reader.committed)
    }

    @Test func idleLogLetsGoByAge() throws {
        let log = try PartitionLog(smallLog(.exclusive, .overwrite, retentionTime: 100))
        let appender = try log.makeExclusiveAppender()
        let any = AnyAppender.exclusive(appender)
        for value in UInt8(0)..<5 { #expect(any.append([value], time: 10) == .appended) }
        appender.enforceRetention(at: 109)
        #expect(log.startOffset == 0)
        appender.enforceRetention(at: 110)
        #expect(log.startOffset == 5)
        #expect(log.retainedBytes == 0)
    }

    /// Enforcing the retention of a full log makes no room: nothing goes that may stay.
    @Test func enforcingRetentionDiscardsNothingElse() throws {
        let log = try PartitionLog(smallLog(.exclusive, .overwrite, retentionTime: 100))
        let appender = try log.makeExclusiveAppender()
        let any = AnyAppender.exclusive(appender)
        for value in UInt8(0)..<16 {
            #expect(any.append([value], time: Nanoseconds(value)) == .appended)
        }
        #expect(log.startOffset == 0)
        appender.enforceRetention(at: 99)
        #expect(log.startOffset == 0)
        // Nor does the log have to be open.
        #expect(any.append([16], time: 99) == .appended)
        #expect(log.startOffset > 0)
        log.close()
        appender.enforceRetention(at: 200)
        #expect(log.startOffset == 17)
    }
}
