import UrrDriver
import UrrPlatform

/// The books of the queues, when every worker has ended.
extension RunSession {
    func gatherEndings(into outcome: RunOutcome) {
        var repeats = [RepeatFindings](repeating: RepeatFindings(), count: plan.producers.count)
        for worker in 0..<plan.producerWorkers + plan.consumerWorkers {
            let ending = endings[worker]
            outcome.warmupUnsent += ending.warmupUnsent
            for (entry, findings) in ending.repeats { repeats[entry].add(findings) }
            if let failure = ending.closeFailure {
                outcome.closeFailures.append(failure.description)
            }
        }
        outcome.repeats = repeats
        outcome.redrives = endings[plan.producerWorkers].redrives
    }

    /// What became of the messages of each queue.
    func queueFindings(
        refused: RefusalBook, repeats: [RepeatFindings], redrives: [RedriveTask]
    ) -> [QueueFindings] {
        let now = clock.now()
        let letters = deadLetters(now: now)
        return plan.queues.indices.map { queue in
            let ledger = ledgers[queue]
            let depth = driver.depth(queue: queue, now: now)
            let isRead = plan.firstGroup(reading: queue) != nil
            let sequences = queueSequences[queue]
            var undecided: Set<QueueMessage> = []
            for (entry, producer) in plan.producers.enumerated() where producer.queue == queue {
                for item in repeats[entry].undecided {
                    undecided.insert(
                        QueueMessage(
                            group: UInt32(bitPattern: item.partition),
                            producer: UInt16(ledger.rows[Int(item.producer)]),
                            sequence: item.sequence))
                }
            }
            var findings = ledger.findings(
                QueueLedger.Evidence(
                    sent: { sequences.row(instance: $0)[$1] },
                    refused: { refused.messages(queue: queue, group: $0) },
                    deadLetters: letters[queue].map(\.message),
                    movedBack: redrives.filter { $0.destination == queue }
                        .reduce(0) { $0 + $1.moved },
                    remaining: UInt64(max(0, depth.retained)), dropped: depth.dropped,
                    mayComeAgain: undecided))
            for (entry, producer) in plan.producers.enumerated() where producer.queue == queue {
                guard let violation = repeats[entry].firstViolation else { continue }
                findings.faults.append(violation.text(window: producer.deduplicationWindow))
            }
            findings.undecided += refused.forgotten([.queue(queue)])
            if !isRead { findings.remaining = 0 }
            for letter in letters[queue] where letter.isMeasured {
                findings.deadLettered[ledger.classes.number(letter.message.group)] += 1
                if letter.isSound { findings.soundDeadLetters += 1 }
            }
            return findings
        }
    }

    private struct DeadLetter {
        var message: QueueMessage
        var isMeasured: Bool
        /// Whether its handling does not always fail.
        var isSound: Bool
    }

    /// What is in the dead-letter queues, by the queue that it was sent to.
    private func deadLetters(now: Nanoseconds) -> [[DeadLetter]] {
        var letters = [[DeadLetter]](repeating: [], count: plan.queues.count)
        let reading = EventReading(plan, filler: filler)
        for queue in Set(plan.queues.compactMap(\.deadLetterQueue)).sorted()
        where plan.firstGroup(reading: queue) == nil {
            driver.takeOut(queue: queue, now: now) { payload in
                let isOfEvents = EventReader.isEvent(payload)
                let reader = reading.reader(ofEvents: isOfEvents)
                guard let header = reader.header(payload, runTag: plan.runTag),
                    let home = plan.producers.first(where: {
                        let last = $0.firstInstance + $0.instances
                        return ($0.firstInstance..<last).contains(Int(header.producer))
                    })?.queue, let message = ledgers[home].message(header)
                else { return }
                letters[home].append(
                    DeadLetter(
                        message: message, isMeasured: header.segment != 0,
                        isSound: !plan.isPoison(header, in: home)))
            }
        }
        return letters
    }

    /// What the check of a queue says about a group that reads it. What is of the whole queue is
    /// told at the first of its groups.
    func findings(
        group: Int, queues: [QueueFindings], refused: RefusalBook
    ) -> RunOutcome.GroupFindings {
        var sum = RunOutcome.GroupFindings()
        guard let queue = plan.groups[group].receiving?.queue,
            plan.firstGroup(reading: queue) == group
        else { return sum }
        let found = queues[queue]
        sum.lost = found.lost
        sum.reordered = found.orderBreaks.reduce(0, +)
        // A standard queue does not promise to deliver a message once.
        if plan.queues[queue].isFIFO {
            sum.duplicates = found.unexpected + found.early + found.misdirected
        }
        sum.outOfRange = found.dropped
        sum.unhandledAtEnd = found.remaining
        sum.violations = sum.lost + sum.reordered + sum.duplicates
        sum.undecided = found.undecided
        sum.firstViolations = found.faults.prefix(8).map { "\(plan.queues[queue].name), \($0)" }
        return sum
    }
}
