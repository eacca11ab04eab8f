import UrrPlatform

extension WorkloadSpec {
    /// What breaks the rules that join several values: references, repeated names, sizes against
    /// logs, timelines against phases, memory, metrics, services. Empty for a sound workload.
    ///
    /// Applied by `WorkloadFile.load`; for specs made in code, call it before a run.
    public func problems(_ checks: WorkloadChecks = WorkloadChecks()) -> [WorkloadProblem] {
        var problems =
            topicProblems() + queueProblems() + producerProblems() + sumProblems()
            + repeated(consumers.map(\.group), JSONPath([.key("consumers")]), "group")
            + eventProblems() + guaranteeProblems() + remedyProblems() + faultProblems()
            + fallbackProblems()
            + metricProblems(checks.isKnownMetric)
        if problems.isEmpty, let available = checks.availableBytes {
            problems += checks.asRun(self).memoryProblems(availableBytes: available)
        }
        return problems
    }

    /// Applies the rules that need a list of metrics: see `WorkloadChecks.MetricCheck`.
    public func validate(isKnownMetric: @escaping WorkloadChecks.MetricCheck) -> [WorkloadProblem] {
        problems(WorkloadChecks(isKnownMetric: isKnownMetric))
    }

    /// Names of the segments of all timelines, each once, in the order of the file.
    public var segmentNames: [String] {
        var names: [String] = []
        for producer in producers {
            let timeline = ArrivalTimeline(
                producer.arrivals.executor, phase: .measure, length: phases.measure)
            for segment in timeline.segments where !names.contains(segment.name) {
                names.append(segment.name)
            }
        }
        return names
    }

    // MARK: Rules

    private func topicProblems() -> [WorkloadProblem] {
        topics.flatMap { topic in
            var problems: [WorkloadProblem] = []
            let path = JSONPath([.key("topics"), .key(topic.name)])
            let largest = topic.capacityBytes / 2 - WorkloadLimits.recordHeaderBytes
            if topic.maximumMessageSize > largest {
                problems.append(
                    WorkloadProblem(
                        path.appending("maximumMessageSize"),
                        "must be at most half of the capacity less "
                            + "\(WorkloadLimits.recordHeaderBytes), which is \(largest) bytes",
                        got: "\(topic.maximumMessageSize)"))
            }
            if let bytes = topic.retentionBytes, bytes > topic.capacityBytes {
                problems.append(
                    WorkloadProblem(
                        path.appending("retentionBytes"),
                        "must be at most the capacity of \(topic.capacityBytes) bytes",
                        got: "\(bytes)"))
            }
            return problems
        }
    }

    private func producerProblems() -> [WorkloadProblem] {
        let base = JSONPath([.key("producers")])
        var problems = repeated(producers.map(\.name), base, "name")
        for (index, producer) in producers.enumerated() {
            let path = base.appending(index)
            problems += timelineProblems(producer.arrivals, path.appending("arrivals"))
            guard isKnown(producer.target) else { continue }
            let largest =
                producer.messageSize.largestBytes ?? Int(producer.messageSize.meanBytes.rounded())
            let maximum = maximumMessageSize(of: producer.target)
            if largest > maximum {
                problems.append(
                    WorkloadProblem(
                        path.appending("messageSize"),
                        "must be at most \(maximum) bytes, the maximumMessageSize of "
                            + "\"\(producer.to)\"", got: "\(largest)"))
            }
            guard case .topic(let index) = producer.target else {
                if case .queue(let index) = producer.target {
                    problems += self.problems(of: producer, to: queues[index], path)
                }
                continue
            }
            let topic = topics[index]
            if case .partition(let number) = producer.partitioning, number >= topic.partitions {
                problems.append(
                    WorkloadProblem(
                        path.appending("partitioning").appending("partition"),
                        "must be below \(topic.partitions), the partitions of \"\(topic.name)\"",
                        got: "\(number)"))
            }
        }
        return problems
    }

    /// What all entries have together: an instance, and a stage, are numbers in each message, and a
    /// run keeps histograms for each group and stage.
    private func sumProblems() -> [WorkloadProblem] {
        let instances = producers.reduce(0) { $0 + $1.instances }
        let stages = producers.reduce(0) { sum, producer in
            let timeline = ArrivalTimeline(
                producer.arrivals.executor, phase: .measure, length: phases.measure)
            return sum + max(1, timeline.segments.count)
        }
        let pairs = stages * consumers.count
        let sums: [(String, String, Int, Int)] = [
            ("producers", "all instances together", instances, WorkloadLimits.instances),
            ("producers", "the stages of all arrivals together", stages, WorkloadLimits.segments),
            ("consumers", "groups times stages", pairs, WorkloadLimits.groupSegments),
        ]
        return sums.filter { $0.2 > $0.3 }.map { key, what, sum, limit in
            WorkloadProblem(
                JSONPath([.key(key)]), "\(what) must be at most \(limit)", got: "\(sum)")
        }
    }

    /// False where decoding has found a reference broken.
    private func isKnown(_ target: MessageTarget) -> Bool {
        switch target {
        case .topic(let index): topics.indices.contains(index)
        case .queue(let index): queues.indices.contains(index)
        }
    }

    private func timelineProblems(_ arrivals: ArrivalSpec, _ path: JSONPath) -> [WorkloadProblem] {
        let measure = phases.measure
        let length = "the measure phase of \(Quantities.text(measure))"
        switch arrivals.executor {
        case .spike(let shape) where shape.end > measure:
            let rule = "at + rise + hold + decay must be at most \(length)"
            return [WorkloadProblem(path, rule, got: Quantities.text(shape.end))]
        case .ramping(_, let stages):
            let total = stages.reduce(0) { $0 + $1.duration }
            if total <= measure { return [] }
            let rule = "must take at most \(length) together"
            return [
                WorkloadProblem(path.appending("stages"), rule, got: Quantities.text(total))
            ]
        case .burst(let shape):
            let rate = Double(shape.size) / Double(shape.every) * Double(nanosecondsPerSecond)
            if rate <= WorkloadLimits.rate { return [] }
            let limit = JSONNumber.short(WorkloadLimits.rate)
            let rule = "size / every must be at most \(limit) messages per second"
            return [WorkloadProblem(path, rule, got: JSONNumber.short(rate))]
        default:
            return []
        }
    }

    /// Metrics for which names are suggested: looking for them takes time, and who got so many
    /// wrong has found the pattern.
    private static let mostSuggestions = 20

    private func metricProblems(_ check: WorkloadChecks.MetricCheck?) -> [WorkloadProblem] {
        guard let check, !thresholds.isEmpty else { return [] }
        let groups = consumers.map(\.group)
        let segments = segmentNames
        let sources = topics.map(\.name)
        let named = thresholds.enumerated().flatMap { index, threshold in
            [threshold.metric, threshold.reference?.metric].compactMap { $0 }.map { (index, $0) }
        }
        var unknown = 0
        return named.compactMap { index, metric in
            let answer = check(metric, groups, segments, sources)
            if answer.known { return nil }
            unknown += 1
            var rule = "must name a metric"
            let suggestions = unknown <= Self.mostSuggestions ? answer.suggestions() : []
            if !suggestions.isEmpty {
                let names = suggestions.map { "\"\($0)\"" }.joined(separator: " or ")
                rule += " (did you mean \(names)?)"
            }
            return WorkloadProblem(
                JSONPath([.key("thresholds"), .index(index)]), rule,
                got: JSONValue.string(metric).excerpt)
        }
    }

    private func repeated(
        _ names: [String], _ path: JSONPath, _ key: String
    ) -> [WorkloadProblem] {
        var seen: Set<String> = [""]
        return names.enumerated().compactMap { index, name in
            if seen.insert(name).inserted || name.isEmpty { return nil }
            return WorkloadProblem(
                path.appending(index).appending(key), "must differ from the other entries",
                got: JSONValue.string(name).excerpt)
        }
    }
}
