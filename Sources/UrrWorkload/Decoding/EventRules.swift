import UrrEvents
import UrrPlatform

/// The rules of events and services that join several values.
extension WorkloadSpec {
    func eventProblems() -> [WorkloadProblem] { senderProblems() + serviceProblems() }

    /// Whether what is sent to a topic or queue are events: a producer says so, or a service
    /// publishes to it.
    func carriesEvents(_ target: MessageTarget) -> Bool {
        producers.contains { $0.target == target && $0.events != nil } || isFollowUpTopic(target)
    }

    private func isFollowUpTopic(_ target: MessageTarget) -> Bool {
        guard case .topic(let index) = target, topics.indices.contains(index),
            consumers.contains(where: { $0.handler == .ticketService })
        else { return false }
        return HandlerKind.followUpTopics.contains { $0.topic == topics[index].name }
    }

    // MARK: Producers

    private func senderProblems() -> [WorkloadProblem] {
        producers.enumerated().flatMap { index, producer -> [WorkloadProblem] in
            let path = JSONPath([.key("producers"), .index(index), .key("events")])
            guard let events = producer.events else {
                guard carriesEvents(producer.target) else { return [] }
                let rule = "must be given, because \"\(producer.to)\" carries events, got nothing"
                return [WorkloadProblem(path, rule)]
            }
            var toQueue = false
            if case .queue = producer.target { toQueue = true }
            if toQueue, events.service == .payment {
                return [
                    WorkloadProblem(
                        path.appending("service"), "must be \"waiting-room\" to a queue",
                        got: "\"payment-service\"")
                ]
            }
            return sizeProblems(producer, events.forms(toQueue: toQueue).map(\.form))
                .map { WorkloadProblem(path, $0.rule, got: $0.got) }
        }
    }

    private func sizeProblems(
        _ producer: ProducerSpec, _ forms: [EventForm]
    ) -> [(rule: String, got: String)] {
        guard isKnownTarget(producer.target) else { return [] }
        let needed = forms.map { EventTemplate($0).smallestByteCount }.max() ?? 0
        let maximum = maximumMessageSize(of: producer.target)
        guard needed > maximum else { return [] }
        return [
            (
                "must fit into the maximumMessageSize of \"\(producer.to)\", \(maximum) bytes",
                "\(needed) bytes"
            )
        ]
    }

    private func isKnownTarget(_ target: MessageTarget) -> Bool {
        switch target {
        case .topic(let index): topics.indices.contains(index)
        case .queue(let index): queues.indices.contains(index)
        }
    }

    // MARK: Consumers

    private func serviceProblems() -> [WorkloadProblem] {
        consumers.enumerated().flatMap { index, consumer -> [WorkloadProblem] in
            let path = JSONPath([.key("consumers"), .index(index)])
            let handler = path.appending("handler")
            let got = "\"\(consumer.handler.rawValue)\""
            var problems: [WorkloadProblem] = []
            let sources: [MessageTarget] =
                consumer.receiving.map { [.queue($0.queueIndex)] }
                ?? consumer.topicIndexes.map { .topic($0) }
            let carrying = sources.filter(carriesEvents)
            if !carrying.isEmpty, carrying.count < sources.count {
                problems.append(
                    WorkloadProblem(
                        path.appending("from"),
                        "must name topics that all carry events, or none of them"))
            }
            if consumer.handler != .none, carrying.isEmpty, !sources.isEmpty {
                problems.append(
                    WorkloadProblem(
                        handler, "must be given only for what carries events", got: got))
            }
            let forQueue = consumer.handler == .ticketWorker
            if consumer.handler != .none, forQueue != (consumer.receiving != nil) {
                problems.append(
                    WorkloadProblem(
                        handler, "must be given only for \(forQueue ? "a queue" : "topics")",
                        got: got))
            }
            return problems + activationProblems(consumer, path)
                + followUpProblems(consumer, handler)
        }
    }

    private func activationProblems(
        _ consumer: ConsumerSpec, _ path: JSONPath
    ) -> [WorkloadProblem] {
        let place = path.appending("activate")
        guard let activation = consumer.activation else {
            guard consumer.handler == .concertQueue else { return [] }
            return [WorkloadProblem(place, "is required with \"concert-queue\", got nothing")]
        }
        var problems: [WorkloadProblem] = []
        if consumer.handler != .concertQueue {
            problems.append(
                WorkloadProblem(place, "must be given only for \"concert-queue\""))
        }
        if consumer.idempotency != nil {
            problems.append(
                WorkloadProblem(
                    path.appending("idempotency"), "must be given only without \"activate\""))
        }
        if consumer.commit != .afterProcessing {
            problems.append(
                WorkloadProblem(
                    path.appending("commit"),
                    "must be given only as \"after-processing\" with \"activate\""))
        }
        if activation.atMost > activation.room {
            problems.append(
                WorkloadProblem(
                    place.appending("atMost"), "must be at most \"room\", \(activation.room)",
                    got: "\(activation.atMost)"))
        }
        return problems
    }

    /// The topics that the ticket service publishes to have to be there.
    private func followUpProblems(
        _ consumer: ConsumerSpec, _ path: JSONPath
    ) -> [WorkloadProblem] {
        guard consumer.handler == .ticketService else { return [] }
        return HandlerKind.followUpTopics.compactMap { topic, kinds in
            guard let found = topics.first(where: { $0.name == topic }) else {
                return WorkloadProblem(
                    path, "must be given only where there is a topic \"\(topic)\" to publish to",
                    got: "\"ticket-service\"")
            }
            let needed = kinds.map { EventTemplate(EventForm($0)).smallestByteCount }.max() ?? 0
            guard needed > found.maximumMessageSize else { return nil }
            return WorkloadProblem(
                JSONPath([.key("topics"), .key(topic), .key("maximumMessageSize")]),
                "must be at least \(needed) bytes for what \"\(consumer.group)\" publishes",
                got: "\(found.maximumMessageSize)")
        }
    }
}
