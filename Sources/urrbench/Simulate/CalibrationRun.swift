import Foundation
import UrrResults
import UrrWorkload

/// A run, or a sweep's runs of one trial and cell, that costs are taken from.
struct CalibrationRun {
    /// What the run is called in messages: its identifier, with that of its sweep.
    var name: String
    /// The result that was given: the run itself, or its sweep.
    var source: String
    var driver: String
    var machine: MachineRecord
    var isSimulated: Bool
    var isInvalid: Bool
    var costs: RunCostRecord?

    /// The run of a stored result.
    init(_ record: RunRecord) throws {
        name = record.runId
        source = record.runId
        driver = record.driver.name
        machine = record.machine
        isSimulated = record.simulated
        isInvalid = record.verdict.value == .invalid
        costs = try RunCostRecord(record)
    }

    private init(_ run: SweepRunRecord, of sweep: SweepRecord, _ machine: MachineRecord) {
        name = "\(run.runId) of sweep \(sweep.sweepId)"
        source = "sweep \(sweep.sweepId)"
        driver = sweep.driver.name
        self.machine = machine
        isSimulated = machine.isSimulated
        isInvalid = run.verdict.value == .invalid
        costs = run.costs
    }

    /// The usable runs of a sweep; all of them where none is usable, so that the reason can be told.
    static func runs(of sweep: SweepRecord) -> [CalibrationRun] {
        guard let machine = sweep.machine else { return [] }
        let all = sweep.runs.map { CalibrationRun($0, of: sweep, machine) }
        let usable = all.filter { !$0.isInvalid }
        return usable.isEmpty ? all : usable
    }

    /// The runs in the files of results and sweeps; throws every file that cannot be used.
    static func load(_ paths: [String]) throws(SimulationCosts.Problem) -> [CalibrationRun] {
        var runs: [CalibrationRun] = []
        var problems: [String] = []
        for path in paths {
            do {
                let found = try load(path)
                if found.isEmpty { problems.append("\(path): nothing of this sweep has been run") }
                runs += found
            } catch {
                let text = "\(error)"
                problems.append(text.hasPrefix(path) ? text : "\(path): \(text)")
            }
        }
        guard problems.isEmpty else {
            throw SimulationCosts.Problem(lines: problems.map { "--calibration: \($0)" })
        }
        return runs
    }

    private static func load(_ path: String) throws -> [CalibrationRun] {
        let record: RunRecord
        do throws(ResultError) {
            record = try ResultStore.load(path: path)
        } catch .notARunRecord(SweepRecord.schema) {
            return runs(of: try ResultStore.loadSweep(path: path))
        }
        return [try CalibrationRun(record)]
    }
}

extension RunCostRecord {
    /// Fewer handled messages than this say nothing about a mean.
    private static let leastMessages: UInt64 = 1000

    /// What `record` says; its workload is read for the service times that it declares.
    init(_ record: RunRecord) throws {
        self.init(record, try record.workloadSpec())
    }

    /// What the run of `spec` says.
    init(_ record: RunRecord, _ spec: WorkloadSpec) {
        var excess = 0.0
        var handled: UInt64 = 0
        for group in record.groups {
            let service = group.latencies.service
            guard let declared = spec.consumers.first(where: { $0.group == group.name }),
                declared.serviceTime.meanNanoseconds > 0, service.count >= Self.leastMessages,
                let mean = service.meanNs
            else { continue }
            excess += (mean - declared.serviceTime.meanNanoseconds) * Double(service.count)
            handled += service.count
        }
        let workers = record.harness.workers.filter {
            $0.role == "consumer" && $0.messages >= Self.leastMessages
        }
        let consumed = workers.reduce(0) { $0 + UInt64($1.messages) }
        let busy = workers.reduce(0.0) { $0 + $1.busyShare * Double($1.wallTimeNs) }
        self.init(
            consumerThreads: record.settings.consumerWorkers, handled: handled,
            excessNs: handled > 0 ? excess / Double(handled) : nil, consumed: consumed,
            consumerNs: consumed > 0 ? busy / Double(consumed) : nil)
    }
}
