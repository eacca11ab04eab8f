import UrrPlatform

/// Turns a document into a spec and reports everything in it that breaks a rule.
///
/// A value that breaks a rule is replaced by a harmless one, so that the rest is still checked; the
/// result counts only if the log stays empty.
struct WorkloadDecoder {
    let log: ProblemLog

    static let keys = [
        "$schema", "name", "description", "seed", "phases", "topics", "queues", "producers",
        "consumers", "redrives", "faults", "workers", "thresholds", "verification", "sweep",
    ]

    /// The spec of a document; nil where it is not even an object.
    func decode(_ document: JSONValue) -> WorkloadSpec? {
        reportRepeatedKeys(document, JSONPath())
        let root = DecodingNode(value: document, path: JSONPath(), log: log)
        guard let object = root.object(Self.keys) else { return nil }
        _ = object.optional("$schema")?.text()
        let phases = object.required("phases").flatMap(self.phases)
        let hasQueues = object.has("queues")
        let drafts =
            (hasQueues ? object.optional("topics") : object.required("topics")).map(topics) ?? []
        let known = Destinations(
            topics: drafts, queues: object.optional("queues").map(queues) ?? [])
        let producers = entries("producers", object, required: true) { producer($0, known) }
        let consumers = entries("consumers", object, required: false) { consumer($0, known) }
        var spec = WorkloadSpec(
            name: object.required("name")?.name() ?? "unnamed",
            description: object.optional("description")?.text(limit: 10_000) ?? "",
            seed: object.optional("seed").flatMap(seed) ?? WorkloadSpec.defaultSeed,
            phases: phases ?? PhasesSpec(measure: WorkloadLimits.phase),
            topics: drafts.enumerated().map { index, draft in
                draft.topic(smallestMessageBytes: smallestMessage(to: index, producers))
            },
            queues: known.queues, producers: producers, consumers: consumers,
            redrives: entries("redrives", object, required: false) { redriveSchedule($0, known) },
            faults: entries("faults", object, required: false) {
                let targets = FaultTargets(
                    groups: consumers.map(\.group), producers: producers.map(\.name),
                    destinations: known)
                return fault($0, targets)
            },
            workers: object.optional("workers").flatMap(workers) ?? WorkersSpec(),
            thresholds: entries("thresholds", object, required: false, threshold),
            verification: object.optional("verification")?.choice(VerificationMode.self) ?? .header)
        spec.sweep = object.optional("sweep").flatMap(sweep)
        return spec
    }

    private func entries<Entry>(
        _ key: String, _ object: DecodingObject, required: Bool,
        _ decode: (DecodingNode) -> Entry?
    ) -> [Entry] {
        guard let node = required ? object.required(key) : object.optional(key) else { return [] }
        let nodes = node.list((required ? 1 : 0)...WorkloadLimits.entries, of: "entries") ?? []
        return nodes.compactMap(decode)
    }

    private func smallestMessage(to topic: Int, _ producers: [ProducerSpec]) -> Int {
        producers.filter { $0.target == .topic(topic) }.map(\.messageSize.smallestBytes).min()
            ?? WorkloadLimits.smallestMessageBytes
    }

    private func reportRepeatedKeys(_ value: JSONValue, _ path: JSONPath) {
        switch value.content {
        case .object(let members):
            var seen: Set<String> = []
            for member in members {
                let inner = path.appending(member.key)
                if !seen.insert(member.key).inserted {
                    log.report(inner, "must be given only once, got it again")
                }
                reportRepeatedKeys(member.value, inner)
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                reportRepeatedKeys(element, path.appending(index))
            }
        default: return
        }
    }

    // MARK: Small sections

    private func seed(_ node: DecodingNode) -> UInt64? {
        guard case .number(let number) = node.value.content, let seed = number.unsigned else {
            return node.fail("must be a whole number from 0 to \(UInt64.max)")
        }
        return seed
    }

    private func phases(_ node: DecodingNode) -> PhasesSpec? {
        guard let object = node.object(["warmup", "measure", "drain"]) else { return nil }
        let defaults = PhasesSpec(measure: WorkloadLimits.phase)
        let limit = WorkloadLimits.phase
        return PhasesSpec(
            warmup: object.optional("warmup")?.duration(0...limit) ?? defaults.warmup,
            measure: object.required("measure")?.duration(1...limit) ?? defaults.measure,
            drain: object.optional("drain")?.duration(0...limit) ?? defaults.drain)
    }

    private func workers(_ node: DecodingNode) -> WorkersSpec? {
        guard let object = node.object(["producers", "consumers", "pin", "idle"]) else {
            return nil
        }
        let defaults = WorkersSpec()
        let counts = 1...WorkloadLimits.workers
        return WorkersSpec(
            producers: object.optional("producers")?.integer(counts),
            consumers: object.optional("consumers")?.integer(counts),
            pin: object.optional("pin")?.boolean() ?? defaults.pin,
            idle: object.optional("idle")?.choice(IdleMode.self) ?? defaults.idle)
    }

    private func threshold(_ node: DecodingNode) -> ThresholdSpec? {
        var text = node
        if node.value.members != nil {
            guard let inner = node.object(["expression"])?.required("expression") else {
                return nil
            }
            text = inner
        }
        guard let expression = text.value.text else { return text.fail(ThresholdSpec.rule) }
        do throws(ThresholdSyntaxError) {
            return try ThresholdSpec(parsing: expression)
        } catch {
            return text.fail(error.rule)
        }
    }
}
