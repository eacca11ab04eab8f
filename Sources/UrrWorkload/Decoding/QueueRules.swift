import UrrPlatform

/// The rules of queues that join several values.
extension WorkloadSpec {
    func queueProblems() -> [WorkloadProblem] {
        let base = JSONPath([.key("queues")])
        var problems: [WorkloadProblem] = []
        for (index, queue) in queues.enumerated() {
            let path = base.appending(queue.name)
            if topics.contains(where: { $0.name == queue.name }) {
                problems.append(
                    WorkloadProblem(
                        path, "the name must differ from the topics",
                        got: JSONValue.string(queue.name).excerpt))
            }
            if queue.contentBasedDeduplication && !queue.fifo {
                problems.append(
                    WorkloadProblem(
                        path.appending("contentBasedDeduplication"),
                        "must be given only for a FIFO queue", got: "true"))
            }
            problems += redriveProblems(index, path.appending("redrive"))
        }
        // Which queues are dead-letter queues is known when their ways are right.
        if problems.isEmpty { problems += deadLetterQueueProblems() }
        return problems + redriveScheduleProblems()
    }

    /// Dead letters are those of another queue, and go back there: nobody sends to their queue or
    /// receives from it.
    private func deadLetterQueueProblems() -> [WorkloadProblem] {
        let deadLetterQueues = Set(queues.compactMap { $0.redrive?.deadLetterQueueIndex })
        var problems: [WorkloadProblem] = []
        for (index, producer) in producers.enumerated() {
            guard case .queue(let queue) = producer.target, deadLetterQueues.contains(queue) else {
                continue
            }
            problems.append(
                WorkloadProblem(
                    JSONPath([.key("producers"), .index(index), .key("to")]),
                    "must not be a dead-letter queue",
                    got: JSONValue.string(producer.to).excerpt))
        }
        for (index, consumer) in consumers.enumerated() {
            guard let receiving = consumer.receiving,
                deadLetterQueues.contains(receiving.queueIndex)
            else { continue }
            problems.append(
                WorkloadProblem(
                    JSONPath([.key("consumers"), .index(index), .key("from")]),
                    "must not be a dead-letter queue; \"redrives\" moves dead letters back",
                    got: JSONValue.string(receiving.queue).excerpt))
        }
        return problems
    }

    private func redriveScheduleProblems() -> [WorkloadProblem] {
        let base = JSONPath([.key("redrives")])
        var problems: [WorkloadProblem] = []
        for (index, redrive) in redrives.enumerated() {
            problems += timeProblems(redrive.times, base.appending(index))
        }
        let instants = redrives.reduce(0) { $0 + instantCount($1.times) }
        if instants > WorkloadLimits.faults {
            problems.append(
                WorkloadProblem(
                    base, "must begin at most \(WorkloadLimits.faults) times together",
                    got: "\(instants)"))
        }
        return problems
    }

    private func redriveProblems(_ index: Int, _ path: JSONPath) -> [WorkloadProblem] {
        guard let redrive = queues[index].redrive,
            queues.indices.contains(redrive.deadLetterQueueIndex)
        else { return [] }
        let target = queues[redrive.deadLetterQueueIndex]
        let place = path.appending("deadLetterQueue")
        let got = JSONValue.string(target.name).excerpt
        if target.fifo != queues[index].fifo {
            let kind = queues[index].fifo ? "FIFO" : "standard"
            return [WorkloadProblem(place, "must be a \(kind) queue as this one", got: got)]
        }
        // A way that comes back is as long as there are queues at the most.
        var step = redrive.deadLetterQueueIndex
        for _ in queues.indices {
            if step == index {
                return [WorkloadProblem(place, "must not lead back to this queue", got: got)]
            }
            guard let next = queues[step].redrive?.deadLetterQueueIndex,
                queues.indices.contains(next)
            else { break }
            step = next
        }
        return []
    }

    /// What a producer asks of the queue that it sends to.
    func problems(
        of producer: ProducerSpec, to queue: QueueSpec, _ path: JSONPath
    ) -> [WorkloadProblem] {
        var problems: [WorkloadProblem] = []
        if producer.batch.messages > ReceivingSpec.longestBatch {
            problems.append(
                WorkloadProblem(
                    path.appending("batch").appending("messages"),
                    "must be at most \(ReceivingSpec.longestBatch) to a queue",
                    got: "\(producer.batch.messages)"))
        }
        guard let duplicates = producer.duplicates else { return problems }
        let place = path.appending("duplicates")
        if !queue.fifo {
            problems.append(WorkloadProblem(place, "must be given only for a FIFO queue"))
        }
        if producer.arrivals.closedLoop != nil {
            problems.append(WorkloadProblem(place, "must not be given for a closed loop"))
        }
        if queue.contentBasedDeduplication, duplicates.after.longest >= queue.deduplicationWindow {
            let window = Quantities.text(queue.deduplicationWindow)
            problems.append(
                WorkloadProblem(
                    place.appending("after"),
                    "must be below the deduplicationWindow of \(window), because a repeat with the "
                        + "same content cannot be told from its original",
                    got: Quantities.text(duplicates.after.longest)))
        }
        let waiting = waitingRepeats(of: producer)
        if waiting > Double(WorkloadLimits.waitingRepeats) {
            problems.append(
                WorkloadProblem(
                    place,
                    "repeats that wait at the same time must be at most "
                        + "\(WorkloadLimits.waitingRepeats)", got: JSONNumber.short(waiting)))
        }
        return problems
    }

    /// The most repeats that are expected to wait for their time at once.
    func waitingRepeats(of producer: ProducerSpec) -> Double {
        guard let duplicates = producer.duplicates else { return 0 }
        let schedule = ArrivalSchedule(
            producer.arrivals, phase: .measure, length: phases.measure, seed: seed,
            producer: producer.name)
        return duplicates.share * schedule.greatestCount(in: duplicates.after.longest)
    }

    /// Queues that have producers and no workers, or workers and no producers, on the way to which
    /// nothing else leads.
    var queueNotes: [String] {
        let deadLetterQueues = Set(queues.compactMap { $0.redrive?.deadLetterQueueIndex })
        return queues.indices.compactMap { index in
            let isRead = consumers.contains { $0.receiving?.queueIndex == index }
            let isFed =
                producers.contains { $0.target == .queue(index) }
                || deadLetterQueues.contains(index)
            if isFed, !isRead, !deadLetterQueues.contains(index) {
                return "nobody receives from \(queues[index].name)"
            }
            return isRead && !isFed ? "nobody sends to \(queues[index].name)" : nil
        }
    }
}
