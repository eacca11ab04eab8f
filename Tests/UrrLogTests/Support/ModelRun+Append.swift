import Testing
import UrrPlatform

@testable import UrrLog

/// Appending, discarding, and what becomes of claims.
extension ModelRun {
    private var isExclusive: Bool { model.configuration.appender == .exclusive }

    private mutating func drawPayload(_ length: Int) -> [UInt8] {
        (0..<length).map { _ in UInt8(truncatingIfNeeded: draw(256)) }
    }

    private mutating func drawLength() -> Int {
        draw(5) == 0 ? draw(model.configuration.maximumMessageBytes + 1) : draw(24)
    }

    /// The time that an appender gives: now, or, from a thread that is late, before. An exclusive
    /// log raises it, a shared one keeps it.
    private mutating func drawTime() -> Nanoseconds {
        draw(6) == 0 && (isExclusive || !isOrdered) ? max(0, time - 3) : time
    }

    mutating func append() {
        let length = drawLength()
        let payload = drawPayload(length)
        let key = UInt32(draw(1000))
        let isAborted = draw(10) == 0 && length > 0
        let isClaim = isAborted || (draw(2) == 0 && length > 0)
        let given = drawTime()
        let mayFit = model.fits(length, gate: gate, generously: true)
        let mustFit = model.fits(length, gate: gate, generously: false)
        let result =
            isClaim
            ? appender.claim(payload, keyHash: key, time: given, abort: isAborted)
            : appendOnce(payload, keyHash: key, time: given)
        #expect(result == .appended || !mustFit)
        #expect(result == .full || mayFit)
        happened("\(result)")
        guard result == .appended else { return }
        if isAborted && isExclusive {
            // Nothing is consumed, but the frame may have moved to the start of the ring.
            model.nextPosition = model.place(length).lowerBound
            return
        }
        if isAborted { happened("aborted") }
        model.append([payload], keyHash: key, time: given, isAborted ? .aborted : .committed)
        checkRetention(at: given, length, isClaim: isClaim)
    }

    /// Appends as it comes, or with a number that was offered before or comes too early, and then
    /// with the one that is due.
    private mutating func appendOnce(
        _ payload: [UInt8], keyHash: UInt32, time: Nanoseconds
    ) -> AppendResult {
        if draw(3) > 0 { return appender.append(payload, keyHash: keyHash, time: time) }
        let due = session.nextSequence
        #expect(session.refusal(of: due + 1) == .gap)
        if due > 0 {
            happened("repeated")
            #expect(session.refusal(of: Int64(draw(Int(due)))) == .repeated)
        }
        #expect(session.refusal(of: due) == nil)
        let result = appender.append(payload, keyHash: keyHash, time: time)
        if result == .appended { session.confirm(due) }
        return result
    }

    /// Several records that an exclusive appender publishes together, or that a shared one claims
    /// together and finishes some time.
    mutating func appendBatch() {
        happened("batch")
        switch appender {
        case .exclusive(let appender): appendBatch(appender)
        case .shared(let appender): claimBatch(appender)
        }
    }

    private mutating func appendBatch(_ appender: ExclusiveAppender) {
        var batch = appender.makeBatch()
        for _ in 0..<1 + draw(6) {
            let payload = drawPayload(drawLength())
            let given = drawTime()
            let key = UInt32(draw(1000))
            let mayFit = model.fits(payload.count, gate: gate, generously: true)
            let mustFit = model.fits(payload.count, gate: gate, generously: false)
            let result = payload.withUnsafeBytes { batch.append($0, keyHash: key, time: given) }
            #expect(result == .appended || !mustFit)
            #expect(result == .full || mayFit)
            if result != .appended { break }
            model.append([payload], keyHash: key, time: given)
        }
        batch.publish()
    }

    private mutating func claimBatch(_ appender: SharedAppender) {
        if draw(3) == 0 { return claimOne(appender) }
        // Seldom more than one descriptor stands for.
        let isLong = draw(6) == 0
        let length = isLong ? 0 : draw(40)
        let count = isLong ? 60 + draw(10) : 1 + draw(4)
        let size = model.byteCount(length, isBatch: true) * count
        func fits(generously: Bool) -> Bool {
            model.fits(length, count: count, isBatch: true, gate: gate, generously: generously)
        }
        let (mayFit, mustFit) = (fits(generously: true), fits(generously: false))
        guard let batch = appender.claimBatch(count: count, byteCount: length) else {
            let isTooLarge =
                size > model.configuration.dataCapacity / 2
                || count > model.configuration.recordCapacity
            #expect(appender.lastRefusal == (isTooLarge ? .tooLarge : .full))
            #expect(isTooLarge || !mustFit)
            return
        }
        #expect(mayFit)
        #expect(batch.firstOffset == model.end)
        let key = UInt32(draw(1000))
        // The whole of it lies together, not each part of it.
        model.nextPosition = model.place(length, count: count, isBatch: true).lowerBound
        var rest = count
        while rest > 0 {
            let part = min(rest, LogLayout.batchLimit)
            let payloads = (0..<part).map { _ in drawPayload(length) }
            model.append(payloads, keyHash: key, time: time, .pending, isBatch: true)
            rest -= part
        }
        claims.append(.batch(batch, keyHash: key, time: time))
    }

    private mutating func claimOne(_ appender: SharedAppender) {
        let payload = drawPayload(draw(40))
        let mayFit = model.fits(payload.count, gate: gate, generously: true)
        let mustFit = model.fits(payload.count, gate: gate, generously: false)
        guard let claim = appender.claim(byteCount: payload.count) else {
            #expect(appender.lastRefusal == .full)
            #expect(!mustFit)
            return
        }
        #expect(mayFit)
        #expect(claim.offset == model.end)
        claim.payload.copyBytes(from: payload)
        let key = UInt32(draw(1000))
        claims.append(.record(claim, keyHash: key, time: time))
        model.append([payload], keyHash: key, time: time, .pending)
    }

    /// Commits, aborts or abandons one of the claims that are open, in any order.
    mutating func finishClaim() {
        guard case .shared(let appender) = appender, !claims.isEmpty else { return }
        switch claims.remove(at: draw(claims.count)) {
        case .record(let claim, let keyHash, let time): finish(claim, keyHash, time, appender)
        case .batch(let batch, let keyHash, let time): finish(batch, keyHash, time)
        }
    }

    private mutating func finish(
        _ claim: SharedClaim, _ keyHash: UInt32, _ time: Nanoseconds, _ appender: SharedAppender
    ) {
        let offset = claim.offset
        switch draw(3) {
        case 0:
            #expect(appender.abort(claim))
            #expect(!log.abandon(offset: offset))
            model.settle(offset, .aborted)
        case 1:
            #expect(log.abandon(offset: offset))
            #expect(!appender.abort(claim))
            model.settle(offset, .aborted)
            happened("abandoned")
        default:
            #expect(appender.commit(claim, keyHash: keyHash, time: time))
            model.settle(offset, .committed)
            happened("finished late")
        }
        #expect(!appender.commit(claim, keyHash: 0, time: 0))
    }

    /// Finishes a batch, some of whose records may be given up, or leaves it in the middle of a part
    /// to be abandoned.
    private mutating func finish(_ open: SharedBatch, _ keyHash: UInt32, _ time: Nanoseconds) {
        var batch = open
        let end = batch.firstOffset + Offset(batch.count)
        let stop = draw(2) == 0 ? draw(batch.count) : batch.count
        let isGivenUp = draw(4) == 0
        var states: [LogModel.State] = []
        while let payload = batch.payload, states.count < stop {
            let offset = batch.nextOffset
            payload.copyBytes(from: model.entries[Int(offset)].record.payload)
            let aborts = isGivenUp || draw(4) == 0
            states.append(aborts ? .aborted : .committed)
            let isDone = aborts ? batch.abort() : batch.commit(keyHash: keyHash, time: time)
            #expect(isDone)
        }
        // Whatever part is complete is published.
        for (index, state) in states.enumerated() {
            model.settle(open.firstOffset + Offset(index), state)
        }
        if batch.payload == nil {
            let isTaken = batch.commit(keyHash: 0, time: 0) || batch.abort()
            #expect(!isTaken)
            happened("finished late")
            return
        }
        var offset = model.entries[Int(batch.nextOffset)].firstOffset
        while offset < end {
            let next = min(end, offset + Offset(LogLayout.batchLimit))
            if next > offset + 1 { #expect(!log.abandon(offset: next - 1)) }
            #expect(log.abandon(offset: offset))
            for gone in offset..<next { model.settle(gone, .aborted) }
            offset = next
        }
        happened("abandoned")
    }

    // MARK: Discarding

    mutating func enforceRetention() {
        let before = log.startOffset
        switch appender {
        case .exclusive(let appender): appender.enforceRetention(at: time)
        case .shared(let appender): appender.enforceRetention(at: time)
        }
        let configuration = model.configuration
        if configuration.retentionBytes == nil && configuration.retentionTime == nil {
            #expect(log.startOffset == before)
        }
        // What is young enough stays, what is not goes as far as it may.
        if let limit = configuration.retentionTime, log.startOffset < gate {
            let latest = model.latestTime(at: log.startOffset)
            #expect(latest.map { $0 > time - limit } == true)
            happened("retention")
        }
        if let limit = configuration.retentionBytes, log.startOffset < gate {
            #expect(model.bytes(from: log.startOffset) <= limit)
            happened("retention")
        }
    }

    private func checkRetention(at time: Nanoseconds, _ length: Int, isClaim: Bool) {
        let configuration = model.configuration
        let start = log.startOffset
        // A group that committed just now may be behind what retention asks for.
        let isFree =
            (configuration.whenFull == .overwrite || groups.isEmpty)
            && model.firstPending(from: start) == nil
        if let limit = configuration.retentionBytes, isFree, !hasBatches {
            #expect(model.bytes(from: start) <= limit + limit / 16 + model.byteCount(length))
        }
        // A claim goes by the time of the record before it.
        if let limit = configuration.retentionTime, isFree, !isClaim, isExclusive {
            #expect(model.entries[Int(start)].record.time > time - limit - limit / 16 - 1)
        }
        guard configuration.retentionBytes == nil, configuration.retentionTime == nil else {
            return
        }
        // No more is discarded than what has to go and a sixteenth (of a small log up to a quarter);
        // a batch has to have more gone, even if it is refused for what is in its way.
        if hasBatches { return }
        func step(_ capacity: Int, _ least: Int) -> Int {
            max(capacity / 16, min(capacity / 4, least))
        }
        let records = configuration.recordCapacity
        let bytes = configuration.dataCapacity
        let keepsRecords = Int(model.end - start) >= records - step(records, 64) - 1
        let slack = step(bytes, 4096) + 3 * model.byteCount(configuration.maximumMessageBytes)
        #expect(start == 0 || keepsRecords || model.bytes(from: start) >= bytes - slack)
    }
}
