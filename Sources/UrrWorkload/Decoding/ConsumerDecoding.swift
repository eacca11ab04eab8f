import UrrPlatform

extension WorkloadDecoder {
    private static let consumerKeys = [
        "group", "from", "instances", "concurrency", "handler", "serviceTime", "commit",
        "commitInterval", "maxPollRecords", "autoOffsetReset", "assignment", "guarantee",
        "idempotency", "rebalance", "sessionTimeout", "order", "activate",
    ]
    /// Keys that only say something about topics.
    private static let topicKeys =
        [
            "commit", "commitInterval", "maxPollRecords", "autoOffsetReset", "assignment",
            "guarantee", "idempotency", "rebalance", "sessionTimeout", "order", "activate",
        ] + remedyKeys
    /// Kafka's default for `auto.commit.interval.ms`.
    private static let defaultCommitInterval = 5 * nanosecondsPerSecond

    /// One consumer group; nil where it is not an object.
    func consumer(_ node: DecodingNode, _ known: Destinations) -> ConsumerSpec? {
        guard
            let object = node.object(
                Self.consumerKeys + Self.receivingKeys + Self.remedyKeys)
        else { return nil }
        let from = object.required("from")
        let named = from.map { self.sources($0, known) } ?? []
        let sources = named.compactMap { if case .topic(let index) = $0 { index } else { nil } }
        let queues = named.compactMap { if case .queue(let index) = $0 { index } else { nil } }
        if let from, !queues.isEmpty, named.count > 1 {
            _ = from.fail("must name topics, or one queue") as Int?
        }
        // Decoded whatever it reads, so that broken values are found.
        let queue = queues.first.map { known.queues[$0] }
        let receiving = receiving(
            object, from: queue ?? QueueSpec(name: ""), index: queues.first ?? -1)
        if !named.isEmpty { reportForeignKeys(object, readsQueue: queue != nil) }
        let batch = 1...WorkloadLimits.batch
        let guarantee = object.optional("guarantee")?.choice(Guarantee.self)
        let commit = commit(object, guarantee)
        let phase = WorkloadLimits.phase
        var spec = ConsumerSpec(
            group: object.required("group")?.name() ?? "",
            topics: sources.map { known.topics[$0].name }, topicIndexes: sources,
            instances: object.optional("instances")?.integer(1...WorkloadLimits.instances) ?? 1,
            concurrency: object.optional("concurrency")?.integer(batch) ?? 1,
            handler: object.optional("handler")?.choice(HandlerKind.self) ?? .none,
            serviceTime: object.optional("serviceTime").flatMap(serviceTime) ?? .fixed(0),
            commit: commit,
            maxPollRecords: object.optional("maxPollRecords")?.integer(batch) ?? 500,
            autoOffsetReset: object.optional("autoOffsetReset")?.choice(AutoOffsetReset.self)
                ?? .earliest,
            assignment: object.optional("assignment")?.choice(PartitionAssignment.self) ?? .range,
            guarantee: guarantee ?? .standard(of: commit),
            idempotency: object.optional("idempotency").flatMap(idempotency),
            rebalance: object.optional("rebalance")?.choice(RebalanceProtocol.self) ?? .eager,
            sessionTimeout: object.optional("sessionTimeout")?.duration(1...phase)
                ?? ConsumerSpec.defaultSessionTimeout,
            order: object.optional("order")?.choice(OrderCheck.self) ?? .partition,
            activation: object.optional("activate").flatMap(activation),
            receiving: queue == nil ? nil : receiving)
        spec.remedies = remedies(object, known, sources: sources)
        return spec
    }

    private func reportForeignKeys(_ object: DecodingObject, readsQueue: Bool) {
        let foreign = readsQueue ? Self.topicKeys : Self.receivingKeys
        for key in foreign where object.has(key) {
            log.report(
                object.path.appending(key),
                "must be given only for \(readsQueue ? "topics" : "a queue")")
        }
    }

    private func sources(_ node: DecodingNode, _ known: Destinations) -> [MessageTarget] {
        let nodes = node.list(1...WorkloadLimits.entries, of: "topics") ?? []
        var sources: [MessageTarget] = []
        for node in nodes {
            guard let target = reference(node, known)?.target else { continue }
            if sources.contains(target) {
                _ = node.fail("must be named only once") as Int?
            } else {
                sources.append(target)
            }
        }
        return sources
    }

    /// As the file says, or what goes with the guarantee.
    private func commit(_ object: DecodingObject, _ guarantee: Guarantee?) -> CommitMode {
        let words = ["after-processing", "before-processing", "automatic"]
        let mode = object.optional("commit")?.word(words)
        if mode != "automatic", let interval = object.optional("commitInterval") {
            log.report(
                interval.path, "must be given only with \"commit\": \"automatic\"",
                got: interval.value.excerpt)
        }
        switch mode {
        case "after-processing": return .afterProcessing
        case "before-processing": return .beforeProcessing
        case "automatic":
            let interval = object.optional("commitInterval")?.duration(1...WorkloadLimits.phase)
            return .automatic(interval: interval ?? Self.defaultCommitInterval)
        default: return guarantee == .atMostOnce ? .beforeProcessing : .afterProcessing
        }
    }
}

extension Guarantee {
    /// What a way of committing gives by itself.
    static func standard(of commit: CommitMode) -> Guarantee {
        switch commit {
        case .afterProcessing, .automatic: .atLeastOnce
        case .beforeProcessing: .atMostOnce
        }
    }
}
