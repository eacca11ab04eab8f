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
    private let runs: [String]

    /// Fewer handled messages than this say nothing about a mean.
    private static let leastMessages: UInt64 = 1000

    /// Reads off `records`, which must be measured, on one machine and one driver.
    init(_ records: [RunRecord]) throws {
        let problems = Self.problems(records)
        guard problems.isEmpty, let first = records.first else { throw Problem(lines: problems) }
        driver = first.driver.name
        machine = first.machine
        runs = records.map(\.runId)
        threads = records.map(\.settings.consumerWorkers).min() ?? 1
        noticing = try Self.noticing(records)
        consumerCost = Self.consumerCost(records)
    }

    private static func problems(_ records: [RunRecord]) -> [String] {
        var lines = records.filter(\.simulated).map {
            "--calibration: \($0.runId) is simulated itself; needs results that were measured"
        }
        lines += records.filter { $0.verdict.value == .invalid }.map {
            "--calibration: \($0.runId) is INVALID"
        }
        for record in records.dropFirst() {
            if record.driver.name != records[0].driver.name {
                lines.append(
                    "--calibration: \(records[0].runId) is of driver \(records[0].driver.name), "
                        + "\(record.runId) of \(record.driver.name)")
            }
            let differences = Self.differences(records[0].machine, record.machine)
            if !differences.isEmpty {
                lines.append(
                    "--calibration: \(records[0].runId) and \(record.runId) are of different "
                        + "machines: \(differences.joined(separator: "; "))")
            }
        }
        return lines
    }

    /// What makes costs of one machine wrong for another.
    private static func differences(_ one: MachineRecord, _ other: MachineRecord) -> [String] {
        [
            ("processor", one.cpuModel, other.cpuModel),
            ("CPUs", "\(one.allowedCPUs.count)", "\(other.allowedCPUs.count)"),
        ].filter { $0.1 != $0.2 }.map { "\($0.0) \($0.1) there, \($0.2) here" }
    }

    /// The mean of what the measured service times were longer than the workload says, over all
    /// groups whose handlers take time.
    private static func noticing(_ records: [RunRecord]) throws -> Nanoseconds {
        var excess = 0.0
        var count: UInt64 = 0
        for record in records {
            let document = try JSONEncoder().encode(record.workload.document)
            let spec = try WorkloadFile.decode(
                Array(document), displayName: record.workload.name, checks: .forThisProgram
            ).spec
            for group in record.groups {
                let service = group.latencies.service
                guard let declared = spec.consumers.first(where: { $0.group == group.name }),
                    declared.serviceTime.meanNanoseconds > 0, service.count >= leastMessages,
                    let mean = service.meanNs
                else { continue }
                excess += (mean - declared.serviceTime.meanNanoseconds) * Double(service.count)
                count += service.count
            }
        }
        guard count > 0 else { return 0 }
        return Nanoseconds(max(0, excess / Double(count)).rounded())
    }

    private static func consumerCost(_ records: [RunRecord]) -> Double? {
        let workers = records.flatMap(\.harness.workers).filter {
            $0.role == "consumer" && $0.messages >= leastMessages
        }
        let messages = workers.reduce(0) { $0 + $1.messages }
        guard messages > 0 else { return nil }
        return workers.reduce(0.0) { $0 + $1.busyShare * Double($1.wallTimeNs) } / Double(messages)
    }

    // MARK: - Labels

    /// Says in the record what it was calibrated with and where that does not carry.
    func label(_ record: inout RunRecord) {
        record.driver.facts["calibrated with"] =
            "\(runs.joined(separator: ", ")) (driver \(driver), \(machine.cpuModel))"
        record.driver.facts["calibrated costs"] =
            "the end of a handler is noticed \(noticing) ns late"
            + (consumerCost.map { "; a message costs a consuming thread \(Int($0)) ns" } ?? "")
        let differences = Self.differences(machine, record.machine)
        if !differences.isEmpty {
            add(
                VerdictReason(
                    code: "calibrated-elsewhere", severity: .suspect,
                    text: "the calibration is of another machine: "
                        + differences.joined(separator: "; ")), to: &record)
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
