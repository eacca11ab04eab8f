import Testing
import UrrLog
import UrrPlatform

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
        let length = draw(40)
        let count = 1 + draw(4)
        let size = model.byteCount(length) * count
        let mayFit = model.fits(length, count: count, gate: gate, generously: true)
        let mustFit = model.fits(length, count: count, gate: gate, generously: false)
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
        let payloads = (0..<count).map { _ in drawPayload(length) }
        let key = UInt32(draw(1000))
        for position in 0..<count {
            batch[position].payload.copyBytes(from: payloads[position])
            claims.append((batch[position], key, time))
        }
        model.append(payloads, keyHash: key, time: time, .pending)
    }

    /// Commits, aborts or abandons one of the claims that are open, in any order.
    mutating func finishClaim() {
        guard case .shared(let appender) = appender, !claims.isEmpty else { return }
        let open = claims.remove(at: draw(claims.count))
        let offset = open.claim.offset
        switch draw(4) {
        case 0:
            #expect(appender.abort(open.claim))
            #expect(!log.abandon(offset: offset))
            model.settle(offset, .aborted)
        case 1:
            #expect(log.abandon(offset: offset))
            #expect(!appender.abort(open.claim))
            model.settle(offset, .aborted)
            happened("abandoned")
        default:
            #expect(appender.commit(open.claim, keyHash: open.keyHash, time: open.time))
            model.settle(offset, .committed)
            happened("finished late")
        }
        #expect(!appender.commit(open.claim, keyHash: 0, time: 0))
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
            let entry = model.entries[Int(log.startOffset)]
            #expect(entry.state == .committed && entry.record.time > time - limit)
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
