import Foundation
import Glibc
import UrrMeasure
import UrrReport
import UrrResults

/// The files of one run in a results directory: the record and, growing while the run goes on, the
/// histogram log. Problems do not stop a run; they are collected and told at its end.
final class ResultFiles {
    /// What became of the record.
    struct Stored {
        /// Where it is; nil where it could not be written.
        var path: String?
        /// What went wrong, for the user.
        var problems: [String]
    }

    private let store: ResultStore
    private var log: HistogramLogFile?
    private var problems: [String] = []

    /// Files in `directory`, or where results go by default.
    init(_ directory: String?) {
        store = ResultStore(directory: directory ?? ProgramEnvironment.resultsDirectory)
    }

    /// Starts the histogram log of a run; nil where the directory cannot be written.
    func openLog(_ run: WorkloadRun) -> HistogramLogFile? {
        do {
            try store.prepare()
            let path = try store.logPath(
                workload: run.loaded.spec.name, startedAt: run.startedAtText, runId: run.runId)
            let nanoseconds = Int64(run.startedAt.timeIntervalSince1970 * 1e9)
            log = HistogramLogFile(path: path, startedAt: nanoseconds)
        } catch {
            problems.append("\(error)")
        }
        return log
    }

    /// Removes the log of a run that never was.
    func discardLog() {
        guard let log else { return }
        log.close()
        unlink(log.path)
    }

    /// Writes the record and ends the log. A log that could not be written whole is removed.
    func save(_ record: RunRecord) -> Stored {
        log?.close()
        if let log, let failure = log.failure {
            problems.append("\(failure)")
            unlink(log.path)
        }
        do {
            let path = try store.save(record)
            return Stored(path: path, problems: problems)
        } catch {
            // The directory was tried before the run: the same reason is told once.
            let text = "\(error)"
            if !problems.contains(text) { problems.append(text) }
            if let log { unlink(log.path) }
            return Stored(path: nil, problems: problems)
        }
    }
}
