import UrrPlatform
import UrrQueue

extension ReferenceQueue {
    /// `token` nil stands for a handle that was never given out.
    func delete(_ token: Int?) -> SettleResult {
        guard let token else { return .failed(.receiptHandleIsInvalid) }
        guard let item = items.first(where: { $0.tokens.contains(token) }) else { return .ignored }
        if isFIFO {
            guard item.tokens.last == token, item.state == .inFlight else {
                return .failed(.invalidParameterValue)
            }
        } else if item.tokens.last != token {
            return .ignored
        }
        totals.deleted += 1
        remove(item.unique)
        return .done
    }

    func changeVisibility(_ token: Int?, _ timeout: Nanoseconds) -> SettleResult {
        guard (0...QueueLimits.visibilityTimeout).contains(timeout) else {
            return .failed(.invalidParameterValue)
        }
        guard let token else { return .failed(.receiptHandleIsInvalid) }
        guard let at = items.firstIndex(where: { $0.tokens.last == token }) else {
            return .failed(.invalidParameterValue)
        }
        guard items[at].state == .inFlight else { return .failed(.messageNotInflight) }
        guard now - items[at].startTime + timeout <= QueueLimits.visibilityTimeout else {
            return .failed(.invalidParameterValue)
        }
        items[at].isChanged = true
        if timeout == 0 {
            makeReady(items[at].unique)
        } else {
            startTimer(items[at].unique, timeout)
        }
        return .done
    }

    func purge() -> QueueError? {
        if let lastPurge, now - lastPurge < rules.purgeInterval { return .purgeQueueInProgress }
        lastPurge = now
        totals.purged += UInt64(items.count)
        items = []
        line = []
        return nil
    }

    func redrive(to target: ReferenceQueue, maximum: Int) -> QueueCore.RedriveResult {
        var result = QueueCore.RedriveResult()
        target.advance(now)
        while result.count < maximum, let priority = line.map(\.priority).max() {
            let place = line.first { $0.priority == priority }!
            let members = items.filter {
                isFIFO ? $0.group == place.group : $0.unique == place.unique
            }
            for item in members.prefix(while: { $0.state == .ready })
            where result.count < maximum && result.error == nil {
                if move(item, to: target, asDeadLetter: false) {
                    result.count += 1
                } else {
                    result.error = .overLimit
                }
            }
            if isFIFO { refresh(place.group) }
            if result.error != nil { break }
        }
        return result
    }
}
