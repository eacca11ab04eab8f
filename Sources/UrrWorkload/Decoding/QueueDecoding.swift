import UrrPlatform

/// What can be sent to and read from, as far as references need to know it.
struct Destinations {
    var topics: [TopicDraft]
    var queues: [QueueSpec]

    /// A broken section is reported for itself; nothing can be said about references then.
    var areUnknown: Bool { topics.isEmpty && queues.isEmpty }
    var names: [String] { topics.map(\.name) + queues.map(\.name) }

    func topic(_ name: String) -> Int? { topics.firstIndex { $0.name == name } }
    func queue(_ name: String) -> Int? { queues.firstIndex { $0.name == name } }
}

extension WorkloadDecoder {
    private static let queueKeys = [
        "fifo", "visibilityTimeout", "delay", "retention", "deduplicationWindow",
        "contentBasedDeduplication", "maximumMessageSize", "inFlightLimit", "capacity",
        "capacityBytes", "redrive",
    ]

    /// The queues of the file, in its order.
    func queues(_ node: DecodingNode) -> [QueueSpec] {
        guard let members = node.value.members else { return node.fail("must be an object") ?? [] }
        guard (1...WorkloadLimits.entries).contains(members.count) else {
            log.report(
                node.path, "must have 1 to \(WorkloadLimits.entries) queues",
                got: "\(members.count)")
            return []
        }
        let names = members.map(\.key)
        return members.map { member in
            let path = node.path.appending(member.key)
            if !isValidName(member.key) {
                log.report(
                    path,
                    "the name must be 1 to 249 letters, digits, '.', '_' or '-'",
                    got: JSONValue.string(member.key).excerpt)
            }
            return queue(
                member.key, DecodingNode(value: member.value, path: path, log: log), names)
        }
    }

    /// A queue with broken values keeps its name, so that references to it hold.
    private func queue(_ name: String, _ node: DecodingNode, _ names: [String]) -> QueueSpec {
        let object =
            node.object(Self.queueKeys) ?? DecodingObject(members: [], path: node.path, log: log)
        let limits = WorkloadLimits.self
        let defaults = QueueSpec(name: name)
        var queue = defaults
        queue.fifo = object.optional("fifo")?.boolean() ?? defaults.fifo
        queue.visibilityTimeout =
            object.optional("visibilityTimeout")?.duration(limits.visibilityTimeout)
            ?? defaults.visibilityTimeout
        queue.delay = object.optional("delay")?.duration(limits.queueDelay) ?? defaults.delay
        queue.retention =
            object.optional("retention")?.duration(limits.queueRetention) ?? defaults.retention
        queue.deduplicationWindow =
            object.optional("deduplicationWindow")?.duration(limits.deduplicationWindow)
            ?? defaults.deduplicationWindow
        queue.contentBasedDeduplication =
            object.optional("contentBasedDeduplication")?.boolean() ?? false
        queue.maximumMessageSize =
            object.optional("maximumMessageSize")?.bytes(limits.queueMessageBytes)
            ?? defaults.maximumMessageSize
        queue.inFlightLimit =
            object.optional("inFlightLimit")?.integer(limits.queueMessages)
            ?? defaults.inFlightLimit
        queue.capacity =
            object.optional("capacity")?.integer(limits.queueMessages) ?? defaults.capacity
        queue.capacityBytes =
            object.optional("capacityBytes")?.bytes(limits.queueBytes) ?? defaults.capacityBytes
        queue.redrive = object.optional("redrive").flatMap { redrive($0, names) }
        return queue
    }

    private func redrive(_ node: DecodingNode, _ names: [String]) -> RedriveSpec? {
        guard let object = node.object(["maxReceiveCount", "deadLetterQueue"]) else { return nil }
        let count = object.required("maxReceiveCount")?.integer(WorkloadLimits.maxReceiveCount)
        guard let target = object.required("deadLetterQueue"), let name = target.name() else {
            return nil
        }
        guard let index = names.firstIndex(of: name) else {
            return target.fail(
                "must be a queue of this file; " + didYouMean(name, among: names, plural: "queues"))
        }
        return count.map {
            RedriveSpec(maxReceiveCount: $0, deadLetterQueue: name, deadLetterQueueIndex: index)
        }
    }

    // MARK: Workers

    static let receivingKeys = [
        "batch", "deleteBatch", "waitTime", "visibilityTimeout", "retryAfter", "failureRate",
        "poisonRate", "poisonUntil", "crash",
    ]

    /// How the workers of queue number `index` receive.
    func receiving(_ object: DecodingObject, from queue: QueueSpec, index: Int) -> ReceivingSpec {
        let limits = WorkloadLimits.self
        let batches = 1...ReceivingSpec.longestBatch
        var spec = ReceivingSpec(queue: queue.name, queueIndex: index)
        spec.batch = object.optional("batch")?.integer(batches) ?? spec.batch
        spec.deleteBatch = object.optional("deleteBatch")?.integer(batches) ?? spec.deleteBatch
        spec.waitTime = object.optional("waitTime")?.duration(limits.waitTime) ?? spec.waitTime
        spec.visibilityTimeout =
            object.optional("visibilityTimeout")?.duration(limits.visibilityTimeout)
        spec.retryAfter = object.optional("retryAfter")?.duration(limits.visibilityTimeout)
        spec.faults.failureRate = object.optional("failureRate")?.number(0...1) ?? 0
        spec.faults.poisonRate = object.optional("poisonRate")?.number(0...1) ?? 0
        spec.faults.poisonUntil = object.optional("poisonUntil")?.duration(0...limits.phase)
        if let node = object.optional("crash"),
            let crash = node.object(["beforeHandling", "afterHandling", "restart"])
        {
            spec.faults.crashBeforeHandling = crash.optional("beforeHandling")?.number(0...1) ?? 0
            spec.faults.crashAfterHandling = crash.optional("afterHandling")?.number(0...1) ?? 0
            spec.faults.restart =
                crash.optional("restart")?.duration(0...limits.phase) ?? spec.faults.restart
        }
        return spec
    }

    // MARK: Duplicates

    /// Messages that are sent again; nil where it is unusable.
    func duplicates(_ node: DecodingNode) -> DuplicatesSpec? {
        guard let object = node.object(["share", "after"]) else { return nil }
        let share = object.required("share")?.number(0...1, aboveLower: true)
        let after = object.required("after").flatMap(delay)
        guard let share, let after else { return nil }
        return DuplicatesSpec(share: share, after: after)
    }

    private func delay(_ node: DecodingNode) -> DuplicatesSpec.Delay? {
        guard let members = node.value.members else { return delayTime(node).map { .fixed($0) } }
        guard members.count == 1, ["uniform", "weights"].contains(members[0].key) else {
            return node.fail("must be a duration, {\"uniform\": [...]} or {\"weights\": [...]}")
        }
        guard let inner = node.object([members[0].key])?.required(members[0].key) else {
            return nil
        }
        return members[0].key == "uniform" ? uniformDelay(inner) : weightedDelays(inner)
    }

    private func delayTime(_ node: DecodingNode) -> Nanoseconds? {
        node.duration(1...WorkloadLimits.phase)
    }

    private func uniformDelay(_ node: DecodingNode) -> DuplicatesSpec.Delay? {
        guard let bounds = node.list(2...2, of: "durations"), let minimum = delayTime(bounds[0]),
            let maximum = delayTime(bounds[1])
        else { return nil }
        if minimum > maximum { return node.fail("must have the smaller duration first") }
        return .uniform(minimum: minimum, maximum: maximum)
    }

    private func weightedDelays(_ node: DecodingNode) -> DuplicatesSpec.Delay? {
        guard let nodes = node.list(1...WorkloadLimits.weights, of: "[duration, weight] pairs")
        else { return nil }
        let pairs = nodes.compactMap { pair -> WeightedDelay? in
            guard let parts = pair.list(2...2, of: "parts: duration and weight") else { return nil }
            guard let delay = delayTime(parts[0]), let weight = parts[1].number(0...1e15) else {
                return nil
            }
            return WeightedDelay(delay: delay, weight: weight)
        }
        guard pairs.count == nodes.count else { return nil }
        let isPositive = pairs.contains { $0.weight > 0 }
        return isPositive ? .weights(pairs) : node.fail("must have a weight greater than 0")
    }
}
