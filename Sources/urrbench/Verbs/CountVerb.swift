import Foundation
import Synchronization
import UrrAnalysis
import UrrCoreBench
import UrrJemalloc
import UrrPlatform
import UrrReport
import UrrResults

/// `count`: the hard tier.
enum CountVerb {
    static let verb = Verb(
        "count", summary: "Count what a message costs in instructions, atomics, calls and bytes.",
        options: [
            OptionSpec(
                "filter", short: "f", "PATTERN", .text, repeats: true, standard: "all cases",
                help: "cases by a part of their name, or by a pattern with * and ?"),
            OptionSpec(flag: "json", help: "print the counts as JSON"),
            OptionSpec(
                "baseline", short: "b", "FILE", .file(endings: ["json"]),
                help: "compare with counts that were printed as JSON; exit status 1 where one is"
                    + " above its limit"),
            OptionSpec(flag: "allow-debug", help: "count in a debug build, whose counts are wrong"),
        ],
        notes: [
            "The counts are the same on every run of the same build, however busy the machine is."
                + " Instructions, atomic operations, failed compare-and-exchanges and system calls"
                + " are counted by stepping through the code, so that no hardware counter and no"
                + " permission is needed (x86-64 Linux).",
            "Limits: instructions 1 % and 0.5; allocated bytes 0.01; retained bytes 0.5; all other"
                + " counters may not rise.",
            "", "  urrbench count --json > before.json", "  urrbench count --baseline before.json",
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        let filters = arguments.texts("filter")
        guard !MessageCosts.names(filters).isEmpty else {
            Console.complain(
                "count: --filter: must match a case, got "
                    + filters.map(quoted).joined(separator: ", ") + "; cases are "
                    + MessageCosts.names([]).joined(separator: ", "))
            return .usage
        }
        guard !ProgramEnvironment.isDebugBuild || arguments.has("allow-debug") else {
            Console.complain(
                "count: this is a debug build, whose counts are not those that users meet; use a"
                    + " release build, or --allow-debug to see its parts work")
            return .usage
        }
        var baseline: CounterRecord?
        do throws(UsageProblems) {
            baseline = try arguments.text("baseline").map { path throws(UsageProblems) in
                try load(path)
            }
        } catch {
            return error.complain("count")
        }
        let costs: [MessageCost]
        do {
            costs = try count(filters)
        } catch {
            Console.complain("count: \(error)")
            return .targetRefused
        }
        for cost in costs {
            if let defect = cost.defect { Console.complain("count: \(cost.name): \(defect)") }
        }
        if costs.contains(where: { $0.defect != nil }) { return .guaranteeBroken }
        return deliver(record(costs), costs, baseline, arguments)
    }

    /// Counts on a thread of its own: one that is stepped through takes no signals, and nobody should
    /// have to wait for it.
    private static func count(_ filters: [String]) throws -> [MessageCost] {
        Interruption.install(savesFirst: false)
        let outcome = Mutex<Result<[MessageCost], any Error>>(.success([]))
        let thread = try PinnedThread(name: "count", cpu: nil) {
            let result = Result { try MessageCosts.count(filters, allocations: .jemalloc()) }
            outcome.withLock { $0 = result }
        }
        thread.join()
        return try outcome.withLock { $0 }.get()
    }

    private static func deliver(
        _ record: CounterRecord, _ costs: [MessageCost], _ baseline: CounterRecord?,
        _ arguments: ParsedArguments
    ) -> ExitStatus {
        if let baseline { return compare(record, with: baseline, arguments) }
        guard arguments.has("json") else { return Console.print(CounterText.text(record)) }
        do throws(ResultError) {
            return Console.print(String(decoding: try record.json(), as: UTF8.self))
        } catch {
            Console.complain("count: \(error)")
            return .targetRefused
        }
    }

    private static func compare(
        _ record: CounterRecord, with stored: CounterRecord, _ arguments: ParsedArguments
    ) -> ExitStatus {
        var baseline = stored
        if arguments.has("filter") {
            baseline.cases = baseline.cases.filter { record.cases[$0.key] != nil }
        }
        let report = ComparisonReport(
            rules: ComparisonRules(),
            counters: CounterCheck.compare(baseline: baseline, candidate: record),
            notCounted: record.notCounted)
        let printed = Console.print(ComparisonText.text(report, style: .current(1)))
        return .worst(of: [printed, ComparisonOutput.status(report, isStrict: false)])
    }

    /// Counts from a file.
    static func load(_ path: String) throws(UsageProblems) -> CounterRecord {
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            let reason = ResultStore.reason(error)
            throw UsageProblems(problems: ["\(path): cannot be read: \(reason)"])
        }
        do throws(ResultError) { return try CounterRecord(json: data) } catch {
            throw UsageProblems(problems: [StoredTrials.text(path, error)])
        }
    }

    private static func record(_ costs: [MessageCost]) -> CounterRecord {
        var cases: [String: [String: Double]] = [:]
        for cost in costs {
            let counters: [(String, Double?)] = [
                ("instructions", cost.instructions), ("atomics", cost.atomics),
                ("failedExchanges", cost.failedExchanges), ("systemCalls", cost.systemCalls),
                ("allocatedBytes", cost.allocatedBytes), ("retainedBytes", cost.retainedBytes),
            ]
            for case (let name, let value?) in counters {
                cases[cost.name, default: [:]][name] = value
            }
        }
        var missing: [String] = []
        if !MessageCosts.countsSteps {
            missing.append(
                "instructions, atomics, failedExchanges, systemCalls: this machine does not let a"
                    + " program step through itself (x86-64 Linux does)")
        }
        if costs.allSatisfy({ $0.allocatedBytes == nil }) {
            missing.append("allocatedBytes: the allocator does not count")
        }
        return CounterRecord(
            commit: ProgramEnvironment.commit, buildMode: MachineFingerprint.buildMode,
            compiler: MachineFingerprint.swiftVersion,
            architecture: ProgramEnvironment.architecture, processor: MachineFingerprint.processor,
            notCounted: missing, cases: cases)
    }
}
