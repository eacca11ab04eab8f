import UrrDriver
import UrrEvents
import UrrMeasure
import UrrPlatform
import UrrWorkload

extension QueueCrew {
    /// Lets waiting workers receive, one after the other, until one gets nothing; returns how many
    /// messages came.
    @inlinable
    mutating func receive(
        lane: Int, now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) -> Int {
        var total = 0
        while !lanes[lane].isEmpty {
            let index = lanes[lane].first
            let count = receive(index, now: now, bank: bank)
            guard count > 0 else {
                countEmpty(index, now: now, bank: bank)
                break
            }
            lanes[lane].removeFirst()
            total &+= count
        }
        return total
    }

    /// One receive of one worker, and the start of what came.
    @inlinable
    mutating func receive(
        _ index: Int, now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) -> Int {
        let worker = workers + index
        let tally = bank.pointee.tallies + worker.pointee.group
        let number = ticket &+ 1
        var received: Nanoseconds = 0
        let clock = clock
        let runTag = runTag
        let count = worker.pointee.receiver._withUnsafeGuaranteedRef { receiver in
            receiver.receive(limit: worker.pointee.batch, now: now) { delivery in
                if received == 0 { received = clock.nowAfterLoads() }
                Self.keep(
                    delivery, worker: worker, ticket: number, polled: now, received: received,
                    runTag: runTag, bank: bank)
            }
        }
        guard count > 0 else { return 0 }
        ticket = number
        worker.pointee.ticket = number
        worker.pointee.deadline = now &+ worker.pointee.visibility
        tally.pointee.receives &+= 1
        if worker.pointee.isInstant {
            handleAtOnce(index, received: received, bank: bank)
        } else {
            startWaiting(index, at: received, bank: bank)
        }
        return count
    }

    /// Checks a delivery and puts it among the worker's tasks.
    @inlinable
    static func keep(
        _ delivery: QueueDelivery, worker: UnsafeMutablePointer<QueueWorker<Driver>>,
        ticket: UInt64, polled: Nanoseconds, received: Nanoseconds, runTag: UInt32,
        bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        let message = verify(delivery, worker: worker, runTag: runTag)
        let tally = bank.pointee.tallies + worker.pointee.group
        var task = QueueTask(
            handle: delivery.handle,
            message: message?.message ?? QueueMessage(group: 0, producer: 0, sequence: 0),
            intended: message?.header.intended ?? 0, sent: message?.header.sent ?? 0,
            identity: 0, attempt: delivery.receiveCount,
            segment: message?.header.segment ?? 0, isKnown: message != nil)
        if let message {
            let comesBack = worker.pointee.ledger._withUnsafeGuaranteedRef {
                $0.receive(
                    message.message, attempt: delivery.receiveCount, ticket: ticket,
                    polled: polled, received: received, visibility: worker.pointee.visibility)
            }
            task.identity = QueueTask.identity(of: message.header)
            task.figure = figure(delivery, worker: worker)
            if task.segment != 0 {
                count(delivery, task.message, worker: worker, bank: bank)
                if comesBack { countReturn(task, worker: worker, bank: bank) }
            }
        } else {
            tally.pointee.corrupted &+= 1
        }
        let place = worker.pointee.count
        (worker.pointee.tasks + place).initialize(to: task)
        let held = place == 0 ? 0 : worker.pointee.receivedBytes
        worker.pointee.receivedBytes = held &+ delivery.payload.count
        worker.pointee.peak.messages = max(worker.pointee.peak.messages, place &+ 1)
        worker.pointee.peak.bytes = max(worker.pointee.peak.bytes, worker.pointee.receivedBytes)
        worker.pointee.count = place &+ 1
        worker.pointee.open &+= 1
        worker.pointee.unhandled &+= 1
    }

    @inlinable
    static func count(
        _ delivery: QueueDelivery, _ message: QueueMessage,
        worker: UnsafeMutablePointer<QueueWorker<Driver>>,
        bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        let group = worker.pointee.group
        let cell = bank.pointee.messageGroupCell(
            group: group, class: worker.pointee.classes.number(message.group))
        let messageGroup = bank.pointee.messageGroups + cell
        let tally = bank.pointee.tallies + group
        tally.pointee.delivered &+= 1
        messageGroup.pointee.delivered &+= 1
        if delivery.receiveCount > 1 {
            tally.pointee.redelivered &+= 1
            messageGroup.pointee.redelivered &+= 1
        }
    }

    /// A dead letter that was moved back and comes again.
    @inline(never)
    @usableFromInline
    static func countReturn(
        _ task: QueueTask, worker: UnsafeMutablePointer<QueueWorker<Driver>>,
        bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        let group = worker.pointee.group
        let cell = bank.pointee.messageGroupCell(
            group: group, class: worker.pointee.classes.number(task.message.group))
        bank.pointee.messageGroups[cell].returned += 1
        bank.pointee.tallies[group].returned += 1
        if !worker.pointee.faults.isPoison(task.identity) {
            bank.pointee.tallies[group].soundReturned += 1
        }
    }

    /// What a service counts the message under; -1 where there is none, or it says nothing.
    @inlinable
    static func figure(
        _ delivery: QueueDelivery, worker: UnsafeMutablePointer<QueueWorker<Driver>>
    ) -> Int {
        guard worker.pointee.book != nil, let events = worker.pointee.reader.events,
            let reading = events.reading(delivery.payload, guess: events.admittedForm)
        else { return -1 }
        return events.codec.traits(reading.form).figure
    }

    /// The message as the ledger knows it; nil where it is damaged or of another run.
    @inlinable
    static func verify(
        _ delivery: QueueDelivery, worker: UnsafeMutablePointer<QueueWorker<Driver>>,
        runTag: UInt32
    ) -> (header: TraceHeader, message: QueueMessage)? {
        guard let header = worker.pointee.reader.header(delivery.payload, runTag: runTag),
            let message = worker.pointee.ledger._withUnsafeGuaranteedRef({ $0.message(header) })
        else { return nil }
        return (header, message)
    }

    /// Counts a receive that has waited its time in vain; the next one begins.
    @inlinable
    mutating func countEmpty(
        _ index: Int, now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        guard now &- workers[index].waitingSince >= workers[index].waitTime else { return }
        workers[index].waitingSince = now
        bank.pointee.tallies[workers[index].group].emptyReceives &+= 1
    }

    /// Puts a worker that is done with its batch among those that wait for messages.
    @inlinable
    mutating func wantReceive(_ index: Int, now: Nanoseconds) {
        let worker = workers + index
        worker.pointee.count = 0
        worker.pointee.waitingSince = now
        lanes[worker.pointee.lane].append(index)
    }
}
