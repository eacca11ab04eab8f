import Foundation
import Glibc
import UrrPlatform
import UrrReport
import UrrResults
import UrrWorkload

/// `plan FILE --slo ...`: the smallest size that meets objectives, and what if.
enum PlanVerb {
    static let verb = Verb(
        "plan", summary: "Find how many consumers and partitions meet objectives.",
        operands: .workload,
        options: [
            .slo,
            OptionSpec(
                "peak", "RATE", .text, standard: "the workload's peak",
                help: "scale all rates so that the whole peak is this, such as 500000/s"),
            OptionSpec(
                "group", "NAME", .text, standard: "the only one",
                help: "the consumer group to plan"),
            OptionSpec(
                "profile", "NAME|FILE", .text,
                help: "compare with a service's quotas: a name in workloads/profiles, or a file"),
            .calibration,
            OptionSpec(
                "max-consumers", "N", .number(1...65_535),
                standard: "\(PlanSetup.standardMostConsumers)", help: "consumers at the most"),
            OptionSpec(
                "max-partitions", "N", .number(1...UInt64(WorkloadLimits.partitions)),
                standard: "\(PlanSetup.standardMostPartitions)", help: "partitions at the most"),
            OptionSpec(
                "per-instance", "N", .number(1...65_535), standard: "1",
                help: "consumers that one instance of the service runs"),
            OptionSpec(
                "retention", "TIME", .text, standard: "the topic's, else 168h",
                help: "how long messages are kept, for the storage"),
            OptionSpec(
                "replication", "N", .number(1...100), standard: "the profile's, else 1",
                help: "copies of each message, for the storage"),
            OptionSpec(
                "hot-share", "PERCENT", .number(1...90), standard: "20",
                help: "share of the messages that the what-if's hot concert takes"),
            OptionSpec(
                "limit", "TIME", .text, help: "end after this time with what is known then"),
            .set,
            .seed("seed of every run"),
            .out("plan", standard: "in results/ of the repository"),
            .noResults,
            OptionSpec(flag: "json", help: "print the plan as JSON"),
            .quiet,
        ],
        notes: [
            "Runs the workload in virtual time with more and fewer consumers, then partitions, until"
                + " the smallest size is found that meets every objective; nothing is measured, so"
                + " the service times of the file have to be true. Says how much more load that"
                + " size holds, what gives way first, what the hottest key allows, how much is to"
                + " be stored, and what happens when a consumer crashes at the peak, one concert"
                + " is hot, the load doubles or handling slows down; beside it the rule of thumb.",
            "Exit status 0 where a size was found, 1 where no size that is allowed meets the"
                + " objectives, 5 where the time was over before that was known.",
            "",
            "  urrbench plan spike.json --group ticket-service-group \\",
            "    --slo 'response.p99 < 500ms' --profile msk",
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        do {
            if let problem = ResultDestination.contradiction(arguments) {
                throw SteadyLoad.Problem(lines: ["plan: \(problem)"])
            }
            let run = PlanRun(try PlanSetup(arguments), isQuiet: arguments.has("quiet"))
            if !arguments.has("quiet") { Console.progress(run.announcement + "\n") }
            Interruption.install()
            return try report(try run.run(), arguments)
        } catch {
            Console.complain(error)
            return isUserError(error) ? .usage : RunStatus.status(of: error)
        }
    }

    private static func isUserError(_ error: any Error) -> Bool {
        error is SteadyLoad.Problem || error is WorkloadFileError || error is OverrideError
    }

    private static func report(
        _ record: PlanRecord, _ arguments: ParsedArguments
    ) throws -> ExitStatus {
        var statuses = [status(of: record)]
        let destination = ResultDestination(
            file: arguments.text("out"), storesNothing: arguments.has("no-results"))
        let file = try destination.save(record)
        if arguments.has("json") {
            statuses.append(Console.print(String(decoding: try record.json(), as: UTF8.self)))
        } else if !arguments.has("quiet") {
            statuses.append(
                Console.print(PlanText.text(record, file: file, style: .current(STDOUT_FILENO))))
        }
        return .worst(of: statuses)
    }

    private static func status(of record: PlanRecord) -> ExitStatus {
        switch record.finding.kind {
        case .found: .ok
        case .impossible: .checkFailed
        case .limited: .runInvalid
        case .interrupted: .interrupted
        }
    }
}
