import UrrPlatform

/// Rules that join faults and guarantees with what they are about.
extension WorkloadSpec {
    /// A guarantee that the group's way of committing cannot give.
    func guaranteeProblems() -> [WorkloadProblem] {
        let base = JSONPath([.key("consumers")])
        return consumers.enumerated().compactMap { index, consumer in
            let path = base.appending(index).appending("guarantee")
            let got = "\"\(consumer.guarantee.rawValue)\""
            let commitsFirst = consumer.commit == .beforeProcessing
            switch consumer.guarantee {
            case .atMostOnce where !commitsFirst:
                return WorkloadProblem(
                    path, "must be given only with \"commit\": \"before-processing\"", got: got)
            case .atLeastOnce where commitsFirst, .exactlyOnceEffects where commitsFirst:
                return WorkloadProblem(
                    path, "must not be given with \"commit\": \"before-processing\"", got: got)
            case .exactlyOnceEffects where consumer.idempotency == nil:
                return WorkloadProblem(
                    path, "must be given only with \"idempotency\", which tells repeats", got: got)
            default: return nil
            }
        }
    }

    /// Faults at impossible times or of things that do not exist.
    func faultProblems() -> [WorkloadProblem] {
        let base = JSONPath([.key("faults")])
        var problems: [WorkloadProblem] = []
        var instants = 0
        for (index, fault) in faults.enumerated() {
            let path = base.appending(index)
            problems += timeProblems(fault.times, path)
            problems += targetProblems(fault, path)
            instants += instantCount(fault.times)
        }
        if instants > WorkloadLimits.faults {
            problems.append(
                WorkloadProblem(
                    base, "must strike at most \(WorkloadLimits.faults) times together",
                    got: "\(instants)"))
        }
        return problems + managedProblems()
    }

    /// How often something strikes in the measure phase.
    func instantCount(_ times: FaultTimes) -> Int {
        switch times {
        case .at: return 1
        case .every(let first, let period):
            return first >= phases.measure ? 0 : Int((phases.measure - 1 - first) / period) + 1
        case .random(let count, _, _): return count
        }
    }

    /// Instants behind the end of the measure phase.
    func timeProblems(_ times: FaultTimes, _ path: JSONPath) -> [WorkloadProblem] {
        let rule =
            "must be before the end of the measure phase of \(Quantities.text(phases.measure))"
        let (key, last): (String, Nanoseconds) =
            switch times {
            case .at(let instant): ("at", instant)
            case .every(let first, _): ("at", first)
            case .random(_, _, let until): ("random", until)
            }
        if last < phases.measure { return [] }
        return [WorkloadProblem(path.appending(key), rule, got: Quantities.text(last))]
    }

    private func targetProblems(_ fault: FaultSpec, _ path: JSONPath) -> [WorkloadProblem] {
        if let group = fault.kind.group, consumers[group].receiving != nil {
            return [
                WorkloadProblem(
                    path.appending("group"), "must be a group that reads topics",
                    got: "\"\(consumers[group].group)\"")
            ]
        }
        switch fault.kind {
        case .retryStorm(let producer, _, _, _):
            return stormProblems(producers[producer], path.appending("producer"))
        case .outage(let target, _):
            let senders = producers.filter { $0.target == target }
            return senders.flatMap { closedLoopProblems($0, path.appending("target")) }
        case .sendFailure(let producer, _, _):
            return closedLoopProblems(producers[producer], path.appending("producer"))
        case .consumerCrash(let group, let member?, _, _),
            .consumerLeave(let group, let member?, _), .processStop(let group, let member?, _):
            return below(
                consumers[group].instances, member, path.appending("member"),
                "the members of \"\(consumers[group].group)\"")
        case .slowHandler(let group, let scope, _, _, _):
            return scopeProblems(scope, consumers[group], path)
        default: return []
        }
    }

    private func stormProblems(
        _ producer: ProducerSpec, _ path: JSONPath
    ) -> [WorkloadProblem] {
        let got = "\"\(producer.name)\""
        if case .queue = producer.target {
            return [WorkloadProblem(path, "must be a producer that sends to a topic", got: got)]
        }
        return closedLoopProblems(producer, path)
    }

    /// A closed loop would answer each failure with the next message, without end.
    private func closedLoopProblems(
        _ producer: ProducerSpec, _ path: JSONPath
    ) -> [WorkloadProblem] {
        guard producer.arrivals.closedLoop != nil else { return [] }
        return [
            WorkloadProblem(
                path, "must be a producer with a schedule", got: "\"\(producer.name)\"")
        ]
    }

    /// What is sent again later is not also sent again on purpose, or nobody could tell which it was.
    func fallbackProblems() -> [WorkloadProblem] {
        producers.enumerated().flatMap { index, producer -> [WorkloadProblem] in
            guard producer.fallback != nil else { return [] }
            let path = JSONPath([.key("producers"), .index(index), .key("fallback")])
            if producer.arrivals.closedLoop != nil {
                return [WorkloadProblem(path, "must not be given for a closed loop")]
            }
            guard producer.duplicates != nil else { return [] }
            return [WorkloadProblem(path, "must not be given together with \"duplicates\"")]
        }
    }

    private func scopeProblems(
        _ scope: SlowScope, _ consumer: ConsumerSpec, _ path: JSONPath
    ) -> [WorkloadProblem] {
        var problems: [WorkloadProblem] = []
        if let partition = scope.partition {
            let most = consumer.topicIndexes.map { topics[$0].partitions }.max() ?? 0
            problems += below(
                most, partition, path.appending("partition"),
                "the partitions that \"\(consumer.group)\" reads")
        }
        if let key = scope.key {
            let feeding = producers.filter { producer in
                guard case .topic(let index) = producer.target else { return false }
                return consumer.topicIndexes.contains(index)
            }
            problems += below(
                feeding.map(\.keys.cardinality).max() ?? 0, key, path.appending("key"),
                "the keys of what \"\(consumer.group)\" reads")
        }
        return problems
    }

    private func below(
        _ bound: Int, _ value: Int, _ path: JSONPath, _ what: String
    ) -> [WorkloadProblem] {
        if value < bound { return [] }
        return [WorkloadProblem(path, "must be below \(bound), \(what)", got: "\(value)")]
    }

    /// Groups whose members come and go keep a book of members and partitions.
    private func managedProblems() -> [WorkloadProblem] {
        let limit = WorkloadLimits.managedMembers
        return consumers.enumerated().compactMap { index, consumer in
            let own = faults.filter { $0.kind.group == index && $0.kind.changesMembership }
            guard !own.isEmpty else { return nil }
            let members = consumer.instances + joiners(index)
            if members <= limit { return nil }
            return WorkloadProblem(
                JSONPath([.key("consumers"), .index(index), .key("instances")]),
                "must be at most \(limit) with those that join, where members come and go",
                got: "\(members)")
        }
    }

    /// Members that faults add to a group over the whole run.
    public func joiners(_ group: Int) -> Int {
        faults.reduce(0) { sum, fault in
            guard case .consumerJoin(group, let members, _) = fault.kind else { return sum }
            return sum + members * instantCount(fault.times)
        }
    }
}
