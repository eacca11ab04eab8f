import UrrEngine
import UrrMeasure

/// The histogram log that grows beside a running run. A log that cannot be written (a full disk)
/// does not end the run: the first failure is kept and told at the end.
final class HistogramLogFile {
    let path: String
    private(set) var failure: HistogramLogError?
    private var writer: HistogramLogWriter?

    /// Opens the log at `path`; `startedAt` is nanoseconds since 1970.
    init(path: String, startedAt: Int64) {
        self.path = path
        do {
            writer = try HistogramLogWriter(path: path, startedAt: startedAt)
        } catch {
            failure = error
        }
    }

    /// Appends every histogram of an interval under its tag.
    func append(_ report: IntervalReport) {
        guard let writer, failure == nil else { return }
        for (tag, histogram) in report.histograms {
            do {
                let start = max(0, report.from)
                try writer.append(
                    tag: tag, start: start, length: max(0, report.to - start), histogram)
            } catch {
                failure = error
                return
            }
        }
    }

    /// Ends the log.
    func close() {
        guard let writer else { return }
        do { try writer.close() } catch { failure = failure ?? error }
        self.writer = nil
    }
}
