import Foundation
import UrrReport
import UrrResults

/// `report RESULT...`: makes a page or a text of stored results.
enum ReportVerb {
    private static let formats = ["html", "markdown", "json", "csv"]

    static let verb = Verb(
        "report", summary: "Make a page with charts, or a text, of stored results.",
        operands: OperandSpec(
            placeholder: "RESULT", value: .file(endings: ["json"]), count: 1...Int.max,
            help: "result file of a run, sweep, knee or plan; several runs are compared"),
        options: [
            OptionSpec(
                "out", short: "o", "FILE", .file(endings: ["html", "md", "json", "csv"]),
                standard: "standard output",
                help: "where to write; its ending chooses the format where --format is not given"),
            OptionSpec(
                "format", short: "f", "FORMAT", .choice(formats), standard: "html",
                help: "what to write"),
        ],
        notes: [
            "The page is one file that opens from disk without a network, light or dark, on a phone"
                + " or printed. Its charts are drawn by Chart.js and dygraphs, which come from"
                + " Debian's packages libjs-chart.js and libjs-dygraphs. JSON and CSV hold every"
                + " number that has a name.",
            "", "  urrbench report results/spike-20261120-101500-abc.json --out report.html",
            "  urrbench report results/*.json --format csv --out numbers.csv",
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        let format = arguments.text("format") ?? ending(of: arguments.text("out")) ?? "html"
        let subjects: [ReportSubject]
        switch load(arguments.operands) {
        case .success(let found): subjects = found
        case .failure(let status): return status.status
        }
        let text: String
        switch format {
        case "markdown": text = MarkdownReport.text(ReportDocument(subjects))
        case "json": text = DataReport.json(subjects)
        case "csv": text = DataReport.csv(subjects)
        default:
            do throws(ChartLibraryFiles.Missing) {
                text = HTMLReport.page(
                    ReportDocument(subjects), libraries: try ChartLibraryFiles.load(),
                    nonce: String(UInt64.random(in: 0...UInt64.max), radix: 36))
            } catch {
                Console.complain("report: \(error)")
                return .targetRefused
            }
        }
        return write(text, to: arguments.text("out"))
    }

    /// Files that could not be read have been told of.
    private struct Unreadable: Error {
        let status: ExitStatus
    }

    /// Reads all files, and tells of all that cannot be read.
    private static func load(_ paths: [String]) -> Result<[ReportSubject], Unreadable> {
        var subjects: [ReportSubject] = []
        var isComplete = true
        for path in paths {
            do throws(ResultError) {
                subjects.append(try subject(path))
            } catch {
                let text = "\(error)"
                Console.complain(printable(text.hasPrefix(path) ? text : "\(path): \(text)"))
                isComplete = false
            }
        }
        return isComplete ? .success(subjects) : .failure(Unreadable(status: .usage))
    }

    private static func subject(_ path: String) throws(ResultError) -> ReportSubject {
        let file = WorkloadRun.portable(path)
        // What the file is says its schema; the name may have been changed.
        do throws(ResultError) {
            return .run(try ResultStore.load(path: path), file: file)
        } catch .notARunRecord(SweepRecord.schema) {
            return .sweep(try ResultStore.loadSweep(path: path), file: file)
        } catch .notARunRecord(KneeRecord.schema) {
            return .knee(try ResultStore.loadKnee(path: path), file: file)
        } catch .notARunRecord(PlanRecord.schema) {
            return .plan(try ResultStore.loadPlan(path: path), file: file)
        } catch {
            throw error
        }
    }

    private static func ending(of path: String?) -> String? {
        switch path.map({ ($0 as NSString).pathExtension.lowercased() }) {
        case "html", "htm": "html"
        case "md", "markdown": "markdown"
        case "json": "json"
        case "csv": "csv"
        default: nil
        }
    }

    private static func write(_ text: String, to path: String?) -> ExitStatus {
        guard let path, path != "-" else { return Console.print(text) }
        do throws(ResultError) {
            try ResultStore.replace(path, with: Data(text.utf8))
            return .ok
        } catch {
            Console.complain(printable("report: \(error)"))
            return .targetRefused
        }
    }
}
