import UrrMeasure
import UrrPlatform
import UrrResults

extension RecordBuilder {
    /// One record per queue of the workload; nil where there is none.
    func queues() throws(MemoryError) -> [QueueRecord]? {
        guard !plan.queues.isEmpty else { return nil }
        var records: [QueueRecord] = []
        for index in plan.queues.indices { records.append(try queue(index)) }
        return records
    }

    /// Indices of the groups that read a queue.
    private func groups(reading queue: Int) -> [Int] {
        plan.groups.indices.filter { plan.groups[$0].receiving?.queue == queue }
    }

    private func queue(_ index: Int) throws(MemoryError) -> QueueRecord {
        let queue = plan.queues[index]
        var messageGroups: [MessageGroupRecord] = []
        // Nothing was sent to a dead-letter queue by name.
        if !queue.senders.isEmpty {
            let classes = queue.messageGroups > queue.classes.hot ? queue.classes.hot : nil
            for number in 0...(classes ?? max(0, queue.classes.hot - 1)) {
                messageGroups.append(try messageGroup(number, of: index))
            }
        }
        return QueueRecord(
            name: queue.name, fifo: queue.isFIFO,
            deadLetterQueue: queue.deadLetterQueue.map { plan.queues[$0].name },
            accounting: queueAccounting(index), messageGroups: messageGroups,
            redrives: redrives(to: index))
    }

    private func redrives(to queue: Int) -> [RedriveRecord]? {
        guard plan.redrives.contains(where: { $0.destination == queue }) else { return nil }
        return outcome.redrives.filter { $0.destination == queue }.map { task in
            RedriveRecord(
                dueNs: task.due + measureOffset, startedNs: task.started.map { $0 + measureOffset },
                endedNs: task.ended.map { $0 + measureOffset }, moved: task.moved,
                failure: task.failure)
        }
    }

    private func queueAccounting(_ index: Int) -> QueueAccounting {
        var result = QueueAccounting()
        for (entry, producer) in plan.producers.enumerated() where producer.queue == index {
            let tally = outcome.producers.tallies[entry]
            result.sent += tally.sent
            result.refused += tally.failed
            result.repeats += tally.repeats
            result.suppressed += tally.suppressed
            result.wronglySuppressed += tally.wronglySuppressed
            result.notSuppressed += tally.notSuppressed
            result.undecidedRepeats += tally.undecidedRepeats
        }
        for group in groups(reading: index) {
            let tally = outcome.consumers.tallies[group]
            result.delivered += tally.delivered
            result.redelivered += tally.redelivered
            result.admitted += tally.deleted
            result.failedAttempts += tally.failed
            result.handledAgain += tally.duplicates
            result.staleHandles += tally.staleHandles
            result.crashes += tally.crashes
            result.redriven += tally.returned
            result.soundDeadLetters += tally.soundReturned
            result.receives += tally.receives
            result.emptyReceives += tally.emptyReceives
        }
        let found = outcome.queues[index]
        result.deadLettersLeft = found.deadLettered.reduce(0, +)
        result.deadLettered = result.deadLettersLeft + result.redriven
        result.redrivenLate = found.returnedLate
        result.soundDeadLetters += found.soundDeadLetters
        result.misdirected = found.misdirected
        result.lost = found.lost
        result.orderBreaks = found.orderBreaks.reduce(0, +)
        result.early = found.early
        result.unexpected = found.unexpected
        result.dropped = found.dropped
        result.remaining = found.remaining
        return result
    }

    /// The record of one class of message groups.
    private func messageGroup(
        _ number: Int, of index: Int
    ) throws(MemoryError) -> MessageGroupRecord {
        let queue = plan.queues[index]
        let isRest = number == queue.classes.hot
        let readers = groups(reading: index)
        var sum = MessageGroupTally()
        var waiting: [Histogram] = []
        for group in readers {
            let cell = outcome.consumers.messageGroupCell(group: group, class: number)
            sum.add(outcome.consumers.messageGroups[cell])
            waiting.append(outcome.consumers.waiting[cell])
        }
        let delivered = readers.reduce(0) { $0 + outcome.consumers.tallies[$1].delivered }
        let suppressed = plan.producers.indices.reduce(UInt64(0)) { sum, entry in
            guard plan.producers[entry].queue == index else { return sum }
            let cell = entry * MessageGroupClasses.count + number
            return sum + outcome.producers.suppressed[cell]
        }
        let found = outcome.queues[index]
        return MessageGroupRecord(
            name: isRest ? nil : KeyText.text(UInt32(number)),
            groups: isRest ? queue.messageGroups - queue.classes.hot : 1,
            share: delivered > 0 ? Double(sum.delivered) / Double(delivered) : 0,
            admitted: sum.deleted, suppressed: suppressed, redelivered: sum.redelivered,
            deadLettered: found.deadLettered[number] + sum.returned,
            orderBreaks: found.orderBreaks[number],
            waiting: try merged(waiting))
    }
}
