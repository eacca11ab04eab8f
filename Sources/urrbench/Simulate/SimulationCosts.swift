import Foundation
import UrrPlatform
import UrrReport
import UrrResults
import UrrWorkload

/// What measured results say about costs that a simulation does not have by itself.
struct SimulationCosts {
    /// Why results cannot calibrate a simulation; every reason.
    struct Problem: Error, CustomStringConvertible {
        let lines: [String]
        var description: String { lines.joined(separator: "\n") }
    }

    /// Mean time by which the end of a handler was noticed late.
    let noticing: Nanoseconds
    /// Processor time of a consuming thread per message, in nanoseconds; nil where unknown.
    let consumerCost: Double?
    /// Consuming threads that the runs had.
    private let threads: Int
    private let driver: String
    private let machine: MachineRecord
    /// The results that were given, each once.
    private let sources: [String]

    /// Reads the files of measured results and sweeps; nil where there are none.
    init?(files: [String]) throws(Problem) {
        guard !files.isEmpty else { return nil }
        try self.init(try CalibrationRun.load(files))
    }

    /// Reads off `runs`, which must be measured, on one machine and one driver.
    init(_ runs: [CalibrationRun]) throws(Problem) {
        let problems = Self.problems(runs)
        guard problems.isEmpty, let first = runs.first else { throw Problem(lines: problems) }
        driver = first.driver
        machine = first.machine
        sources = runs.reduce(into: []) { names, run in
            if !names.contains(run.source) { names.append(run.source) }
        }
        let costs = runs.compactMap(\.costs)
        threads = costs.map(\.consumerThreads).min() ?? 1
        let excess = Self.mean(costs.map { ($0.excessNs, $0.handled) }) ?? 0
        noticing = Nanoseconds(max(0, excess).rounded())
        consumerCost = Self.mean(costs.map { ($0.consumerNs, $0.consumed) })
    }

    /// The mean of means, each with the number of messages that it is of.
    private static func mean(_ parts: [(mean: Double?, count: UInt64)]) -> Double? {
        let known = parts.compactMap { part in part.mean.map { ($0, Double(part.count)) } }
        let count = known.reduce(0) { $0 + $1.1 }
        return count > 0 ? known.reduce(0) { $0 + $1.0 * $1.1 } / count : nil
    }

    private static func problems(_ runs: [CalibrationRun]) -> [String] {
        var lines = runs.filter(\.isSimulated).map {
            "--calibration: \($0.name) is simulated itself; needs results that were measured"
        }
        lines += runs.filter(\.isInvalid).map { "--calibration: \($0.name) is INVALID" }
        lines += runs.filter { $0.costs == nil }.map {
            "--calibration: \($0.name) tells no costs; it was made by an older version"
        }
        for run in runs.dropFirst() {
            if run.driver != runs[0].driver {
                lines.append(
                    "--calibration: \(runs[0].name) is of driver \(runs[0].driver), "
                        + "\(run.name) of \(run.driver)")
            }
            let differences = Self.differences(
                runs[0].machine, run.machine, first: "of the first", other: "of the other")
            if !differences.isEmpty {
                lines.append(
                    "--calibration: \(runs[0].name) and \(run.name) are of different "
                        + "machines: \(differences.joined(separator: "; "))")
            }
        }
        return lines
    }

    /// What makes costs of one machine wrong for another.
    private static func differences(
        _ one: MachineRecord, _ two: MachineRecord, first: String = "there",
        other: String = "here"
    ) -> [String] {
        [
            ("processor", one.cpuModel, two.cpuModel),
            ("CPUs", "\(one.allowedCPUs.count)", "\(two.allowedCPUs.count)"),
        ].filter { $0.1 != $0.2 }.map { "\($0.0) \($0.1) \(first), \($0.2) \(other)" }
    }

    // MARK: - Labels

    /// What the costs come from.
    private var origin: String {
        "\(sources.joined(separator: ", ")) (driver \(driver), \(machine.cpuModel))"
    }

    /// What they are.
    private var amounts: String {
        "the end of a handler is noticed \(Quantity.duration(noticing)) late"
            + (consumerCost.map {
                "; a message costs a consuming thread \(Quantity.duration(seconds: $0 / 1e9))"
            } ?? "")
    }

    /// Why they are no costs of `machine`; nil where nothing speaks against it.
    private func foreign(to machine: MachineRecord) -> String? {
        let differences = Self.differences(self.machine, machine)
        return differences.isEmpty
            ? nil
            : "the calibration is of another machine: " + differences.joined(separator: "; ")
    }

    /// Origin, amounts and whether they carry to `machine`, in sentences.
    func explanation(on machine: MachineRecord) -> String {
        "Calibrated with \(origin): \(amounts)."
            + (foreign(to: machine).map { " Doubtful: \($0)." } ?? "")
    }

    /// Says in the record what it was calibrated with and where that does not carry.
    func label(_ record: inout RunRecord) {
        record.driver.facts["calibrated with"] = origin
        record.driver.facts["calibrated costs"] = amounts
        if let text = foreign(to: record.machine) {
            add(
                VerdictReason(code: "calibrated-elsewhere", severity: .suspect, text: text),
                to: &record)
        }
        if let busy = busiest(record), busy > 1 {
            add(
                VerdictReason(
                    code: "beyond-the-tool", severity: .suspect,
                    text: "in its busiest second the \(threads) consuming threads of the measured "
                        + "runs would be busy \(Int((busy * 100).rounded())) %: a run in real time "
                        + "on that machine could not follow"), to: &record)
        }
    }

    private func add(_ reason: VerdictReason, to record: inout RunRecord) {
        record.verdict.reasons.append(reason)
        record.verdict.value = max(record.verdict.value, reason.severity)
    }

    /// Share of the measured threads that the busiest second would take.
    private func busiest(_ record: RunRecord) -> Double? {
        guard let consumerCost else { return nil }
        let most = record.series.rows.map { row in row.groups.reduce(0) { $0 + $1.handled } }.max()
        let seconds = Double(record.series.intervalNs)
        return most.map { Double($0) * consumerCost / seconds / Double(max(1, threads)) }
    }
}
