import Testing
import UrrLog
import UrrPlatform
import UrrTestSupport

/// Producers that number their records: each record once and in turn, however often it is offered.
@Suite struct IdempotenceTests {
    @Test(arguments: [AppenderKind.exclusive, .shared])
    func repeatsAreDroppedAndGapsRefused(_ kind: AppenderKind) throws {
        let log = try PartitionLog(smallLog(records: 4, kind))
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        let appender = try AnyAppender(log)
        let session = log.openProducer(77)
        #expect((session.id, session.epoch, session.nextSequence) == (77, 0, 0))
        #expect(appender.append([0], sequence: 1, session) == .gap)
        #expect(appender.append([0], sequence: -1, session) == .gap)
        #expect(appender.append([0], sequence: .max, session) == .gap)
        #expect(appender.append([0], sequence: 0, session) == .appended)
        #expect(appender.append([0], sequence: 0, session) == .repeated)
        #expect(appender.append([1], sequence: 1, session) == .appended)
        #expect(appender.append([0], sequence: 0, session) == .repeated)
        #expect(appender.append([3], sequence: 3, session) == .gap)
        #expect(session.nextSequence == 2)
        // A refusal for another reason uses no number up.
        let long = [UInt8](repeating: 0, count: 1000)
        #expect(appender.append(long, sequence: 2, session) == .tooLarge)
        #expect(appender.append([2], sequence: 2, session) == .appended)
        #expect(appender.append([3], sequence: 3, session) == .appended)
        #expect(appender.append([4], sequence: 4, session) == .full)
        #expect(appender.append([3], sequence: 3, session) == .repeated)
        #expect(reader.take(9).map(\.payload) == [[0], [1], [2], [3]])
        #expect(reader.commit(4))
        #expect(appender.append([4], sequence: 4, session) == .appended)
        log.close()
        #expect(appender.append([5], sequence: 5, session) == .closed)
        #expect(appender.append([4], sequence: 4, session) == .repeated)
        #expect(reader.take(9).map(\.payload) == [[4]])
    }

    @Test(arguments: [AppenderKind.exclusive, .shared])
    func aNewSessionFencesTheFormer(_ kind: AppenderKind) throws {
        let log = try PartitionLog(smallLog(kind))
        let appender = try AnyAppender(log)
        let former = log.openProducer(1)
        let other = log.openProducer(2)
        #expect(appender.append([0], sequence: 0, former) == .appended)
        let session = log.openProducer(1)
        #expect((session.epoch, session.nextSequence) == (1, 0))
        #expect(former.isFenced && !session.isFenced && !other.isFenced)
        #expect(appender.append([1], sequence: 1, former) == .fenced)
        #expect(appender.append([0], sequence: 0, former) == .fenced)
        #expect(appender.append([0], sequence: 0, session) == .appended)
        #expect(appender.append([0], sequence: 0, other) == .appended)
        #expect(log.closeProducer(1))
        #expect(!log.closeProducer(1))
        #expect(!log.closeProducer(3))
        #expect(appender.append([1], sequence: 1, session) == .fenced)
        #expect(log.openProducer(1).epoch == 2)
        #expect(log.endOffset == 3)
    }

    /// Claims and batches ask first and confirm afterwards.
    @Test func claimsAndBatchesAreNumberedToo() throws {
        let log = try PartitionLog(smallLog())
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        let appender = try log.makeExclusiveAppender()
        let session = log.openProducer(1)
        var batch = appender.makeBatch()
        for offered: Int64 in [0, 1, 1, 3, 2, 0] {
            let refusal = session.refusal(of: offered)
            let expected: [Int64: SequencedResult?] = [
                0: session.nextSequence == 0 ? nil : .repeated,
                1: session.nextSequence == 1 ? nil : .repeated,
                2: nil, 3: .gap,
            ]
            #expect(refusal == expected[offered]!)
            if refusal != nil { continue }
            let room = batch.claim(byteCount: 1)
            try #require(room).storeBytes(of: UInt8(offered), as: UInt8.self)
            let isCommitted = batch.commit(keyHash: 0, time: 0)
            #expect(isCommitted)
            session.confirm(offered)
        }
        batch.publish()
        #expect(reader.take(9).map(\.payload) == [[0], [1], [2]])
    }

    /// Several producers that lose answers, offer again, offer too early and start again, over a
    /// log that is often full: what is read is each producer's records once and in order.
    @Test(arguments: [AppenderKind.exclusive, .shared])
    func everyRecordOnceAndInOrder(_ kind: AppenderKind) throws {
        for seed in 0..<LongForm.count(short: 20, long: 2_000) {
            try runProducers(IndexedRandom(seed: UInt64(seed), stream: "idempotence"), kind)
        }
    }

    private func runProducers(_ random: IndexedRandom, _ kind: AppenderKind) throws {
        let log = try PartitionLog(smallLog(data: 1024, records: 8, kind))
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        let appender = try AnyAppender(log)
        var sessions = (0..<3).map { log.openProducer(Int64($0)) }
        // What was appended as {producer, epoch, sequence}, in order.
        var expected: [[UInt8]] = []
        var seen: [[UInt8]] = []
        for step in 0..<UInt64(400) {
            let draw = random[step]
            let producer = Int(draw % 3)
            let session = sessions[producer]
            let next = session.nextSequence
            switch draw >> 8 % 16 {
            case 0:
                seen += reader.take(9).map(\.payload)
                #expect(reader.commit(reader.position))
            case 1 where draw >> 16 % 8 == 0:
                sessions[producer] = log.openProducer(Int64(producer))
                #expect(appender.append([], sequence: next, session) == .fenced)
            default:
                // Around the number that is due: what was lost, what is due, what comes too early.
                let offered = next - 3 + Int64(draw >> 16 % 6)
                let record = [UInt8(producer), UInt8(session.epoch), UInt8(max(0, offered))]
                let result = appender.append(record, sequence: offered, session)
                if offered == next {
                    #expect(result == .appended || result == .full)
                    if result == .appended { expected.append(record) }
                } else {
                    #expect(result == (offered > next || offered < 0 ? .gap : .repeated))
                }
                #expect(session.nextSequence == next + (result == .appended ? 1 : 0))
            }
        }
        seen += reader.take(9).map(\.payload)
        #expect(seen == expected)
    }
}

extension AnyAppender {
    fileprivate func append(
        _ payload: [UInt8], sequence: Int64, _ session: ProducerSession
    ) -> SequencedResult {
        payload.withUnsafeBytes { bytes in
            switch self {
            case .exclusive(let appender):
                let result = session.append(
                    bytes, keyHash: 0, time: 0, sequence: sequence, to: appender)
                appender.publish()
                return result
            case .shared(let appender):
                return session.append(bytes, keyHash: 0, time: 0, sequence: sequence, to: appender)
            }
        }
    }
}
