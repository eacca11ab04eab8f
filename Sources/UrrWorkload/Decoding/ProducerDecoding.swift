import UrrPlatform

extension WorkloadDecoder {
    private static let producerKeys = [
        "name", "to", "instances", "arrivals", "keys", "messageSize", "partitioning", "batch",
        "duplicates", "idempotent", "events", "fallback",
    ]
    private static let reservedProducerKeys = ["acks", "retries"]

    /// One producer entry; nil where it is not an object.
    func producer(_ node: DecodingNode, _ known: Destinations) -> ProducerSpec? {
        guard let object = node.object(Self.producerKeys, reserved: Self.reservedProducerKeys)
        else { return nil }
        let target = object.required("to").flatMap { reference($0, known) }
        var toQueue = false
        if case .queue = target?.target { toQueue = true }
        let foreign = toQueue ? ["partitioning"] : ["duplicates"]
        for key in foreign where target != nil && object.has(key) {
            log.report(
                object.path.appending(key),
                "must be given only for a \(toQueue ? "topic" : "queue")"
            )
        }
        let keys = object.optional("keys").map(self.keys) ?? KeySpec.none
        return ProducerSpec(
            name: object.required("name")?.name() ?? "",
            to: target?.name ?? "", target: target?.target ?? .topic(-1),
            instances: object.optional("instances")?.integer(1...WorkloadLimits.instances) ?? 1,
            arrivals: object.required("arrivals").flatMap(arrivals)
                ?? ArrivalSpec(.constant(rate: 1)),
            keys: keys ?? .fixed,
            messageSize: object.required("messageSize").flatMap(messageSize)
                ?? .fixed(WorkloadLimits.smallestMessageBytes),
            partitioning: partitioning(object.optional("partitioning"), keys: keys),
            batch: batch(object.optional("batch"), BatchSpec(toQueue: toQueue)),
            duplicates: object.optional("duplicates").flatMap(duplicates),
            idempotent: object.optional("idempotent")?.boolean() ?? false,
            events: object.optional("events").flatMap(events),
            fallback: object.optional("fallback").flatMap(fallback))
    }

    private func fallback(_ node: DecodingNode) -> FallbackSpec? {
        guard let object = node.object(["records", "batch", "every"]) else { return nil }
        let defaults = FallbackSpec()
        return FallbackSpec(
            records: object.optional("records")?.integer(WorkloadLimits.fallbackRecords)
                ?? defaults.records,
            batch: object.optional("batch")?.integer(1...WorkloadLimits.batch) ?? defaults.batch,
            every: object.optional("every")?.duration(1...WorkloadLimits.phase) ?? defaults.every)
    }

    /// The topic or queue that a text names.
    func reference(
        _ node: DecodingNode, _ known: Destinations
    ) -> (name: String, target: MessageTarget)? {
        guard let name = node.name() else { return nil }
        if let index = known.topic(name) { return (name, .topic(index)) }
        if let index = known.queue(name) { return (name, .queue(index)) }
        if known.areUnknown { return nil }
        if known.queues.isEmpty {
            return node.fail(
                "must be a topic of this file; "
                    + didYouMean(name, among: known.names, plural: "topics"))
        }
        return node.fail(
            "must be a topic or queue of this file; "
                + didYouMean(name, among: known.names, plural: "topics and queues"))
    }

    private func partitioning(_ node: DecodingNode?, keys: KeySpec?) -> Partitioning {
        let fallback: Partitioning = keys == KeySpec.none ? .roundRobin : .key
        guard let node else { return fallback }
        if node.value.members != nil {
            let partition = node.object(["partition"])?.required("partition")
            return partition?.integer(0...WorkloadLimits.partitions - 1).map { .partition($0) }
                ?? fallback
        }
        switch node.value.text {
        case "key":
            if keys == KeySpec.none {
                node.log.report(
                    node.path, "must not be \"key\" where messages have no keys", got: "\"key\"")
            }
            return .key
        case "round-robin":
            return .roundRobin
        default:
            return node.fail("must be \"key\", \"round-robin\" or {\"partition\": number}")
                ?? fallback
        }
    }

    private func batch(_ node: DecodingNode?, _ defaults: BatchSpec) -> BatchSpec {
        guard let object = node?.object(["messages", "linger"]) else { return defaults }
        return BatchSpec(
            messages: object.optional("messages")?.integer(1...WorkloadLimits.batch)
                ?? defaults.messages,
            linger: object.optional("linger")?.duration(0...WorkloadLimits.phase)
                ?? defaults.linger)
    }

    private func keys(_ node: DecodingNode) -> KeySpec? {
        let allKeys = ["distribution", "cardinality", "exponent"]
        guard let all = node.object(allKeys),
            let kind = all.required("distribution")?
                .word(["uniform", "zipf", "sequential", "fixed", "none"])
        else { return nil }
        let hasCardinality = kind != "fixed" && kind != "none"
        for key in allKeys.dropFirst()
        where all.has(key) && !(key == "exponent" ? kind == "zipf" : hasCardinality) {
            log.report(all.path.appending(key), "must not be given for \"\(kind)\" keys")
        }
        if kind == "none" { return KeySpec.none }
        if kind == "fixed" { return .fixed }
        let exponent =
            kind == "zipf" ? all.required("exponent")?.number(0...20, aboveLower: true) : nil
        guard let count = all.required("cardinality")?.integer(1...WorkloadLimits.cardinality)
        else { return nil }
        switch kind {
        case "uniform": return .uniform(cardinality: count)
        case "sequential": return .sequential(cardinality: count)
        default: return .zipf(cardinality: count, exponent: exponent ?? 1)
        }
    }
}
