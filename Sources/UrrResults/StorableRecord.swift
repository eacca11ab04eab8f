import Foundation

/// A record that a `ResultStore` keeps in a file of its own. The file's name tells what was run, when,
/// and which of all it is.
public protocol StorableRecord {
    /// How names of files of this kind end.
    static var fileEnding: String { get }
    /// Tells this record from all others of its kind; letters, digits and hyphens.
    var identifier: String { get }
    /// When it was begun: ISO 8601, UTC, with seconds.
    var startedAt: String { get }
    /// What was run.
    var workload: WorkloadRecord { get }
    /// The content of the file.
    func json() throws(ResultError) -> Data
}

extension StorableRecord {
    /// The name of its file: see `ResultStore.stem`.
    public func fileName() throws(ResultError) -> String {
        try ResultStore.stem(workload: workload.name, startedAt: startedAt, runId: identifier)
            + Self.fileEnding
    }
}
