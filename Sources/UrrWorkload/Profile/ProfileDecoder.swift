import UrrPlatform

/// Turns a document into a profile and reports everything in it that breaks a rule.
struct ProfileDecoder {
    let log: ProblemLog

    private static let keys = [
        "name", "title", "replication", "brokers", "brokerMemory", "batch", "quotas",
    ]
    private static let quotaKeys = [
        "quantity", "limit", "strictness", "remark", "source", "date",
    ]
    private static let mostQuotas = 100

    /// The profile of a document; nil where it is not even an object.
    func decode(_ document: JSONValue) -> ServiceProfile? {
        let root = DecodingNode(value: document, path: JSONPath(), log: log)
        guard let object = root.object(Self.keys) else { return nil }
        let nodes = object.required("quotas")?.list(1...Self.mostQuotas, of: "quotas") ?? []
        let profile = ServiceProfile(
            name: object.required("name")?.name() ?? "",
            title: object.required("title")?.text() ?? "",
            replication: object.optional("replication")?.integer(1...100) ?? 1,
            brokers: object.optional("brokers")?.integer(1...100_000),
            brokerMemory: object.optional("brokerMemory")?.bytes(1...1 << 50),
            batch: object.optional("batch")?.integer(1...WorkloadLimits.batch),
            quotas: nodes.compactMap(quota))
        reportRepeated(profile.quotas, nodes)
        reportMissing(profile, root)
        return profile
    }

    private func quota(_ node: DecodingNode) -> ServiceProfile.Quota? {
        guard let object = node.object(Self.quotaKeys) else { return nil }
        let quantity = object.required("quantity")?.choice(ServiceProfile.Quantity.self)
        let limit = object.required("limit").flatMap { self.limit($0, quantity) }
        let strictness = object.required("strictness")?.choice(ServiceProfile.Strictness.self)
        let remark = object.optional("remark")?.text() ?? ""
        let source = object.required("source").flatMap(self.source)
        let date = object.required("date").flatMap(self.date)
        guard let quantity, let limit, let strictness, let source, let date else { return nil }
        return ServiceProfile.Quota(
            quantity: quantity, limit: limit, strictness: strictness, remark: remark,
            source: source, date: date)
    }

    private func limit(_ node: DecodingNode, _ quantity: ServiceProfile.Quantity?) -> Double? {
        switch quantity {
        case .memoryPerPartition, .memory, .messageSize:
            node.bytes(1...1 << 50).map { Double($0) }
        case .retention:
            node.duration(1...WorkloadLimits.longestRetention).map { Double($0) }
        case .inFlight, .partitionsPerBroker, .partitionsPerCluster:
            node.integer(1...1 << 50).map { Double($0) }
        case .messagesPerSecond, .messagesPerSecondPerKey, nil:
            node.number(0...1e15, aboveLower: true)
        }
    }

    private func source(_ node: DecodingNode) -> String? {
        guard let text = node.text() else { return nil }
        let isAddress =
            text.hasPrefix("https://") && text.utf8.count > 12
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
        return isAddress ? text : node.fail("must be an address that starts with https://")
    }

    /// `2026-11-21`.
    private func date(_ node: DecodingNode) -> String? {
        let rule = "must be a date such as \"2026-11-21\""
        guard let text = node.value.text else { return node.fail(rule) }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let isDigits = parts.allSatisfy { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        guard isDigits, parts.map(\.utf8.count) == [4, 2, 2], let month = Int(parts[1]),
            let day = Int(parts[2]), (1...12).contains(month), (1...31).contains(day)
        else { return node.fail(rule) }
        return text
    }

    // MARK: Rules over several values

    private func reportRepeated(_ quotas: [ServiceProfile.Quota], _ nodes: [DecodingNode]) {
        guard quotas.count == nodes.count else { return }
        for (index, quota) in quotas.enumerated()
        where quotas[..<index].contains(where: { $0.quantity == quota.quantity }) {
            log.report(
                nodes[index].path.appending("quantity"), "must differ from those before it",
                got: "\"\(quota.quantity.rawValue)\"")
        }
    }

    /// What some quotas are compared with.
    private func reportMissing(_ profile: ServiceProfile, _ root: DecodingNode) {
        func needs(_ quantity: ServiceProfile.Quantity, _ key: String, _ isThere: Bool) {
            guard profile.quotas.contains(where: { $0.quantity == quantity }), !isThere else {
                return
            }
            log.report(
                root.path.appending(key), "is required with a quota of \(quantity.rawValue)")
        }
        needs(.partitionsPerBroker, "brokers", profile.brokers != nil)
        needs(
            .memoryPerPartition, "brokerMemory",
            profile.brokerMemory != nil && profile.brokers != nil)
    }
}
