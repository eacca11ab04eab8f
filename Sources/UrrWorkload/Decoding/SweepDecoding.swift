extension WorkloadDecoder {
    private static let axes = ["partitions", "consumers", "set"]

    /// The sweep of a file; nil where it is not an object.
    func sweep(_ node: DecodingNode) -> SweepSpec? {
        guard let object = node.object(Self.axes + ["trials"]) else { return nil }
        if !Self.axes.contains(where: object.has) {
            log.report(
                node.path, "must have at least one of \"partitions\", \"consumers\" and \"set\"",
                got: node.value.excerpt)
        }
        let members = object.optional("consumers")
        return SweepSpec(
            partitions: object.optional("partitions").flatMap {
                counts($0, 1...WorkloadLimits.partitions)
            },
            consumers: members.flatMap { counts($0, 1...WorkloadLimits.instances) },
            settings: object.optional("set").map(settings) ?? [],
            trials: object.optional("trials")?.integer(1...WorkloadLimits.trials)
                ?? SweepSpec.defaultTrials)
    }

    private func counts(_ node: DecodingNode, _ range: ClosedRange<Int>) -> [Int]? {
        guard let nodes = node.list(1...WorkloadLimits.sweepValues, of: "values") else {
            return nil
        }
        reportRepeated(nodes)
        return nodes.compactMap { $0.integer(range) }
    }

    private func settings(_ node: DecodingNode) -> [SweepSetting] {
        guard let members = node.value.members, !members.isEmpty else {
            return node.fail("must be an object of paths, each with its values") ?? []
        }
        return members.compactMap { member in
            let path = node.path.appending(member.key)
            let inner = DecodingNode(value: member.value, path: path, log: log)
            guard let nodes = inner.list(1...WorkloadLimits.sweepValues, of: "values") else {
                return nil
            }
            reportRepeated(nodes)
            return SweepSetting(path: member.key, values: nodes.map { Self.text($0.value) })
        }
    }

    /// A value as the command line would give it: text without quotation marks, unless it would be
    /// read as something else then.
    private static func text(_ value: JSONValue) -> String {
        guard let text = value.text, (try? JSONParser.parse(text)) == nil else {
            return value.compactText
        }
        return text
    }

    private func reportRepeated(_ nodes: [DecodingNode]) {
        for (index, node) in nodes.enumerated()
        where nodes[..<index].contains(where: { $0.value == node.value }) {
            log.report(node.path, "must differ from the other values", got: node.value.excerpt)
        }
    }
}
