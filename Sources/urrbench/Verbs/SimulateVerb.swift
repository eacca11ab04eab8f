import Foundation
import Glibc
import UrrPlatform
import UrrReport
import UrrResults
import UrrWorkload

/// `simulate FILE`: runs a workload in virtual time, at sizes that this machine could not run.
enum SimulateVerb {
    static let verb = Verb(
        "simulate", summary: "Run a workload in virtual time, at any size.",
        operands: .workload,
        options: [
            .calibration,
            .set,
            .seed("seed of all random numbers"),
            .results("result"),
            .out("result"),
            .noResults,
            .quiet,
        ],
        notes: [
            "The same arrivals, keys, service times, partitions and groups as in real time, by the"
                + " same code; only the logs are others: they hold their backlog, whatever its size,"
                + " and no bodies. The same seed gives the same result. Results are marked as"
                + " simulated.",
            "", "  urrbench simulate ticket-opening.json",
            "  urrbench simulate ticket-opening.json --calibration results/RESULT.json",
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        let run: WorkloadRun
        let calibration: SimulationCosts?
        do {
            run = try prepare(arguments)
            calibration = try SimulationCosts(files: arguments.texts("calibration"))
        } catch {
            complain(error)
            return .usage
        }
        do {
            let start = WallClock.now()
            var record = try run.simulate(calibration)
            if let prediction = try ResultStore.loadPrediction(
                path: ProgramEnvironment.predictionFile)
            {
                record.driver.facts["greatest error"] = PredictionWords.errors(prediction)
            }
            return tell(record, nanoseconds: WallClock.now() - start, arguments)
        } catch {
            complain(error)
            return RunStatus.status(of: error)
        }
    }

    private static func complain(_ error: any Error) {
        for line in "\(error)".split(separator: "\n") {
            Console.complain(printable("simulate: \(line)"))
        }
    }

    private static func prepare(_ arguments: ParsedArguments) throws -> WorkloadRun {
        if let problem = ResultDestination.contradiction(arguments) {
            throw SteadyLoad.Problem(lines: [problem])
        }
        var texts = arguments.texts("set")
        if let seed = arguments.number("seed") { texts.append("seed=\(seed)") }
        let path = try WorkloadFile.resolve(
            arguments.operands[0], workloadsDirectory: ProgramEnvironment.workloadsDirectory)
        let loaded = try WorkloadFile.load(
            path: path, overrides: try texts.map { text in try Override(text) },
            checks: .forSimulation)
        return WorkloadRun(loaded: loaded, overrides: texts, manner: .none)
    }

    private static func tell(
        _ record: RunRecord, nanoseconds: Int64, _ arguments: ParsedArguments
    ) -> ExitStatus {
        var statuses = RunStatus.statuses(of: record)
        let destination = ResultDestination(
            file: arguments.text("out"), directory: arguments.text("results"),
            storesNothing: arguments.has("no-results"))
        var file: String?
        do throws(ResultError) {
            file = try destination.save(record)
        } catch {
            complain(error)
            statuses.append(.targetRefused)
        }
        guard !arguments.has("quiet") else { return .worst(of: statuses) }
        Console.progress(price(record, nanoseconds: nanoseconds) + "\n")
        statuses.append(
            Console.print(
                ConsoleSummary.text(record, resultFile: file, style: .current(STDOUT_FILENO))))
        return .worst(of: statuses)
    }

    /// What the simulation took, result and all.
    private static func price(_ record: RunRecord, nanoseconds: Int64) -> String {
        let seconds = Double(max(1, nanoseconds)) / 1e9
        let handled = Double(record.accounting.handled)
        return "simulated \(Quantity.number(handled)) handled messages in "
            + "\(String(format: "%.2f", seconds)) s: \(Quantity.number(handled / seconds)) a second, "
            + "at most \(Quantity.bytes(Double(ProcessMemory.mostResident))) resident"
    }
}
