import Glibc
import UrrPlatform

@testable import UrrLog

/// An appender that uses every way to append in turn, and, where it is a shared one, dies now and
/// then over what it claimed and goes on as another one.
struct AnyStressAppender: Sendable {
    private enum Kind: Sendable {
        case exclusive(ExclusiveAppender)
        case shared(SharedAppender)
    }
    private let kind: Kind
    private let producer: Int
    private let session: ProducerSession

    init(_ log: PartitionLog, _ producer: Int) throws {
        self.producer = producer
        session = log.openProducer(Int64(producer))
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
            let done =
                switch kind {
                case .exclusive(let appender): appendSome(appender, next, buffer, board)
                case .shared(let appender): appendSome(appender, next, buffer, board)
                }
            next += done
            board.produce(done)
            if done == 0 { sched_yield() }
        }
        if case .exclusive(let appender) = kind { appender.publish() }
        return next
    }

    /// Claims records and leaves them, described or not, for the undertaker.
    private func die(_ appender: SharedAppender, _ draw: UInt64, _ board: StressBoard) {
        let count = 1 + Int(draw >> 8 % 3)
        let byteCount = Int(draw >> 16 % 200)
        if draw >> 24 % 2 == 0 {
            guard var batch = appender.claimBatch(count: count, byteCount: byteCount) else {
                return
            }
            // One of them it still managed.
            if count > 1 { batch.commit(keyHash: 0, time: 0) }
            board.die(batch.firstOffset..<batch.firstOffset + Int64(count))
        } else {
            // Before it could say that it is a batch, or one record, it is neither.
            var place = SharedAppender.Place()
            let size = LogDescriptor.byteCount(byteCount) * count
            guard appender.reserve(Int64(count), byteCount, size, 0, &place) == .appended else {
                return
            }
            board.die(place.offset..<place.offset + Int64(count))
        }
    }

    private func payload(
        _ sequence: Int, _ buffer: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        let count = StressPayload.byteCount(producer, sequence)
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        StressPayload.fill(part, producer, sequence)
        return UnsafeRawBufferPointer(part)
    }

    /// Appends the record with the number that is due, after offering another number in vain.
    private func appendNumbered(
        _ next: Int, _ buffer: UnsafeMutableRawBufferPointer, _ board: StressBoard,
        _ append: (UnsafeRawBufferPointer, Int64) -> SequencedResult
    ) -> Int {
        let due = session.nextSequence
        let bytes = payload(next, buffer)
        if next % 3 == 0, append(bytes, due - 1) != (due == 0 ? .gap : .repeated) {
            board.fail("number \(due - 1) taken twice")
        }
        if next % 5 == 0, append(bytes, due + 1) != .gap { board.fail("a gap before \(due + 1)") }
        return append(bytes, due) == .appended ? 1 : 0
    }

    private func appendSome(
        _ appender: ExclusiveAppender, _ next: Int, _ buffer: UnsafeMutableRawBufferPointer,
        _ board: StressBoard
    ) -> Int {
        let key = UInt32(truncatingIfNeeded: next)
        switch next / 8 % 4 {
        case 0:
            let result = appender.append(
                payload(next, buffer), keyHash: key, time: Nanoseconds(next))
            if next % 3 == 0 || result != .appended { appender.publish() }
            return result == .appended ? 1 : 0
        case 1:
            return appendNumbered(next, buffer, board) { bytes, sequence in
                session.append(
                    bytes, keyHash: key, time: Nanoseconds(next), sequence: sequence, to: appender)
            }
        case 2:
            let count = StressPayload.byteCount(producer, next)
            guard appender.claim(byteCount: count) != nil else { return 0 }
            if mix64(UInt64(next)) % 16 == 0 { appender.abort() }
            guard let room = appender.claim(byteCount: count) else { return 0 }
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
            return done
        }
    }

    private func appendSome(
        _ appender: SharedAppender, _ next: Int, _ buffer: UnsafeMutableRawBufferPointer,
        _ board: StressBoard
    ) -> Int {
        let key = UInt32(truncatingIfNeeded: next)
        let draw = mix64(UInt64(next) &+ 77)
        if draw % 64 == 0 { die(appender, draw, board) }
        switch next / 8 % 3 {
        case 0:
            let result = appender.append(
                payload(next, buffer), keyHash: key, time: Nanoseconds(next))
            return result == .appended ? 1 : 0
        case 1:
            return appendNumbered(next, buffer, board) { bytes, sequence in
                session.append(
                    bytes, keyHash: key, time: Nanoseconds(next), sequence: sequence, to: appender)
            }
        default:
            return appendBatch(appender, next)
        }
    }

    private func appendBatch(_ appender: SharedAppender, _ next: Int) -> Int {
        let key = UInt32(truncatingIfNeeded: next)
        // As many of one length as there are; every eighth batch has an aborted record on top.
        let length = StressPayload.byteCount(producer, next)
        var count = 1
        while count < 4, StressPayload.byteCount(producer, next + count) == length { count += 1 }
        let aborts = next % 8 == 0
        guard var batch = appender.claimBatch(count: count + (aborts ? 1 : 0), byteCount: length)
        else { return 0 }
        if aborts && next % 16 == 0 { batch.abort() }
        for position in 0..<count {
            guard let payload = batch.payload else { return position }
            StressPayload.fill(payload, producer, next + position)
            batch.commit(
                keyHash: key &+ UInt32(position), time: Nanoseconds(next + position))
        }
        if batch.payload != nil { batch.abort() }
        return count
    }
}
