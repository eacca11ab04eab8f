import UrrPlatform

/// A topic before the number of its records is known, which may follow from the producers.
struct TopicDraft {
    var name: String
    var partitions: Int
    var capacityBytes: Int
    var records: Int?
    var maximumMessageSize: Int
    var whenFull: FullPolicy
    var retention: Nanoseconds?
    var retentionBytes: Int?

    func topic(smallestMessageBytes: Int) -> TopicSpec {
        TopicSpec(
            name: name, partitions: partitions, capacityBytes: capacityBytes, records: records,
            smallestMessageBytes: smallestMessageBytes, maximumMessageSize: maximumMessageSize,
            whenFull: whenFull, retention: retention, retentionBytes: retentionBytes)
    }
}

extension WorkloadDecoder {
    private static let topicKeys = [
        "partitions", "capacity", "records", "maximumMessageSize", "whenFull", "retention",
        "retentionBytes",
    ]

    /// The topics of the file, in its order.
    func topics(_ node: DecodingNode) -> [TopicDraft] {
        guard let members = node.value.members else { return node.fail("must be an object") ?? [] }
        guard (1...WorkloadLimits.entries).contains(members.count) else {
            log.report(
                node.path, "must have 1 to \(WorkloadLimits.entries) topics",
                got: "\(members.count)")
            return []
        }
        return members.compactMap { member in
            let path = node.path.appending(member.key)
            if !isValidName(member.key) {
                log.report(
                    path,
                    "the name must be 1 to 249 letters, digits, '.', '_' or '-'",
                    got: JSONValue.string(member.key).excerpt)
            }
            return topic(member.key, DecodingNode(value: member.value, path: path, log: log))
        }
    }

    /// A topic with broken values keeps its name, so that references to it hold.
    private func topic(_ name: String, _ node: DecodingNode) -> TopicDraft {
        let object =
            node.object(Self.topicKeys) ?? DecodingObject(members: [], path: node.path, log: log)
        let capacity = object.optional("capacity").map(capacity) ?? TopicSpec.defaultCapacityBytes
        let maximum = object.optional("maximumMessageSize").map(maximumMessageSize)
        return TopicDraft(
            name: name,
            partitions: object.optional("partitions")
                .map { $0.integer(1...WorkloadLimits.partitions) ?? WorkloadLimits.partitions }
                ?? 1,
            capacityBytes: capacity,
            records: object.optional("records").flatMap(records),
            maximumMessageSize: maximum
                ?? TopicSpec.defaultMaximumMessageSize(capacityBytes: capacity),
            whenFull: object.optional("whenFull")?.choice(FullPolicy.self) ?? .backpressure,
            retention: object.optional("retention")?.duration(1...WorkloadLimits.longestRetention),
            retentionBytes: object.optional("retentionBytes")?
                .bytes(1...WorkloadLimits.largestCapacityBytes))
    }

    private func capacity(_ node: DecodingNode) -> Int {
        let bounds = WorkloadLimits.smallestCapacityBytes...WorkloadLimits.largestCapacityBytes
        let capacity = node.bytes(bounds).flatMap { powerOfTwo($0, node) }
        return capacity ?? WorkloadLimits.largestCapacityBytes
    }

    private func records(_ node: DecodingNode) -> Int? {
        node.integer(1...WorkloadLimits.records).flatMap { powerOfTwo($0, node) }
    }

    private func maximumMessageSize(_ node: DecodingNode) -> Int {
        let smallest = WorkloadLimits.smallestMessageBytes
        return node.bytes(smallest...WorkloadLimits.largestMessageBytes) ?? smallest
    }

    private func powerOfTwo(_ value: Int, _ node: DecodingNode) -> Int? {
        if value & (value - 1) == 0 { return value }
        let above = nextPowerOfTwo(atLeast: value)
        return node.fail("must be a power of two (next are \(above / 2) and \(above))")
    }
}
