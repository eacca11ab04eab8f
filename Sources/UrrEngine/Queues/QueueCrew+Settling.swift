import UrrDriver
import UrrMeasure
import UrrPlatform
import UrrWorkload

extension QueueCrew {
    /// Sends deletes off where a batch of them is full.
    @inlinable
    mutating func settleIfFull(
        _ index: Int, now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        if workers[index].unsettled >= workers[index].deleteBatch {
            settle(index, now: now, bank: bank)
        }
    }

    /// Ends a batch of which everything is handled: what is not settled yet is, and the worker
    /// receives again.
    @inlinable
    mutating func finishIfDone(
        _ index: Int, now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        guard workers[index].unhandled == 0, !workers[index].isDown else { return }
        if workers[index].unsettled > 0 { settle(index, now: now, bank: bank) }
        // With a settlement under way the last answer does it.
        if workers[index].open == 0, workers[index].count > 0 { wantReceive(index, now: now) }
    }

    /// Sends off deletes and returns.
    @inlinable
    mutating func settle(
        _ index: Int, now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        let worker = workers + index
        var number = 0
        while number < worker.pointee.count {
            let task = worker.pointee.tasks + number
            if task.pointee.state == .handled || task.pointee.state == .returned {
                send(task, number: number, worker: worker, now: now)
            }
            number &+= 1
        }
        worker.pointee.unsettled = 0
        worker.pointee.receiver._withUnsafeGuaranteedRef { $0.flush(now: now) }
        poll(index, bank: bank)
        if isAnswering(index) {
            var place = 0
            while place < answeringCount, Int(answering[place]) != index { place &+= 1 }
            if place < answeringCount { return }
            answering[answeringCount] = Int32(truncatingIfNeeded: index)
            answeringCount &+= 1
        }
    }

    @inlinable
    func send(
        _ task: UnsafeMutablePointer<QueueTask>, number: Int,
        worker: UnsafeMutablePointer<QueueWorker<Driver>>, now: Nanoseconds
    ) {
        let isDelete = task.pointee.state == .handled
        task.pointee.isDelete = isDelete
        task.pointee.state = .settling
        let retryAfter = worker.pointee.retryAfter ?? 0
        if task.pointee.isKnown {
            let message = task.pointee.message
            let ticket = worker.pointee.ticket
            worker.pointee.ledger._withUnsafeGuaranteedRef { ledger in
                if isDelete {
                    ledger.letGo(message, ticket: ticket)
                } else {
                    ledger.release(message, ticket: ticket, visibleAt: now &+ retryAfter)
                }
            }
        }
        worker.pointee.receiver._withUnsafeGuaranteedRef {
            $0.settle(
                QueueSettlement(
                    handle: task.pointee.handle, token: UInt64(truncatingIfNeeded: number),
                    visibleAfter: isDelete ? nil : retryAfter))
        }
    }

    /// Whether a settlement of the worker is not answered.
    @inlinable
    func isAnswering(_ index: Int) -> Bool {
        var number = 0
        while number < workers[index].count {
            if workers[index].tasks[number].state == .settling { return true }
            number &+= 1
        }
        return false
    }

    /// Takes the answers that are there; returns how many.
    @inlinable
    @discardableResult
    func poll(_ index: Int, bank: UnsafeMutablePointer<ConsumerBank>) -> Int {
        let worker = workers + index
        let clock = clock
        return worker.pointee.receiver._withUnsafeGuaranteedRef { receiver in
            receiver.poll(limit: 32) { answer in
                let number = Int(truncatingIfNeeded: answer.token)
                guard number >= 0, number < worker.pointee.count,
                    worker.pointee.tasks[number].state == .settling
                else { return }
                Self.settled(worker, number, answer.outcome, clock, bank: bank)
            }
        }
    }

    /// Books the answer to a settlement.
    @inlinable
    static func settled(
        _ worker: UnsafeMutablePointer<QueueWorker<Driver>>, _ number: Int,
        _ outcome: QueueSettlement.Outcome, _ clock: Clock,
        bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        let task = worker.pointee.tasks + number
        task.pointee.state = .closed
        worker.pointee.open &-= 1
        let tally = bank.pointee.tallies + worker.pointee.group
        guard outcome == .done else {
            tally.pointee.staleHandles &+= 1
            if outcome == .stale, task.pointee.isDelete, task.pointee.isKnown,
                clock.now() < worker.pointee.deadline
            {
                let message = task.pointee.message
                worker.pointee.ledger._withUnsafeGuaranteedRef { $0.refusedInTime(message) }
            }
            return
        }
        guard task.pointee.isDelete, task.pointee.isKnown else { return }
        let message = task.pointee.message
        worker.pointee.ledger._withUnsafeGuaranteedRef { $0.deleted(message) }
        guard task.pointee.segment != 0 else { return }
        tally.pointee.deleted &+= 1
        let cell = bank.pointee.messageGroupCell(
            group: worker.pointee.group, class: worker.pointee.classes.number(message.group))
        bank.pointee.messageGroups[cell].deleted &+= 1
    }

    /// Takes answers of targets that answer later.
    @inline(never)
    @usableFromInline
    mutating func collectAnswers(bank: UnsafeMutablePointer<ConsumerBank>) -> Int {
        var work = 0
        var place = 0
        while place < answeringCount {
            let index = Int(answering[place])
            work += poll(index, bank: bank)
            guard !isAnswering(index) else {
                place += 1
                continue
            }
            answeringCount -= 1
            answering[place] = answering[answeringCount]
            let worker = workers + index
            if worker.pointee.open == 0, !worker.pointee.isDown {
                wantReceive(index, now: clock.now())
            }
        }
        return work
    }
}
