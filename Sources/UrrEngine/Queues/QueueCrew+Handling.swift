import UrrDriver
import UrrMeasure
import UrrPlatform
import UrrWorkload

extension QueueCrew {
    /// Ends handlers that are due and brings crashed workers back, in order. Returns how many.
    @inlinable
    mutating func completeDue(
        now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) -> Int {
        var ended = 0
        while timers.nextDue <= now {
            let timer = timers.removeFirst()
            let index = Int(timer.owner)
            ended &+= 1
            if timer.slot < 0 {
                workers[index].isDown = false
                if workers[index].open == 0 { wantReceive(index, now: now) }
                continue
            }
            let slot = Int(timer.slot)
            let task = Int(workers[index].handling[slot])
            workers[index].handling[slot] = -1
            workers[index].busySlots &-= 1
            if end(index, task, due: timer.due, now: now, bank: bank) {
                settleIfFull(index, now: now, bank: bank)
                startWaiting(index, at: timer.due, bank: bank)
                finishIfDone(index, now: now, bank: bank)
            }
        }
        return ended
    }

    /// Gives waiting messages to free slots; their handlers start at `instant`.
    @inlinable
    mutating func startWaiting(
        _ index: Int, at instant: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        let worker = workers + index
        while worker.pointee.busySlots < worker.pointee.slots,
            let task = worker.pointee.nextTask()
        {
            guard start(index, task, at: instant, bank: bank) else { return }
            var slot = 0
            while worker.pointee.handling[slot] >= 0 { slot &+= 1 }
            worker.pointee.handling[slot] = Int32(truncatingIfNeeded: task)
            worker.pointee.busySlots &+= 1
            let duration = worker.pointee.serviceTime.duration(worker.pointee.tasks[task].identity)
            timers.insert(
                TimerHeap.Entry(
                    due: instant &+ duration, owner: Int32(truncatingIfNeeded: index),
                    slot: Int32(truncatingIfNeeded: slot)))
        }
    }

    /// Handles a batch in no time: one clock read when it has come and one when it is done.
    @inlinable
    mutating func handleAtOnce(
        _ index: Int, received: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        let worker = workers + index
        let now = clock.nowAfterLoads()
        var task = 0
        while task < worker.pointee.count {
            if worker.pointee.tasks[task].state == .waiting {
                guard start(index, task, at: received, bank: bank),
                    end(index, task, due: now, now: now, bank: bank)
                else { return }
                settleIfFull(index, now: now, bank: bank)
            }
            task &+= 1
        }
        finishIfDone(index, now: now, bank: bank)
    }

    /// Starts a handler; false where the worker crashes instead.
    @inlinable
    mutating func start(
        _ index: Int, _ number: Int, at instant: Nanoseconds,
        bank: UnsafeMutablePointer<ConsumerBank>
    ) -> Bool {
        let worker = workers + index
        let task = worker.pointee.tasks + number
        if !worker.pointee.faults.isNever, task.pointee.isKnown,
            worker.pointee.faults.crashesBefore(
                task.pointee.identity, attempt: task.pointee.attempt)
        {
            crash(index, at: instant, bank: bank)
            return false
        }
        task.pointee.started = instant
        task.pointee.state = .handling
        guard task.pointee.isKnown else { return true }
        worker.pointee.ledger._withUnsafeGuaranteedRef {
            _ = $0.start(task.pointee.message, attempt: task.pointee.attempt)
        }
        return true
    }

    /// Ends a handler, well or not; false where the worker crashes.
    @inlinable
    mutating func end(
        _ index: Int, _ number: Int, due: Nanoseconds, now: Nanoseconds,
        bank: UnsafeMutablePointer<ConsumerBank>
    ) -> Bool {
        let worker = workers + index
        let task = worker.pointee.tasks + number
        worker.pointee.unhandled &-= 1
        guard task.pointee.isKnown else {
            // Nobody can make anything of it: it is deleted.
            task.pointee.state = .handled
            worker.pointee.unsettled &+= 1
            return true
        }
        let hasFaults = !worker.pointee.faults.isNever
        if hasFaults,
            worker.pointee.faults.fails(
                task.pointee.identity, attempt: task.pointee.attempt,
                isMended: task.pointee.started >= worker.pointee.mendedAt)
        {
            fail(index, number, bank: bank)
            return true
        }
        let isFirst = worker.pointee.ledger._withUnsafeGuaranteedRef {
            $0.handled(task.pointee.message)
        }
        if isFirst, let book = worker.pointee.book, task.pointee.figure >= 0 {
            book.add(figure: task.pointee.figure, amount: 0)
        }
        if !isFirst { bank.pointee.tallies[worker.pointee.group].duplicates &+= 1 }
        if isFirst, task.pointee.segment != 0 {
            book(task.pointee, worker: worker, due: due, now: now, bank: bank)
        }
        if hasFaults,
            worker.pointee.faults.crashesAfter(
                task.pointee.identity, attempt: task.pointee.attempt)
        {
            crash(index, at: now, bank: bank)
            return false
        }
        task.pointee.state = .handled
        worker.pointee.unsettled &+= 1
        return true
    }

    @inlinable
    func book(
        _ task: QueueTask, worker: UnsafeMutablePointer<QueueWorker<Driver>>, due: Nanoseconds,
        now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        let group = worker.pointee.group
        bank.pointee.book(
            group: group, segment: Int(task.segment), intended: task.intended, sent: task.sent,
            started: task.started, handled: now, due: due)
        let cell = bank.pointee.messageGroupCell(
            group: group, class: worker.pointee.classes.number(task.message.group))
        bank.pointee.messageGroups[cell].handled &+= 1
        bank.pointee.waiting[cell].record(task.started &- task.sent)
    }

    /// A handler has failed. What comes after the message in its group cannot be handled before it,
    /// so it goes back with it.
    @inline(never)
    @usableFromInline
    mutating func fail(
        _ index: Int, _ number: Int, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        let worker = workers + index
        let failed = worker.pointee.tasks[number]
        if failed.segment != 0 {
            let cell = bank.pointee.messageGroupCell(
                group: worker.pointee.group,
                class: worker.pointee.classes.number(failed.message.group))
            bank.pointee.tallies[worker.pointee.group].failed += 1
            bank.pointee.messageGroups[cell].failed += 1
        }
        giveBack(worker, number)
        guard worker.pointee.isFIFO else { return }
        for other in number + 1..<max(number + 1, worker.pointee.count)
        where worker.pointee.tasks[other].state == .waiting
            && worker.pointee.tasks[other].message.group == failed.message.group
        {
            worker.pointee.unhandled -= 1
            giveBack(worker, other)
        }
    }

    private func giveBack(_ worker: UnsafeMutablePointer<QueueWorker<Driver>>, _ number: Int) {
        if worker.pointee.retryAfter == nil {
            worker.pointee.tasks[number].state = .closed
            worker.pointee.open -= 1
        } else {
            worker.pointee.tasks[number].state = .returned
            worker.pointee.unsettled += 1
        }
    }

    /// A worker goes down with all that it has not settled: the queue delivers it again.
    @inline(never)
    @usableFromInline
    mutating func crash(
        _ index: Int, at instant: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        let worker = workers + index
        bank.pointee.tallies[worker.pointee.group].crashes += 1
        for number in 0..<worker.pointee.count {
            let state = worker.pointee.tasks[number].state
            guard state != .settling, state != .closed else { continue }
            worker.pointee.tasks[number].state = .closed
            worker.pointee.open -= 1
        }
        worker.pointee.unhandled = 0
        worker.pointee.unsettled = 0
        worker.pointee.handling.update(repeating: -1, count: worker.pointee.slots)
        worker.pointee.busySlots = 0
        worker.pointee.isDown = true
        timers.removeAll(of: Int32(index))
        timers.insert(
            TimerHeap.Entry(due: instant + worker.pointee.restart, owner: Int32(index), slot: -1))
    }
}
