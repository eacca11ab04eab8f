import Foundation

/// `verification-cost`: what checking every message costs, of the engine's throughput.
enum VerificationCostVerb {
    static let verb = Verb(
        "verification-cost",
        summary: "Measure the engine with and without checking every message.",
        options: [
            OptionSpec(
                "rounds", "N", .number(1...1000), standard: "9",
                help: "rounds, each with and without"),
            OptionSpec(
                "limit", "PERCENT", .number(0...100), standard: "25",
                help: "largest cost that passes"),
            .allowDebug,
        ],
        notes: [
            "Runs take turns, so that whatever the machine does meets both kinds. The medians are"
                + " compared; exit status 1 where checking costs more than the limit."
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        guard !ProgramEnvironment.isDebugBuild || arguments.has("allow-debug") else {
            Console.complain("verification-cost: this is a debug build; use a release build")
            return .usage
        }
        let rounds = Int(arguments.number("rounds") ?? 9)
        let limit = Double(arguments.number("limit") ?? 25)
        var statuses = [Console.print("messages/s by handler, median of \(rounds) rounds:")]
        do {
            for handler in CheckedRun.Handler.allCases {
                let (with, without) = try compare(handler, rounds: rounds)
                let cost = (1 - with / without) * 100
                statuses.append(
                    Console.print(
                        String(
                            format:
                                "  %@: checked %.2f million, unchecked %.2f million, cost %.1f %%",
                            handler.name, with / 1e6, without / 1e6, cost)))
                if cost > limit { statuses.append(.checkFailed) }
            }
        } catch {
            Console.complain("verification-cost: \(error)")
            return RunStatus.status(of: error)
        }
        return .worst(of: statuses)
    }

    /// Medians with and without, of runs that take turns.
    private static func compare(
        _ handler: CheckedRun.Handler, rounds: Int
    ) throws -> (with: Double, without: Double) {
        var with: [Double] = []
        var without: [Double] = []
        for round in 0..<rounds {
            // The other one first each time.
            for isVerified in round % 2 == 0 ? [true, false] : [false, true] {
                let run = CheckedRun(handler: handler, isVerified: isVerified)
                let throughput = try run.throughput()
                if isVerified { with.append(throughput) } else { without.append(throughput) }
            }
        }
        return (median(with), median(without))
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
