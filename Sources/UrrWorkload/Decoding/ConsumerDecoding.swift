import UrrPlatform

extension WorkloadDecoder {
    private static let consumerKeys = [
        "group", "from", "instances", "concurrency", "handler", "serviceTime", "commit",
        "commitInterval", "maxPollRecords", "autoOffsetReset", "assignment",
    ]
    /// Keys that only say something about topics.
    private static let topicKeys = [
        "commit", "commitInterval", "maxPollRecords", "autoOffsetReset", "assignment",
    ]
    private static let reservedConsumerKeys = ["idempotency"]
    /// Kafka's default for `auto.commit.interval.ms`.
    private static let defaultCommitInterval = 5 * nanosecondsPerSecond

    /// One consumer group; nil where it is not an object.
    func consumer(_ node: DecodingNode, _ known: Destinations) -> ConsumerSpec? {
        guard
            let object = node.object(
                Self.consumerKeys + Self.receivingKeys, reserved: Self.reservedConsumerKeys)
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
        return ConsumerSpec(
            group: object.required("group")?.name() ?? "",
            topics: sources.map { known.topics[$0].name }, topicIndexes: sources,
            instances: object.optional("instances")?.integer(1...WorkloadLimits.instances) ?? 1,
            concurrency: object.optional("concurrency")?.integer(batch) ?? 1,
            handler: object.optional("handler")?.name() ?? ConsumerSpec.noHandler,
            serviceTime: object.optional("serviceTime").flatMap(serviceTime) ?? .fixed(0),
            commit: commit(object),
            maxPollRecords: object.optional("maxPollRecords")?.integer(batch) ?? 500,
            autoOffsetReset: object.optional("autoOffsetReset")?.choice(AutoOffsetReset.self)
                ?? .earliest,
            assignment: object.optional("assignment")?.choice(PartitionAssignment.self) ?? .range,
            receiving: queue == nil ? nil : receiving)
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

    private func commit(_ object: DecodingObject) -> CommitMode {
        let mode = object.optional("commit")?.word(["after-processing", "automatic"])
        guard let interval = object.optional("commitInterval") else {
            return mode == "automatic"
                ? .automatic(interval: Self.defaultCommitInterval) : .afterProcessing
        }
        if mode != "automatic" {
            log.report(
                interval.path, "must be given only with \"commit\": \"automatic\"",
                got: interval.value.excerpt)
        }
        return .automatic(
            interval: interval.duration(1...WorkloadLimits.phase) ?? Self.defaultCommitInterval)
    }
}
