import Glibc
import UrrAnalysis
import UrrReport
import UrrResults

/// `merge RESULT...`: puts the results of several load generators together.
enum MergeVerb {
    static let verb = Verb(
        "merge", summary: "Put the results of several load generators together.",
        operands: OperandSpec(
            placeholder: "RESULT", value: .file(endings: ["json"]), count: 1...Int.max,
            help: "result file of 'workload --shard', one of each shard"),
        options: [
            .results("result"),
            .noResults,
            .quiet,
        ],
        notes: [
            "Counts are added and histograms merged; no percentile is averaged. What was lost or came"
                + " twice is judged over the books of all shards. Results that are not all the shards"
                + " of one run are refused with every difference.",
            "", "  urrbench merge shard-*/spike-*.json",
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        var records: [RunRecord] = []
        var isReadable = true
        for path in arguments.operands {
            do throws(ResultError) {
                records.append(try ResultStore.load(path: path))
            } catch {
                let text = "\(error)"
                complain(text.hasPrefix(path) ? text : "\(path): \(text)")
                isReadable = false
            }
        }
        guard isReadable else { return .usage }
        do {
            var merged = try ShardMerge(records).merged()
            merged.thresholds = ThresholdJudge.judge(
                try merged.workloadSpec().thresholds, of: merged)
            return tell(merged, arguments)
        } catch let error as ShardMergeError {
            for problem in error.problems { complain("merge: \(problem)") }
            return .usage
        } catch {
            complain("merge: \(error)")
            return .usage
        }
    }

    private static func complain(_ text: String) { Console.complain(printable(text)) }

    private static func tell(_ record: RunRecord, _ arguments: ParsedArguments) -> ExitStatus {
        var statuses = RunStatus.statuses(of: record)
        let destination = ResultDestination(
            directory: arguments.text("results"), storesNothing: arguments.has("no-results"))
        var file: String?
        do throws(ResultError) {
            file = try destination.save(record)
        } catch {
            complain("merge: \(error)")
            statuses.append(.targetRefused)
        }
        if !arguments.has("quiet") {
            statuses.append(
                Console.print(
                    ConsoleSummary.text(
                        record, resultFile: file, style: .current(STDOUT_FILENO))))
        }
        return .worst(of: statuses)
    }
}
