import Foundation
import UrrAnalysis
import UrrMeasure
import UrrResults
import UrrWorkload

/// The objectives of a search, and what a run says about each.
struct KneeObjectives {
    /// What a run says about an objective.
    enum Answer: Equatable {
        case holds
        case missed
        /// The run is too short to tell.
        case unknown
    }

    let objectives: [ThresholdSpec]

    /// Reads `texts` for `verb`; objectives of parts of the arrival curve are taken where `segments`
    /// names any. Throws every problem.
    init(
        _ texts: [String], spec: WorkloadSpec, segments: [String] = [], verb: String = "knee"
    ) throws(SteadyLoad.Problem) {
        var lines: [String] = []
        var objectives: [ThresholdSpec] = []
        let groups = spec.consumers.map(\.group)
        let producers = spec.producers.map(\.name)
        for text in texts {
            do throws(ThresholdSyntaxError) {
                let objective = try ThresholdSpec(parsing: text)
                if MetricCatalogue.isKnown(
                    objective.metric, groups: groups, segments: segments, producers: producers)
                {
                    objectives.append(objective)
                    continue
                }
                let close = MetricCatalogue.suggestions(
                    for: objective.metric, groups: groups, segments: segments, producers: producers)
                let hint =
                    close.isEmpty
                    ? "" : "; did you mean \(close.map(quoted).joined(separator: " or "))?"
                lines.append("\(verb): --slo: no metric \(quoted(objective.metric))\(hint)")
            } catch {
                lines.append("\(verb): --slo: \(error.rule), got \(quoted(text))")
            }
        }
        for (index, first) in objectives.enumerated() {
            for second in objectives.dropFirst(index + 1) where Self.contradict(first, second) {
                lines.append(
                    "\(verb): --slo: no value meets both \(quoted(first.expression)) and "
                        + quoted(second.expression))
            }
        }
        guard lines.isEmpty else { throw SteadyLoad.Problem(lines: lines) }
        self.objectives = objectives
    }

    /// Whether no value of a metric meets two objectives: neither a limit, nor one between the two,
    /// nor one beyond both.
    private static func contradict(_ one: ThresholdSpec, _ other: ThresholdSpec) -> Bool {
        guard one.metric == other.metric, one.reference == nil, other.reference == nil else {
            return false
        }
        let limits = [one.limit, other.limit].sorted()
        let values = limits + [(limits[0] + limits[1]) / 2, limits[0] - 1, limits[1] + 1]
        return !values.contains {
            one.comparison.holds($0, one.limit) && other.comparison.holds($0, other.limit)
        }
    }

    /// The most samples that one of the objectives' percentiles needs in each group.
    var samplesNeeded: UInt64 {
        objectives.compactMap { objective -> UInt64? in
            guard let point = objective.metric.range(of: ".p", options: .backwards),
                let percentile = Double(objective.metric[point.upperBound...]),
                percentile > 0, percentile < 100
            else { return nil }
            return Percentiles.samplesNeeded(percentile)
        }.max() ?? 0
    }

    /// What `record` says about each objective.
    func judge(_ record: RunRecord) -> [(record: ThresholdRecord, answer: Answer)] {
        zip(objectives, ThresholdJudge.judge(objectives, of: record)).map { objective, judged in
            if let trend = trend(objective, judged, record) { return trend }
            guard judged.actual != nil else { return (judged, .unknown) }
            return (judged, judged.passed ? .holds : .missed)
        }
    }

    // MARK: Growth of the lag

    /// One in a hundred stable runs may be taken for one that falls behind.
    private static let falseAlarm = 0.01
    /// A slope's error has ten clusters of samples, and the line has two parameters.
    private static let freedom = 8

    /// The measured slope of a steady lag is as often above 0 as below, so "at most" is missed only
    /// where the slope is above the limit beyond doubt (Student's t, one-sided, 1 %).
    private func trend(
        _ objective: ThresholdSpec, _ judged: ThresholdRecord, _ record: RunRecord
    ) -> (record: ThresholdRecord, answer: Answer)? {
        guard objective.metric.hasSuffix("lag.slope"),
            objective.comparison == .less || objective.comparison == .lessOrEqual
        else { return nil }
        let scope = objective.metric.dropLast("lag.slope".count)
        let groups = record.groups.filter { scope.isEmpty || scope == $0.name + "." }
        let reach = StudentT.quantile(1 - Self.falseAlarm, freedom: Self.freedom)
        var result = judged
        result.passed = true
        result.reason = nil
        for group in groups {
            guard let slope = group.lag.slopePerSecond, let error = group.lag.slopeErrorPerSecond
            else { return (judged, .unknown) }
            guard slope - reach * error > objective.limit else { continue }
            result.passed = false
            result.reason = "\(group.name): grew by \(Int(slope)) +- \(Int(reach * error)) a second"
        }
        return (result, result.passed ? .holds : .missed)
    }
}
