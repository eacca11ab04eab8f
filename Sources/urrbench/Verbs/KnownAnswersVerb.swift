import Foundation
import UrrAnalysis

/// `known-answers`: runs systems whose behaviour theory predicts, and compares.
enum KnownAnswersVerb {
    static let verb = Verb(
        "known-answers",
        summary: "Measure systems whose answer is known from theory, and compare.",
        options: [
            OptionSpec(flag: "short", help: "fewer experiments and shorter ones"),
            OptionSpec(flag: "real", help: "on real threads in real time; otherwise virtual time"),
            OptionSpec(
                flag: "statistics",
                help: "the statistics of comparisons alone: false alarms and detection, simulated"),
        ],
        notes: [
            "Whole workloads run through the engine and the embedded core. Exit status 1 where an"
                + " answer is not as expected."
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        if arguments.has("statistics"), arguments.has("real") {
            Console.complain(
                "known-answers: --real: must not be given with --statistics, which simulates")
            return .usage
        }
        let mode = ExperimentMode(isReal: arguments.has("real"), isShort: arguments.has("short"))
        var failed = 0
        var printed = Console.print(
            row(["experiment", "quantity", "expected", "measured", "error"]))
        do {
            let wanted =
                arguments.has("statistics") ? Self.statistics(mode) : experiments(mode)
            for experiment in wanted {
                for answer in try experiment() {
                    printed = .worst(of: [printed, Console.print(row(answer))])
                    failed += answer.holds ? 0 : 1
                }
            }
        } catch {
            Console.complain("known-answers: \(error)")
            return RunStatus.status(of: error)
        }
        let time = mode.isReal ? "real time" : "virtual time"
        Console.print(
            failed == 0
                ? "all answers are as expected, in \(time)"
                : "\(failed) answers are not as expected, in \(time)")
        return .worst(of: [printed, failed == 0 ? .ok : .checkFailed])
    }

    private static func experiments(_ mode: ExperimentMode) -> [() throws -> [KnownAnswer]] {
        let utilisations = mode.isShort ? [0.6] : [0.3, 0.6, 0.8]
        var experiments: [() throws -> [KnownAnswer]] = []
        for model in QueueingExperiment.Model.allCases {
            for utilisation in utilisations {
                let experiment = QueueingExperiment(model: model, utilisation: utilisation)
                experiments.append { try experiment.answers(mode) }
            }
        }
        experiments.append { try OverloadExperiment.answers(mode) }
        experiments.append { try FrozenExperiment.answers(mode) }
        // Arrivals are computed, not measured: the same in real and in virtual time.
        experiments.append { ArrivalExperiment.answers() }
        return experiments
    }

    private static func statistics(_ mode: ExperimentMode) -> [() throws -> [KnownAnswer]] {
        NoiseModel.all.map { noise in { ComparisonExperiment(noise: noise).answers(mode) } }
    }

    private static func row(_ answer: KnownAnswer) -> String {
        let error =
            answer.tolerance == 0
            ? "at least" : String(format: "%+.2f %%", answer.error * 100)
        let cells = [
            answer.experiment, answer.quantity, String(format: "%.4g", answer.expected),
            String(format: "%.4g", answer.measured), error,
        ]
        return row(cells) + (answer.holds ? "  ok" : "  NOT as expected")
    }

    private static func row(_ cells: [String]) -> String {
        let widths = [17, 40, -9, -9, -9]
        return zip(cells, widths).map { cell, width in
            let room = String(repeating: " ", count: max(0, abs(width) - cell.count))
            return width < 0 ? room + cell : cell + room
        }.joined(separator: " ")
    }
}
