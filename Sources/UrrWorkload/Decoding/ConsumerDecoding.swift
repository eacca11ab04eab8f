import UrrPlatform

extension WorkloadDecoder {
    private static let consumerKeys = [
        "group", "from", "instances", "concurrency", "handler", "serviceTime", "commit",
        "commitInterval", "maxPollRecords", "autoOffsetReset", "assignment", "guarantee",
        "idempotency", "rebalance", "sessionTimeout", "order",
    ]
    private static let reservedConsumerKeys = ["failureRate"]
    /// Kafka's default for `auto.commit.interval.ms`.
    private static let defaultCommitInterval = 5 * nanosecondsPerSecond

    /// One consumer group; nil where it is not an object.
    func consumer(_ node: DecodingNode, _ topics: [TopicDraft]) -> ConsumerSpec? {
        guard let object = node.object(Self.consumerKeys, reserved: Self.reservedConsumerKeys)
        else { return nil }
        let sources = object.required("from").map { self.sources($0, topics) } ?? []
        let batch = 1...WorkloadLimits.batch
        let guarantee = object.optional("guarantee")?.choice(Guarantee.self)
        let commit = commit(object, guarantee)
        let phase = WorkloadLimits.phase
        return ConsumerSpec(
            group: object.required("group")?.name() ?? "",
            topics: sources.map { topics[$0].name }, topicIndexes: sources,
            instances: object.optional("instances")?.integer(1...WorkloadLimits.instances) ?? 1,
            concurrency: object.optional("concurrency")?.integer(batch) ?? 1,
            handler: object.optional("handler")?.name() ?? ConsumerSpec.noHandler,
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
            order: object.optional("order")?.choice(OrderCheck.self) ?? .partition)
    }

    private func idempotency(_ node: DecodingNode) -> IdempotencySpec? {
        guard let object = node.object(["store", "capacity", "expiry"]) else { return nil }
        let defaults = IdempotencySpec()
        return IdempotencySpec(
            store: object.required("store")?.word([IdempotencySpec.memory]) ?? defaults.store,
            capacity: object.optional("capacity")?.integer(1...WorkloadLimits.rememberedKeys)
                ?? defaults.capacity,
            expiry: object.optional("expiry")?.duration(1...WorkloadLimits.phase))
    }

    private func sources(_ node: DecodingNode, _ topics: [TopicDraft]) -> [Int] {
        let nodes = node.list(1...WorkloadLimits.entries, of: "topics") ?? []
        var sources: [Int] = []
        for node in nodes {
            guard let index = topicReference(node, topics) else { continue }
            if sources.contains(index) {
                _ = node.fail("must be named only once") as Int?
            } else {
                sources.append(index)
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
