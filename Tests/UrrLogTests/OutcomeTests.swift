import Testing
import UrrLog
import UrrPlatform

/// The defined outcome of everything that can be asked of a log and cannot be done.
@Suite struct OutcomeTests {
    @Test func configurationNamesEveryProblem() {
        var configuration = LogConfiguration(
            dataCapacity: 1000, recordCapacity: 0, maximumGroups: 0, maximumMessageBytes: 600,
            retentionBytes: 0, retentionTime: -5)
        #expect(
            configuration.problems() == [
                "dataCapacity: must be a power of two from 64 to 2^40 bytes, got 1000",
                "recordCapacity: must be a power of two from 1 to 2^32 records, got 0",
                "maximumGroups: must be 1 to 1024, got 0",
                "maximumMessageBytes: must be 0 to 16 less than half of dataCapacity and below "
                    + "2^31, got 600",
                "retentionBytes: must be between 1 and 2^60, got 0",
                "retentionTime: must be positive, got -5",
            ])
        #expect(throws: LogError.configuration(configuration.problems())) {
            try PartitionLog(configuration)
        }
        configuration = smallLog()
        #expect(configuration.problems() == [])
        for capacity in [Int.min, -1, 0, 32, 96, Int.max] {
            #expect(!smallLog(data: capacity, maximum: 0).problems().isEmpty)
        }
        for groups in [-1, 0, 1025] { #expect(!smallLog(groups: groups).problems().isEmpty) }
    }

    /// More memory than there is: an error, whether the pages would be touched at once or later.
    @Test(arguments: [false, true])
    func memoryThatIsNotThere(prefault: Bool) throws {
        let available = try #require(MemoryRegion.availableBytes())
        var configuration = smallLog(data: 1 << 40, records: 1 << 32, maximum: 64, .shared)
        configuration.prefault = prefault
        try #require(available < 1 << 40)
        #expect { try PartitionLog(configuration) } throws: { isTooLittle($0, 1 << 40) }
        // Each partition would fit, all of them do not.
        configuration = smallLog(data: 1 << 28, maximum: 64)
        configuration.prefault = prefault
        let count = available >> 28 + 1
        #expect { try Topic(partitionCount: count, configuration) } throws: {
            isTooLittle($0, available)
        }
        #expect { try Topic(partitionCount: .max, configuration) } throws: {
            isTooLittle($0, available)
        }
        #expect("\(LogError.outOfMemory(byteCount: 7, code: 12))".contains("7 bytes"))
    }

    private func isTooLittle(_ error: any Error, _ wanted: Int) -> Bool {
        guard case .notEnoughMemory(let byteCount, let available)? = error as? LogError else {
            return false
        }
        return byteCount >= wanted && available < byteCount
            && "\(error)".contains("needs \(byteCount) bytes")
    }

    @Test func appenderKinds() throws {
        let exclusive = try PartitionLog(smallLog())
        _ = try exclusive.makeExclusiveAppender()
        #expect(throws: LogError.appenderTaken) { try exclusive.makeExclusiveAppender() }
        #expect(throws: LogError.wrongAppenderKind) { try exclusive.makeSharedAppender() }
        let shared = try PartitionLog(smallLog(.shared))
        _ = try shared.makeSharedAppender()
        _ = try shared.makeSharedAppender()
        #expect(throws: LogError.wrongAppenderKind) { try shared.makeExclusiveAppender() }
    }

    @Test(arguments: [AppenderKind.exclusive, .shared])
    func lengths(_ kind: AppenderKind) throws {
        let log = try PartitionLog(smallLog(data: 1024, maximum: 100, kind))
        let appender = try AnyAppender(log)
        #expect(appender.append([UInt8](repeating: 0, count: 100)) == .appended)
        #expect(appender.append([UInt8](repeating: 0, count: 101)) == .tooLarge)
        #expect(appender.claim([UInt8](repeating: 0, count: 101)) == .tooLarge)
        #expect(appender.append([]) == .appended)
        switch appender {
        case .exclusive(let appender):
            #expect(appender.claim(byteCount: -1) == nil)
            #expect(appender.claim(byteCount: .min) == nil)
            #expect(appender.claim(byteCount: .max) == nil)
            #expect(appender.lastRefusal == .tooLarge)
        case .shared(let appender):
            for byteCount in [-1, .min, .max] {
                #expect(appender.claim(byteCount: byteCount) == nil)
                #expect(appender.lastRefusal == .tooLarge)
            }
            for count in [-1, 0, 17, .max] {
                #expect(appender.claimBatch(count: count, byteCount: 8) == nil)
                #expect(appender.lastRefusal == .tooLarge)
            }
            #expect(appender.claimBatch(count: 6, byteCount: 100) == nil)
            #expect(appender.lastRefusal == .tooLarge)
        }
        #expect(log.endOffset == 2)
    }

    @Test(arguments: [AppenderKind.exclusive, .shared])
    func closedLog(_ kind: AppenderKind) throws {
        let log = try PartitionLog(smallLog(kind))
        let appender = try AnyAppender(log)
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        #expect(appender.append([1]) == .appended)
        log.close()
        #expect(appender.append([2]) == .closed)
        #expect(appender.claim([2]) == .closed)
        #expect(appender.append([UInt8](repeating: 0, count: 1000)) == .closed)
        #expect(reader.take(5).map(\.payload) == [[1]])
        let late = try PartitionLog(smallLog(kind))
        late.close()
        #expect(try AnyAppender(late).append([1]) == .closed)
    }

    /// A log that is closed keeps what it has: a refused append discards nothing.
    @Test(arguments: [AppenderKind.exclusive, .shared])
    func closedLogDiscardsNothing(_ kind: AppenderKind) throws {
        let log = try PartitionLog(smallLog(records: 4, kind, .overwrite, retentionTime: 1000))
        let appender = try AnyAppender(log)
        for value in UInt8(0)..<4 { #expect(appender.append([value], time: 1) == .appended) }
        #expect(log.startOffset == 0)
        log.close()
        #expect(appender.append([9], time: 5000) == .closed)
        #expect(appender.claim([9], time: 5000) == .closed)
        #expect(log.startOffset == 0)
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        #expect(reader.take(9).map(\.payload) == [[0], [1], [2], [3]])
    }

    /// Whatever the reason: what was appended before becomes visible with a refusal.
    @Test(arguments: [AppendResult.full, .tooLarge, .closed])
    func refusedAppendPublishes(_ reason: AppendResult) throws {
        for isClaim in [false, true] {
            let log = try PartitionLog(smallLog(records: 4))
            let reader = try log.makeReader(log.attachGroup(from: .earliest))
            let appender = try log.makeExclusiveAppender()
            let some = [UInt8](repeating: 7, count: reason == .tooLarge ? 1000 : 1)
            func append(_ bytes: [UInt8]) -> AppendResult {
                bytes.withUnsafeBytes { appender.append($0, keyHash: 0, time: 0) }
            }
            for _ in 0..<(reason == .full ? 4 : 2) { #expect(append([1]) == .appended) }
            if reason == .closed { log.close() }
            if isClaim {
                #expect(appender.claim(byteCount: some.count) == nil)
                #expect(appender.lastRefusal == reason)
            } else {
                #expect(append(some) == reason)
            }
            #expect(log.endOffset == (reason == .full ? 4 : 2))
            #expect(reader.take(9).count == Int(log.endOffset))
        }
    }

    @Test func exclusiveClaims() throws {
        let log = try PartitionLog(smallLog())
        let appender = try log.makeExclusiveAppender()
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        #expect(!appender.commit(keyHash: 0, time: 0))
        #expect(!appender.abort())
        let room = try #require(appender.claim(byteCount: 1))
        room.storeBytes(of: 7, as: UInt8.self)
        #expect(appender.commit(keyHash: 0, time: 0))
        #expect(!appender.commit(keyHash: 0, time: 0))
        // A claim that is never committed consumes nothing, and an append drops it.
        #expect(appender.claim(byteCount: 8) != nil)
        #expect(AnyAppender.exclusive(appender).append([8]) == .appended)
        #expect(!appender.commit(keyHash: 0, time: 0))
        #expect(appender.nextOffset == 2)
        #expect(reader.take(5).map(\.payload) == [[7], [8]])
    }

    @Test func batchesPublishTogether() throws {
        let log = try PartitionLog(smallLog())
        let appender = try log.makeExclusiveAppender()
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        var batch = appender.makeBatch()
        let payload: [UInt8] = [1, 2, 3]
        for key in UInt32(0)..<3 {
            let result = payload.withUnsafeBytes { batch.append($0, keyHash: key, time: 5) }
            #expect(result == .appended)
        }
        let isCommitted = batch.commit(keyHash: 0, time: 0)
        #expect(!isCommitted)
        let tooLarge = batch.claim(byteCount: 2000)
        #expect(tooLarge == nil)
        let refusal = batch.lastRefusal
        #expect(refusal == .tooLarge)
        // The refusal published what came before.
        #expect(reader.take(5).count == 3)
        let room = batch.claim(byteCount: 1)
        try #require(room).storeBytes(of: 9, as: UInt8.self)
        let isCommittedNow = batch.commit(keyHash: 9, time: 4)
        #expect(isCommittedNow)
        #expect(log.endOffset == 3)
        batch.publish()
        let last = reader.take(5)
        #expect(last.map(\.payload) == [[9]])
        #expect(last.map(\.time) == [5])
        #expect(appender.nextOffset == 4)
    }

    @Test func groupSlots() throws {
        let log = try PartitionLog(smallLog(groups: 2))
        let first = try log.attachGroup(from: .earliest)
        let second = try log.attachGroup(from: .latest)
        #expect(throws: LogError.tooManyGroups(maximum: 2)) { try log.attachGroup(from: .latest) }
        try log.detachGroup(first)
        #expect(throws: LogError.unknownGroup(slot: first.slot)) { try log.makeReader(first) }
        let third = try log.attachGroup(from: .earliest)
        #expect(third.slot == first.slot)
        // The slot is in use again, by another group.
        #expect(throws: LogError.unknownGroup(slot: first.slot)) { try log.detachGroup(first) }
        #expect(second.slot != third.slot)
        try log.detachGroup(third)
        #expect(throws: LogError.offsetOutOfRange(nil, retained: 0..<0)) {
            try log.attachGroup(from: .none)
        }
        #expect(throws: LogError.offsetOutOfRange(1, retained: 0..<0)) {
            try log.attachGroup(at: 1)
        }
        #expect(throws: LogError.offsetOutOfRange(-1, retained: 0..<0)) {
            try log.attachGroup(at: -1)
        }
        #expect(try log.attachGroup(at: 0).slot == third.slot)
    }

    @Test func topics() throws {
        #expect(throws: LogError.configuration(["partitions: must be at least 1, got 0"])) {
            try Topic(partitionCount: 0, smallLog())
        }
        let topic = try Topic(partitionCount: 3, smallLog(groups: 1))
        let key: [UInt8] = Array("user-42".utf8)
        let partition = key.withUnsafeBytes { topic.partition(forKey: $0) }
        let hash = key.withUnsafeBytes { murmur2($0) }
        #expect(partition == Int(hash & 0x7fff_ffff) % 3)
        #expect(topic.partition(forKeyHash: hash) == partition)
        // One partition is full: the group is attached to none.
        let lone = try topic.partitions[1].attachGroup(from: .latest)
        #expect(throws: LogError.tooManyGroups(maximum: 1)) { try topic.attachGroup(from: .latest) }
        try topic.partitions[1].detachGroup(lone)
        #expect(try topic.attachGroup(from: .earliest).count == 3)
        topic.close()
        #expect(try AnyAppender(topic.partitions[2]).append([1]) == .closed)
    }
}
