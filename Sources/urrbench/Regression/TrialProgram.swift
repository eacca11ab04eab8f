import Foundation
import UrrReport
import UrrResults

/// One side of an interleaved comparison: a program with its arguments, and how to run a trial.
struct TrialProgram {
    /// Why a trial has no result.
    struct Failure: Error {
        var message: String
        var status: ExitStatus
    }

    /// `baseline` or `candidate`.
    let side: String
    /// What it is called in reports.
    let name: String
    /// Path of the program.
    let path: String
    /// Commit that it was built from; empty where nobody knows.
    let commit: String
    /// Arguments of `workload` beside the file and where results go.
    let arguments: [String]
    /// Longest time that a trial may take.
    let limitSeconds: Int

    private var environment: [String: String] {
        ["URRBENCH_COMMIT": commit, "URRBENCH_HOME": ProgramEnvironment.home]
    }

    /// Runs `workload` once, as a process of its own, and returns its result, which is moved to
    /// `keep` where that is given.
    func run(_ workload: String, keep: String?) throws -> RunRecord {
        let scratch = NSTemporaryDirectory() + "urrbench-trial-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let child = try ChildProcess(
            path,
            ["workload", workload, "--results", scratch, "--progress", "none", "--quiet"]
                + arguments, environment: environment, limitSeconds: limitSeconds)
        try check(child)
        do {
            let isThere = FileManager.default.fileExists(atPath: scratch)
            let files = isThere ? try ResultStore(directory: scratch).list() : []
            guard files.count == 1 else {
                throw Failure(
                    message: "\(side): \(name) ended with status \(child.status) and stored "
                        + "\(files.count) results instead of one; is it an urrbench?",
                    status: .targetRefused)
            }
            let record = try ResultStore.load(path: files[0])
            if let keep { try ResultStore(directory: keep).save(record) }
            return record
        } catch let error as ResultError {
            throw Failure(message: "\(side): \(name): \(error)", status: .targetRefused)
        }
    }

    /// Whether the run came to its end: thresholds may fail and the run may be INVALID, which is
    /// for the comparison to say.
    private func check(_ child: ChildProcess) throws(Failure) {
        let lines = child.errors.split(separator: "\n").suffix(5).map { $0.prefix(500) }
        let words = printable(lines.joined(separator: " / "))
        switch ExitStatus(rawValue: child.status) {
        case .ok, .checkFailed, .runInvalid: return
        case .usage:
            throw Failure(
                message: "\(side): \(name) does not take this workload: \(words)", status: .usage)
        case .guaranteeBroken:
            throw Failure(
                message: "\(side): \(name) lost, repeated or reordered messages: \(words)",
                status: .guaranteeBroken)
        case .targetRefused, .interrupted, nil:
            throw Failure(
                message: "\(side): \(name) ended with status \(child.status): \(words)",
                status: .targetRefused)
        }
    }

    /// The program's counts, or why there are none.
    func counters() throws -> Result<CounterRecord, Failure> {
        let isDebug = arguments.contains("--allow-debug")
        let child = try ChildProcess(
            path, ["count", "--json"] + (isDebug ? ["--allow-debug"] : []),
            environment: environment, limitSeconds: limitSeconds)
        guard child.status == 0 else {
            let words = child.errors.split(separator: "\n").first.map(String.init) ?? ""
            return .failure(
                Failure(
                    message: "\(side): \(name) cannot count: \(printable(words))",
                    status: .targetRefused))
        }
        do throws(ResultError) {
            return .success(try CounterRecord(json: Data(child.output.utf8)))
        } catch {
            return .failure(
                Failure(message: "\(side): \(name): \(error)", status: .targetRefused))
        }
    }
}
