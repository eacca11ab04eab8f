import Foundation
import UrrPlatform
import UrrResults
import UrrWorkload

/// Everything that a plan needs to know before its first run.
struct PlanSetup {
    /// Overrides of the file, as texts.
    let overrides: [String]
    let base: LoadedWorkload
    let workload: PlanWorkload
    let objectives: KneeObjectives
    let profile: ServiceProfile?
    /// Costs that measured results add to the simulation; nil without any.
    let calibration: SimulationCosts?
    /// How far simulations were from measurements; nil where nobody found out.
    let prediction: PredictionRecord?
    let mostConsumers: Int
    let mostPartitions: Int?
    let perInstance: Int
    let retention: Nanoseconds
    let replication: Int
    /// Share of the messages that the hot concert of the what-if has.
    let hotShare: Double
    /// Longest time that the plan may take, in seconds; nil for no limit.
    let limitSeconds: Double?

    /// Consumers that are tried at the most unless the caller says otherwise.
    static let standardMostConsumers = 1000
    /// Partitions that are tried at the most unless the caller says otherwise.
    static let standardMostPartitions = 4000
    /// Kafka's default for `log.retention.hours`.
    static let standardRetention: Nanoseconds = 7 * 86_400 * nanosecondsPerSecond

    /// Reads the arguments; throws every problem that can be told at once.
    init(_ arguments: ParsedArguments) throws {
        var texts = arguments.texts("set")
        if let seed = arguments.number("seed") { texts.append("seed=\(seed)") }
        overrides = texts
        let path = try WorkloadFile.resolve(
            arguments.operands[0], workloadsDirectory: ProgramEnvironment.workloadsDirectory)
        let loaded = try WorkloadFile.load(
            path: path, overrides: try texts.map { text in try Override(text) },
            checks: .forAnyMachine)
        base = loaded
        let spec = loaded.spec
        var problems: [String] = []
        let group = Self.group(arguments, spec, &problems)
        let peak = Self.peak(arguments, &problems)
        limitSeconds = Self.duration("limit", arguments, &problems).map { Double($0) / 1e9 }
        let retention = Self.duration("retention", arguments, &problems)
        profile = Self.profile(arguments, &problems)
        calibration = Self.calibration(arguments, &problems)
        prediction = try ResultStore.loadPrediction(path: ProgramEnvironment.predictionFile)
        guard let group else { throw SteadyLoad.Problem(lines: problems) }
        let consumer = spec.consumers[group]
        (mostConsumers, mostPartitions) = Self.largest(arguments, consumer, &problems)
        problems += Self.problems(of: consumer, spec)
        var named = spec
        named.consumers = [consumer]
        named.producers = PlanWorkload.producers(of: consumer, spec)
        var objectives: KneeObjectives?
        do throws(SteadyLoad.Problem) {
            objectives = try Self.objectives(arguments, named)
        } catch {
            problems += error.lines
        }
        guard problems.isEmpty, let objectives else { throw SteadyLoad.Problem(lines: problems) }
        self.objectives = objectives
        let longest = objectives.objectives.filter { $0.dimension == .time }.map(\.limit).max()
        workload = PlanWorkload(
            loaded, group: group, peak: peak,
            longestObjective: Nanoseconds(min(longest ?? 0, 1e15)))
        perInstance = arguments.number("per-instance").map { Int($0) } ?? 1
        let topics = consumer.topicIndexes.compactMap { spec.topics[$0].retention }
        self.retention = retention ?? topics.max() ?? Self.standardRetention
        replication = arguments.number("replication").map { Int($0) } ?? profile?.replication ?? 1
        hotShare = Double(arguments.number("hot-share") ?? 20) / 100
        try checkSamples()
    }

    // MARK: Parts

    /// The index of the group that is planned; nil, with a problem, where that is not clear.
    private static func group(
        _ arguments: ParsedArguments, _ spec: WorkloadSpec, _ problems: inout [String]
    ) -> Int? {
        let names = spec.consumers.map(\.group)
        let known = names.map(quoted).joined(separator: ", ")
        if let name = arguments.text("group") {
            if let index = names.firstIndex(of: name) { return index }
            let close = Suggestion.text(for: name, among: names)
            problems.append("plan: --group: no group \(quoted(name))\(close); groups: \(known)")
            return nil
        }
        if names.count == 1 { return 0 }
        problems.append(
            names.isEmpty
                ? "plan: the workload has no consumers, so there is nothing to plan"
                : "plan: the workload has \(names.count) groups, each of which needs a size of its "
                    + "own; choose one with --group: \(known)")
        return nil
    }

    private static func peak(
        _ arguments: ParsedArguments, _ problems: inout [String]
    ) -> Double? {
        guard let text = arguments.text("peak") else { return nil }
        let rate = QuantityText.rate(text)
        if rate == nil {
            problems.append(
                "plan: --peak: must be a rate above 0 and at most 1e9/s, such as 500000/s, got "
                    + quoted(text))
        }
        return rate
    }

    private static func duration(
        _ name: String, _ arguments: ParsedArguments, _ problems: inout [String]
    ) -> Nanoseconds? {
        guard let text = arguments.text(name) else { return nil }
        if let time = QuantityText.duration(text), time > 0 { return time }
        problems.append(
            "plan: --\(name): must be a time above 0, such as 90s, 10m or 168h, got \(quoted(text))"
        )
        return nil
    }

    private static func profile(
        _ arguments: ParsedArguments, _ problems: inout [String]
    ) -> ServiceProfile? {
        guard let name = arguments.text("profile") else { return nil }
        do throws(WorkloadFileError) {
            return try ProfileFile.load(
                name, workloadsDirectory: ProgramEnvironment.workloadsDirectory)
        } catch {
            problems += "\(error)".split(separator: "\n").map { "plan: --profile: \($0)" }
            return nil
        }
    }

    private static func calibration(
        _ arguments: ParsedArguments, _ problems: inout [String]
    ) -> SimulationCosts? {
        do throws(SimulationCosts.Problem) {
            return try SimulationCosts(files: arguments.texts("calibration"))
        } catch {
            problems += error.lines.map { "plan: \($0)" }
            return nil
        }
    }

    private static func largest(
        _ arguments: ParsedArguments, _ consumer: ConsumerSpec, _ problems: inout [String]
    ) -> (Int, Int?) {
        let consumers = arguments.number("max-consumers").map { Int($0) }
        let partitions = arguments.number("max-partitions").map { Int($0) }
        if consumer.receiving != nil {
            if partitions != nil {
                problems.append(
                    "plan: --max-partitions: group \(quoted(consumer.group)) reads a queue, which "
                        + "has no partitions")
            }
            return (consumers ?? standardMostConsumers, nil)
        }
        if let consumers, let partitions, partitions < consumers {
            problems.append(
                "plan: --max-partitions: must be at least --max-consumers, of which each needs a "
                    + "partition, got \(partitions) for \(consumers)")
        }
        let most = consumers ?? min(standardMostConsumers, partitions ?? standardMostConsumers)
        let standard = min(WorkloadLimits.partitions, max(standardMostPartitions, 4 * most))
        return (most, partitions ?? standard)
    }

    /// What keeps a group from being planned.
    private static func problems(of consumer: ConsumerSpec, _ spec: WorkloadSpec) -> [String] {
        let producers = PlanWorkload.producers(of: consumer, spec)
        var problems: [String] = []
        if producers.isEmpty {
            problems.append(
                "plan: no producer sends to what group \(quoted(consumer.group)) reads")
        }
        for producer in producers {
            if producer.arrivals.closedLoop != nil {
                problems.append(
                    "plan: producer \(producer.name) is a closed loop: it sends as fast as the "
                        + "system lets it, so it has no peak to plan for")
            }
            if case .partition(let index) = producer.partitioning, index > 0 {
                problems.append(
                    "plan: producer \(producer.name) names partition \(index) itself, so that the "
                        + "number of partitions cannot be searched")
            }
        }
        return problems
    }

    private static func objectives(
        _ arguments: ParsedArguments, _ spec: WorkloadSpec
    ) throws(SteadyLoad.Problem) -> KneeObjectives {
        guard arguments.has("slo") else {
            throw SteadyLoad.Problem(lines: [
                "plan: needs at least one --slo, such as --slo 'response.p99 < 50ms'"
            ])
        }
        return try KneeObjectives(
            arguments.texts("slo"), spec: spec, segments: spec.segmentNames, verb: "plan")
    }

    /// A percentile of too few messages would be missed in every run, whatever its size.
    private func checkSamples() throws(SteadyLoad.Problem) {
        let needed = objectives.samplesNeeded
        let messages = workload.load.messages
        guard Double(needed) > messages else { return }
        throw SteadyLoad.Problem(lines: [
            "plan: --slo: the percentiles need at least \(needed) messages, the measured phase has "
                + "\(Int(messages)); raise --peak or make the phase longer with --set "
                + "phases.measure=TIME"
        ])
    }
}
