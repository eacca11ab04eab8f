import Foundation
import UrrAnalysis
import UrrResults

/// The candidate's figures in the formats of tools that keep histories.
public enum ComparisonExport {
    /// One number in github-action-benchmark's form.
    private struct ActionEntry: Encodable {
        var name: String
        var unit: String
        var value: Double
        var range: String?
        var extra: String?
    }

    /// What github-action-benchmark reads as `customSmallerIsBetter`, or as `customBiggerIsBetter`
    /// with `higherIsBetter`: it wants one direction per file.
    public static func actionBenchmark(
        _ report: ComparisonReport, higherIsBetter: Bool
    ) -> String {
        var entries: [ActionEntry] = []
        for workload in report.workloads {
            for metric in workload.metrics
            where (metric.direction == .higherIsBetter) == higherIsBetter {
                guard let value = metric.candidate, value.isFinite else { continue }
                entries.append(
                    ActionEntry(
                        name: "\(workload.workload) / \(metric.metric)",
                        unit: metric.unit.rawValue, value: value,
                        range: halfWidth(metric, value).map { "± " + Quantity.number($0) },
                        extra: "\(ComparisonWords.outcome(metric)), "
                            + "\(ComparisonWords.change(metric.ratio)) against the baseline"))
            }
        }
        if !higherIsBetter {
            for counter in report.counters {
                guard let value = counter.candidate, value.isFinite else { continue }
                entries.append(
                    ActionEntry(
                        name: "\(counter.name) / \(counter.counter)", unit: counter.unit,
                        value: value, extra: counter.outcome.rawValue))
            }
        }
        return json(entries)
    }

    /// One number in Bencher's form.
    private struct BencherMetric: Encodable {
        var value: Double
        var lower: Double?
        var upper: Double?

        enum CodingKeys: String, CodingKey {
            case value
            case lower = "lower_value"
            case upper = "upper_value"
        }
    }

    /// Bencher Metric Format: benchmark, measure, numbers.
    public static func bencher(_ report: ComparisonReport) -> String {
        var benchmarks: [String: [String: BencherMetric]] = [:]
        for workload in report.workloads {
            for metric in workload.metrics {
                guard let value = metric.candidate, value.isFinite else { continue }
                let ends = interval(metric)
                benchmarks[workload.workload, default: [:]][metric.metric] = BencherMetric(
                    value: value, lower: ends?.lower, upper: ends?.upper)
            }
        }
        for counter in report.counters {
            guard let value = counter.candidate, value.isFinite else { continue }
            benchmarks[counter.name, default: [:]][counter.counter] = BencherMetric(value: value)
        }
        return json(benchmarks)
    }

    /// The whole report.
    public static func json(_ report: ComparisonReport) -> String { json(report as any Encodable) }

    /// The interval of the ratio, on the scale of the candidate's value.
    private static func interval(
        _ metric: MetricComparison
    ) -> (lower: Double, upper: Double)? {
        guard let value = metric.candidate, let ratio = metric.ratio, ratio > 0,
            let lower = metric.lower, let upper = metric.upper
        else { return nil }
        return (value * lower / ratio, value * upper / ratio)
    }

    private static func halfWidth(_ metric: MetricComparison, _ value: Double) -> Double? {
        interval(metric).map { max(value - $0.lower, $0.upper - value) }
    }

    private static func json(_ value: any Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        // Every number was checked to be finite, which is all that can fail.
        let data = (try? encoder.encode(value)) ?? Data("null".utf8)
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
