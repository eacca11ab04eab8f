import UrrPlatform

extension WorkloadDecoder {
    private static let executors = ["constant", "ramping", "spike", "burst", "closed"]

    /// An arrival process; nil where it is unusable.
    func arrivals(_ node: DecodingNode) -> ArrivalSpec? {
        guard let members = node.value.members else { return node.fail("must be an object") }
        let peek = DecodingObject(members: members, path: node.path, log: log)
        switch peek.required("executor")?.word(Self.executors) {
        case "constant": return constant(node)
        case "ramping": return ramping(node)
        case "spike": return spike(node)
        case "burst": return burst(node)
        case "closed": return closed(node)
        default: return nil
        }
    }

    private func open(
        _ node: DecodingNode, _ keys: [String],
        _ executor: (DecodingObject) -> ArrivalSpec.Executor?
    ) -> ArrivalSpec? {
        guard let object = node.object(["executor", "variance"] + keys) else { return nil }
        let variance = object.optional("variance")?.choice(ArrivalVariance.self) ?? .uniform
        return executor(object).map { ArrivalSpec($0, variance: variance) }
    }

    private func rate(_ node: DecodingNode?, positive: Bool) -> Double? {
        node?.number(0...WorkloadLimits.rate, aboveLower: positive)
    }

    private func time(_ node: DecodingNode?, from least: Nanoseconds = 0) -> Nanoseconds? {
        node?.duration(least...WorkloadLimits.phase)
    }

    private func constant(_ node: DecodingNode) -> ArrivalSpec? {
        open(node, ["rate"]) { object in
            rate(object.required("rate"), positive: true).map { .constant(rate: $0) }
        }
    }

    private func ramping(_ node: DecodingNode) -> ArrivalSpec? {
        open(node, ["startRate", "stages"]) { object in
            let start = rate(object.required("startRate"), positive: false)
            let nodes = object.required("stages")?.list(1...WorkloadLimits.stages, of: "stages")
            let stages = nodes?.enumerated().compactMap { stage($1, number: $0 + 1) }
            guard let start, let stages, stages.count == nodes?.count else { return nil }
            reportRepeatedNames(stages, object.path.appending("stages"))
            return .ramping(startRate: start, stages: stages)
        }
    }

    private func stage(_ node: DecodingNode, number: Int) -> RampStage? {
        guard let object = node.object(["target", "duration", "name"]) else { return nil }
        let target = rate(object.required("target"), positive: false)
        let duration = time(object.required("duration"), from: 1)
        let name = object.optional("name").map { $0.name() } ?? "stage-\(number)"
        guard let target, let duration, let name else { return nil }
        return RampStage(target: target, duration: duration, name: name)
    }

    private func reportRepeatedNames(_ stages: [RampStage], _ path: JSONPath) {
        var seen: Set<String> = [ArrivalSchedule.heldSegment]
        for (index, stage) in stages.enumerated() where !seen.insert(stage.name).inserted {
            log.report(
                path.appending(index).appending("name"),
                "must differ from other stages and from \"\(ArrivalSchedule.heldSegment)\"",
                got: JSONValue.string(stage.name).excerpt)
        }
    }

    private func spike(_ node: DecodingNode) -> ArrivalSpec? {
        open(node, ["baseline", "peak", "at", "rise", "hold", "decay"]) { object in
            let baseline = rate(object.required("baseline"), positive: false)
            let peak = rate(object.required("peak"), positive: true)
            let at = time(object.required("at"))
            let rise = time(object.required("rise"))
            let hold = time(object.required("hold"))
            let decay = time(object.required("decay"))
            guard let baseline, let peak, let at, let rise, let hold, let decay else { return nil }
            return .spike(
                SpikeShape(
                    baseline: baseline, peak: peak, at: at, rise: rise, hold: hold, decay: decay))
        }
    }

    private func burst(_ node: DecodingNode) -> ArrivalSpec? {
        open(node, ["size", "every", "spread"]) { object in
            let size = object.required("size")?.integer(1...WorkloadLimits.burst)
            let every = time(object.required("every"), from: 1)
            let spread = object.optional("spread").map {
                time($0).flatMap { value in value <= (every ?? value) ? value : nil }
                    ?? object.optional("spread")?.fail("must be at most \"every\"")
            }
            guard let size, let every else { return nil }
            return .burst(BurstShape(size: size, every: every, spread: (spread ?? 0) ?? 0))
        }
    }

    private func closed(_ node: DecodingNode) -> ArrivalSpec? {
        guard let object = node.object(["executor", "inFlight", "thinkTime"]) else { return nil }
        let inFlight = object.required("inFlight")?.integer(1...WorkloadLimits.batch)
        let thinkTime = object.optional("thinkTime").map { time($0) } ?? 0
        guard let inFlight, let thinkTime else { return nil }
        return ArrivalSpec(.closed(ClosedLoop(inFlight: inFlight, thinkTime: thinkTime)))
    }
}
