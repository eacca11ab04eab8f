import CUrrPlatform
import Glibc
import Synchronization
import Testing
import UrrLog
import UrrPlatform

/// Every kind of log with threads at both ends: order, content and exact counts.
@Suite(.serialized) struct StressTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var kind: AppenderKind
        var whenFull: WhenFull
        var producers: Int
        var groups: Int
        var testDescription: String {
            "\(kind) \(whenFull), \(producers) producers, \(groups) groups"
        }
    }

    static let cases: [Case] = {
        var cases: [Case] = []
        for whenFull in [WhenFull.backpressure, .overwrite] {
            for groups in 1...3 {
                cases.append(
                    Case(kind: .exclusive, whenFull: whenFull, producers: 1, groups: groups))
            }
            for (producers, groups) in [(1, 1), (2, 1), (3, 2), (2, 3)] {
                cases.append(
                    Case(kind: .shared, whenFull: whenFull, producers: producers, groups: groups))
            }
        }
        return cases
    }()

    @Test(arguments: cases) func keepsEveryPromise(_ test: Case) throws {
        let log = try PartitionLog(
            smallLog(data: 8192, records: 64, groups: 8, test.kind, test.whenFull))
        let board = StressBoard()
        let appended = Mutex([Int](repeating: 0, count: 8))
        var threads: [PinnedThread] = []
        // First of all: a consumer ends where nobody produces any longer.
        for _ in 0..<test.producers { board.startProducing() }
        for _ in 0..<test.groups {
            let reader = try log.makeReader(log.attachGroup(from: .earliest), reset: .earliest)
            threads.append(
                try PinnedThread(name: "consumer", cpu: nil) {
                    consume(log, reader, board, test.whenFull) { appended.withLock { $0 } }
                })
        }
        threads.append(try PinnedThread(name: "visitor", cpu: nil) { visit(log, board) })
        for producer in 0..<test.producers {
            let appender = try AnyStressAppender(log, producer)
            threads.append(
                try PinnedThread(name: "producer", cpu: nil) {
                    let count = appender.run(until: board)
                    appended.withLock { $0[producer] = count }
                    board.endProducing()
                })
        }
        usleep(200_000)
        board.stop()
        for thread in threads { thread.join() }
        #expect(board.problems == [])
        #expect(appended.withLock { $0.reduce(0, +) } > 100)
    }
}

/// An appender that uses every way to append in turn.
private struct AnyStressAppender: Sendable {
    private enum Kind: Sendable {
        case exclusive(ExclusiveAppender)
        case shared(SharedAppender)
    }
    private let kind: Kind
    private let producer: Int

    init(_ log: PartitionLog, _ producer: Int) throws {
        self.producer = producer
        switch log.configuration.appender {
        case .exclusive: kind = .exclusive(try log.makeExclusiveAppender())
        case .shared: kind = .shared(try log.makeSharedAppender())
        }
    }

    /// Appends until `board` says stop; returns how many records.
    func run(until board: StressBoard) -> Int {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 16)
        defer { buffer.deallocate() }
        var next = 0
        while !board.isStopped {
            switch kind {
            case .exclusive(let appender): next += appendSome(appender, next, buffer)
            case .shared(let appender): next += appendSome(appender, next, buffer)
            }
        }
        if case .exclusive(let appender) = kind { appender.publish() }
        return next
    }

    private func payload(
        _ sequence: Int, _ buffer: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        let count = StressPayload.byteCount(producer, sequence)
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        StressPayload.fill(part, producer, sequence)
        return UnsafeRawBufferPointer(part)
    }

    private func appendSome(
        _ appender: ExclusiveAppender, _ next: Int, _ buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        let key = UInt32(truncatingIfNeeded: next)
        switch next / 8 % 3 {
        case 0:
            let result = appender.append(
                payload(next, buffer), keyHash: key, time: Nanoseconds(next))
            if next % 3 == 0 || result != .appended { appender.publish() }
            if result != .appended { sched_yield() }
            return result == .appended ? 1 : 0
        case 1:
            let count = StressPayload.byteCount(producer, next)
            guard let room = appender.claim(byteCount: count) else {
                sched_yield()
                return 0
            }
            if mix64(UInt64(next)) % 16 == 0 { appender.abort() }
            guard let room = appender.claim(byteCount: count).map({ $0 == room ? room : $0 }) else {
                return 0
            }
            StressPayload.fill(
                UnsafeMutableRawBufferPointer(start: room, count: count), producer, next)
            appender.commit(keyHash: key, time: Nanoseconds(next))
            appender.publish()
            return 1
        default:
            var batch = appender.makeBatch()
            var done = 0
            while done < 5 {
                let sequence = next + done
                let result = batch.append(
                    payload(sequence, buffer), keyHash: UInt32(truncatingIfNeeded: sequence),
                    time: Nanoseconds(sequence))
                if result != .appended { break }
                done += 1
            }
            batch.publish()
            if done == 0 { sched_yield() }
            return done
        }
    }

    private func appendSome(
        _ appender: SharedAppender, _ next: Int, _ buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        let key = UInt32(truncatingIfNeeded: next)
        if next / 8 % 2 == 0 {
            let result = appender.append(
                payload(next, buffer), keyHash: key, time: Nanoseconds(next))
            if result != .appended { sched_yield() }
            return result == .appended ? 1 : 0
        }
        // As many of one length as there are; every eighth batch has an aborted record on top.
        let length = StressPayload.byteCount(producer, next)
        var count = 1
        while count < 4, StressPayload.byteCount(producer, next + count) == length { count += 1 }
        let aborts = next % 8 == 0
        guard let batch = appender.claimBatch(count: count + (aborts ? 1 : 0), byteCount: length)
        else {
            sched_yield()
            return 0
        }
        if aborts { appender.abort(batch[count]) }
        for position in 0..<count {
            let claim = batch[position]
            StressPayload.fill(claim.payload, producer, next + position)
            appender.commit(
                claim, keyHash: key &+ UInt32(position), time: Nanoseconds(next + position))
        }
        return count
    }
}

/// Reads until everything was produced and read, and checks the counts.
private func consume(
    _ log: PartitionLog, _ reader: LogReader, _ board: StressBoard, _ whenFull: WhenFull,
    _ appended: () -> [Int]
) {
    var tally = StressTally()
    var rounds = 0
    while true {
        let isLast = board.isProduced
        let before = tally.delivered
        let count = reader.poll(limit: 1 + rounds % 9) { tally.check($0, board) }
        if count != tally.delivered - before { board.fail("poll miscounted") }
        rounds += 1
        if rounds % 2 == 0 { reader.commit(reader.position) }
        if count > 0 { continue }
        reader.commit(reader.position)
        if isLast && reader.position == log.endOffset { break }
        sched_yield()
    }
    let all = UInt64(tally.delivered) + reader.missed + reader.aborted
    if all != UInt64(reader.position) { board.fail("\(all) of \(reader.position) accounted for") }
    if whenFull == .backpressure {
        if reader.missed != 0 { board.fail("missed records under back-pressure") }
        for (producer, count) in appended().enumerated() where count != tally.seen(producer) {
            board.fail("\(tally.seen(producer)) of \(count) came from \(producer)")
        }
        if tally.gaps.contains(where: { $0 != 0 }) { board.fail("gaps under back-pressure") }
    }
}

/// Comes and goes: attaches, looks around, asks for times, seeks, leaves.
private func visit(_ log: PartitionLog, _ board: StressBoard) {
    var rounds = 0
    while !board.isStopped {
        rounds += 1
        if log.startOffset > log.endOffset { board.fail("starts behind the end") }
        let bytes = log.retainedBytes
        if bytes < 0 || bytes > log.configuration.dataCapacity { board.fail("\(bytes) retained") }
        let offset = log.startOffset
        if let time = log.appendTime(at: offset), time < 0 { board.fail("time \(time)") }
        guard let group = try? log.attachGroup(from: rounds % 2 == 0 ? .earliest : .latest),
            let reader = try? log.makeReader(group, reset: .latest)
        else {
            board.fail("cannot attach")
            return
        }
        var tally = StressTally()
        for _ in 0..<5 { _ = reader.poll(limit: 3) { tally.check($0, board) } }
        switch rounds % 3 {
        case 0: _ = reader.seek(to: log.startOffset)
        case 1: _ = reader.seek(toTime: Nanoseconds(rounds))
        default: reader.release()
        }
        tally = StressTally()
        for _ in 0..<5 { _ = reader.poll(limit: 3) { tally.check($0, board) } }
        try? log.detachGroup(group)
        usleep(200)
    }
}
