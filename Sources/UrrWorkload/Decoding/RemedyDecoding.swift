import UrrPlatform

extension WorkloadDecoder {
    /// Keys of a group that reads topics.
    static let remedyKeys = ["batching", "shedding", "polling", "timeToLive", "circuitBreaker"]

    /// What a group does against a backlog; `sources` are the topics that it reads.
    func remedies(
        _ object: DecodingObject, _ known: Destinations, sources: [Int]
    ) -> RemedySpec {
        var remedies = RemedySpec()
        remedies.batching = object.optional("batching").flatMap(batching)
        remedies.shedding = object.optional("shedding").flatMap {
            shedding($0, known, sources: sources)
        }
        remedies.polling = object.optional("polling").flatMap { polling($0) } ?? .inTurn
        remedies.timeToLive = object.optional("timeToLive")?.duration(1...WorkloadLimits.phase)
        remedies.circuitBreaker = object.optional("circuitBreaker").flatMap(circuitBreaker)
        return remedies
    }

    private func batching(_ node: DecodingNode) -> BatchingSpec? {
        guard let object = node.object(["messages", "cost"]) else { return nil }
        let messages = object.required("messages")?.integer(2...WorkloadLimits.batch)
        let cost = object.required("cost")?.duration(0...WorkloadLimits.longestServiceTime)
        guard let messages, let cost else { return nil }
        return BatchingSpec(messages: messages, cost: cost)
    }

    private func shedding(
        _ node: DecodingNode, _ known: Destinations, sources: [Int]
    ) -> SheddingSpec? {
        guard let object = node.object(["lag", "topics"]) else { return nil }
        let lag = object.required("lag")?.integer(0...Int(Int32.max))
        let nodes =
            object.required("topics")?.list(1...WorkloadLimits.entries, of: "topics") ?? []
        let names = sources.map { known.topics[$0].name }
        let topics = nodes.compactMap { node -> Int? in
            guard let name = node.name() else { return nil }
            if let place = names.firstIndex(of: name) { return sources[place] }
            return node.fail(
                "must be a topic that the group reads; "
                    + didYouMean(name, among: names, plural: "topics"))
        }
        guard let lag, topics.count == nodes.count else { return nil }
        return SheddingSpec(lag: lag, topicIndexes: topics)
    }

    private func polling(_ node: DecodingNode) -> PollingSpec? {
        if node.value.text != nil {
            return node.word(["in-turn", "strict"]).map { $0 == "strict" ? .strict : .inTurn }
        }
        guard let object = node.object(["weights"]), let list = object.required("weights") else {
            return nil
        }
        let nodes = list.list(1...WorkloadLimits.entries, of: "weights") ?? []
        let weights = nodes.compactMap { $0.integer(1...1000) }
        return weights.count == nodes.count ? .weighted(weights) : nil
    }

    private func circuitBreaker(_ node: DecodingNode) -> CircuitBreakerSpec? {
        let keys = ["slowerThan", "failures", "open", "probes", "whileOpen"]
        guard let object = node.object(keys) else { return nil }
        let slow = object.required("slowerThan")?.duration(1...WorkloadLimits.longestServiceTime)
        let counts = 1...WorkloadLimits.batch
        let failures = object.required("failures")?.integer(counts)
        let open = object.required("open")?.duration(1...WorkloadLimits.phase)
        let probes = object.optional("probes")?.integer(counts) ?? 1
        let action = object.optional("whileOpen")?.choice(OpenAction.self) ?? .skip
        guard let slow, let failures, let open else { return nil }
        return CircuitBreakerSpec(
            slowerThan: slow, failures: failures, open: open, probes: probes, whileOpen: action)
    }
}

extension WorkloadSpec {
    /// Remedies that do not go with the rest of their group.
    func remedyProblems() -> [WorkloadProblem] {
        var problems: [WorkloadProblem] = []
        for (index, consumer) in consumers.enumerated() {
            let path = JSONPath([.key("consumers"), .index(index)])
            if consumer.remedies.batching != nil, consumer.concurrency > 1 {
                problems.append(
                    WorkloadProblem(
                        path.appending("batching"), "must be given only with a concurrency of 1",
                        got: "\(consumer.concurrency)"))
            }
            var others = consumer.remedies
            others.polling = .inTurn
            if consumer.handler != .none, others != RemedySpec() {
                // A service's books are compared with all that was sent, message by message.
                problems.append(
                    WorkloadProblem(
                        path.appending("handler"),
                        "must be \"none\" for a group that leaves messages out or batches them",
                        got: "\"\(consumer.handler.rawValue)\""))
            }
            let topics = consumer.topicIndexes.count
            if case .weighted(let weights) = consumer.remedies.polling, weights.count != topics {
                problems.append(
                    WorkloadProblem(
                        path.appending("polling").appending("weights"),
                        "must have a weight for each of the \(topics) topics of \"from\"",
                        got: "\(weights.count)"))
            }
        }
        return problems
    }
}
