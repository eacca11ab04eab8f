import UrrPlatform

extension WorkloadDecoder {
    private static let consumerKeys = [
        "group", "from", "instances", "concurrency", "handler", "serviceTime", "commit",
        "commitInterval", "maxPollRecords", "autoOffsetReset", "assignment",
    ]
    private static let reservedConsumerKeys = ["failureRate", "idempotency"]
    /// Kafka's default for `auto.commit.interval.ms`.
    private static let defaultCommitInterval = 5 * nanosecondsPerSecond

    /// One consumer group; nil where it is not an object.
    func consumer(_ node: DecodingNode, _ topics: [TopicDraft]) -> ConsumerSpec? {
        guard let object = node.object(Self.consumerKeys, reserved: Self.reservedConsumerKeys)
        else { return nil }
        let sources = object.required("from").map { self.sources($0, topics) } ?? []
        let batch = 1...WorkloadLimits.batch
        return ConsumerSpec(
            group: object.required("group")?.name() ?? "",
            topics: sources.map { topics[$0].name }, topicIndexes: sources,
            instances: object.optional("instances")?.integer(1...WorkloadLimits.instances) ?? 1,
            concurrency: object.optional("concurrency")?.integer(batch) ?? 1,
            handler: object.optional("handler")?.name() ?? ConsumerSpec.noHandler,
            serviceTime: object.optional("serviceTime").flatMap(serviceTime) ?? .fixed(0),
            commit: commit(object),
            maxPollRecords: object.optional("maxPollRecords")?.integer(batch) ?? 500,
            autoOffsetReset: object.optional("autoOffsetReset")?.choice(AutoOffsetReset.self)
                ?? .earliest,
            assignment: object.optional("assignment")?.choice(PartitionAssignment.self) ?? .range)
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
