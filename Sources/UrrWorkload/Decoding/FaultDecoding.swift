import UrrPlatform

/// What `faults` entries refer to.
struct FaultTargets {
    var groups: [String]
    var producers: [String]
    var destinations: Destinations
}

extension WorkloadDecoder {
    /// Keys of each type, besides those that say when.
    private static let faultKeys: [(type: String, keys: [String])] = [
        ("consumer-crash", ["group", "member", "point", "for"]),
        ("consumer-leave", ["group", "member", "for"]),
        ("consumer-join", ["group", "members", "for"]),
        ("process-stop", ["group", "member", "for"]),
        ("slow-handler", ["group", "partition", "key", "factor", "delay", "for"]),
        ("retry-storm", ["producer", "share", "copies", "for"]),
        ("outage", ["target", "for"]), ("send-failure", ["producer", "share", "for"]),
        ("clock-step", ["by"]),
        ("seek", ["group", "to"]),
    ]
    private static let timeKeys = ["type", "at", "every", "random"]
    private static let phase = WorkloadLimits.phase

    /// One fault; nil where too little of it is sound.
    func fault(_ node: DecodingNode, _ targets: FaultTargets) -> FaultSpec? {
        guard let members = node.value.members else { return node.fail("must be an object") }
        let whole = DecodingObject(members: members, path: node.path, log: log)
        guard let type = whole.required("type")?.word(Self.faultKeys.map(\.type)),
            let keys = Self.faultKeys.first(where: { $0.type == type })?.keys,
            let object = node.object(Self.timeKeys + keys)
        else { return nil }
        let times = faultTimes(object)
        let kind =
            switch type {
            case "retry-storm": retryStorm(object, targets)
            case "outage": outage(object, targets)
            case "send-failure": sendFailure(object, targets)
            case "clock-step": clockStep(object)
            default: groupFault(type, object, targets)
            }
        guard let kind, let times else { return nil }
        return FaultSpec(kind, times)
    }

    // MARK: When

    /// When something strikes; nil where that is not sound.
    func faultTimes(_ object: DecodingObject) -> FaultTimes? {
        if let random = object.optional("random") {
            for key in ["at", "every"] where object.has(key) {
                log.report(object.path.appending(key), "must not be given together with \"random\"")
            }
            return randomTimes(random)
        }
        guard let at = object.required("at")?.duration(0...Self.phase) else { return nil }
        guard let every = object.optional("every") else { return .at(at) }
        return every.duration(1...Self.phase).map { .every(first: at, period: $0) }
    }

    private func randomTimes(_ node: DecodingNode) -> FaultTimes? {
        guard let object = node.object(["times", "from", "until"]) else { return nil }
        let count = object.required("times")?.integer(1...WorkloadLimits.faults)
        let from = object.required("from")?.duration(0...Self.phase)
        let until = object.required("until")?.duration(0...Self.phase)
        guard let count, let from, let until else { return nil }
        if from > until { return node.fail("must have \"from\" before \"until\"") }
        return .random(count: count, from: from, until: until)
    }

    // MARK: What

    private func groupFault(
        _ type: String, _ object: DecodingObject, _ targets: FaultTargets
    ) -> FaultKind? {
        let group = object.required("group").flatMap {
            faultReference($0, targets.groups, one: "group", plural: "groups")
        }
        let member = object.optional("member")?.integer(0...WorkloadLimits.instances - 1)
        switch type {
        case "consumer-crash":
            let point = object.optional("point")?.choice(CrashPoint.self) ?? .beforeHandling
            let downtime = length(object)
            return group.map {
                .consumerCrash(group: $0, member: member, point: point, downtime: downtime)
            }
        case "consumer-leave":
            let absence = length(object)
            return group.map { .consumerLeave(group: $0, member: member, absence: absence) }
        case "consumer-join":
            let more = object.optional("members")?.integer(1...WorkloadLimits.managedMembers) ?? 1
            let stay = length(object)
            return group.map { .consumerJoin(group: $0, members: more, stay: stay) }
        case "process-stop":
            guard let length = requiredLength(object), let group else { return nil }
            return .processStop(group: group, member: member, length: length)
        case "slow-handler": return slowHandler(object, group)
        default:
            let target = object.required("to").flatMap(seekTarget)
            guard let group, let target else { return nil }
            return .seek(group: group, target: target)
        }
    }

    private func slowHandler(_ object: DecodingObject, _ group: Int?) -> FaultKind? {
        let scope = SlowScope(
            partition: object.optional("partition")?.integer(0...WorkloadLimits.partitions - 1),
            key: object.optional("key")?.integer(0...WorkloadLimits.cardinality - 1))
        let factor = object.optional("factor")?.number(0...WorkloadLimits.slowness)
        let delay = object.optional("delay")?.duration(0...WorkloadLimits.longestServiceTime)
        guard let length = requiredLength(object) else { return nil }
        if !object.has("factor") && !object.has("delay") {
            log.report(object.path, "must have a \"factor\" or a \"delay\"")
        }
        return group.map {
            .slowHandler(
                group: $0, scope: scope, factor: factor ?? 1, delay: delay ?? 0, length: length)
        }
    }

    private func retryStorm(_ object: DecodingObject, _ targets: FaultTargets) -> FaultKind? {
        let producer = object.required("producer").flatMap {
            faultReference($0, targets.producers, one: "producer", plural: "producers")
        }
        let share = object.required("share")?.number(0...1, aboveLower: true)
        let copies = object.optional("copies")?.integer(1...WorkloadLimits.copies) ?? 1
        guard let length = requiredLength(object), let producer, let share else { return nil }
        return .retryStorm(producer: producer, share: share, copies: copies, length: length)
    }

    private func outage(_ object: DecodingObject, _ targets: FaultTargets) -> FaultKind? {
        let target = object.required("target").flatMap { reference($0, targets.destinations) }
        guard let length = requiredLength(object), let target else { return nil }
        return .outage(target: target.target, length: length)
    }

    private func sendFailure(_ object: DecodingObject, _ targets: FaultTargets) -> FaultKind? {
        let producer = object.required("producer").flatMap {
            faultReference($0, targets.producers, one: "producer", plural: "producers")
        }
        let share = object.required("share")?.number(0...1, aboveLower: true)
        guard let length = requiredLength(object), let producer, let share else { return nil }
        return .sendFailure(producer: producer, share: share, length: length)
    }

    private func clockStep(_ object: DecodingObject) -> FaultKind? {
        guard let node = object.required("by") else { return nil }
        let limit = WorkloadLimits.clockStep
        let rule = "must be a duration such as \"1h\" or \"-1h\""
        guard let text = node.value.text else { return node.fail(rule) }
        let isBack = text.hasPrefix("-")
        guard let step = Quantities.nanoseconds(isBack ? String(text.dropFirst()) : text) else {
            return node.fail(rule)
        }
        guard (1...limit).contains(step) else {
            return node.fail("must be longer than 0 and at most \(Quantities.text(limit))")
        }
        return .clockStep(by: isBack ? -step : step)
    }

    private func seekTarget(_ node: DecodingNode) -> SeekTarget? {
        let rule = "must be \"earliest\", {\"offset\": number} or {\"time\": duration}"
        if node.value.text == "earliest" { return .earliest }
        guard let members = node.value.members, members.count == 1,
            ["offset", "time"].contains(members[0].key),
            let object = node.object(["offset", "time"])
        else { return node.fail(rule) }
        if let offset = object.optional("offset") {
            return offset.integer(0...Int.max).map { .offset(Int64($0)) }
        }
        return object.optional("time")?.duration(0...Self.phase).map { .time($0) }
    }

    private func length(_ object: DecodingObject) -> Nanoseconds? {
        object.optional("for")?.duration(1...Self.phase)
    }

    private func requiredLength(_ object: DecodingObject) -> Nanoseconds? {
        object.required("for")?.duration(1...Self.phase)
    }

    /// The index of the entry that a text names.
    private func faultReference(
        _ node: DecodingNode, _ known: [String], one: String, plural: String
    ) -> Int? {
        guard let name = node.name() else { return nil }
        if let index = known.firstIndex(of: name) { return index }
        return node.fail(
            "must be a \(one) of this file; " + didYouMean(name, among: known, plural: plural))
    }
}
