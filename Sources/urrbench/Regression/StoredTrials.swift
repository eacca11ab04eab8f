import Foundation
import UrrAnalysis
import UrrReport
import UrrResults

/// Stored results, read for a comparison.
struct StoredTrials {
    /// A result and where it was.
    struct Entry {
        var path: String
        var record: RunRecord
    }

    var entries: [Entry]

    /// Reads files, and all results in directories. Every problem is told at once, each with its
    /// path. Files in a directory that are no results of runs are left out.
    init(_ paths: [String]) throws(UsageProblems) {
        var entries: [Entry] = []
        var problems: [String] = []
        for path in paths {
            var isDirectory: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            do throws(ResultError) {
                let files =
                    exists && isDirectory.boolValue
                    ? try ResultStore(directory: path).list() : [path]
                var found = 0
                for file in files {
                    do throws(ResultError) {
                        entries.append(Entry(path: file, record: try ResultStore.load(path: file)))
                        found += 1
                    } catch {
                        if case .notARunRecord = error, isDirectory.boolValue { continue }
                        problems.append(Self.text(file, error))
                    }
                }
                if found == 0, problems.isEmpty { problems.append("\(path): holds no result") }
            } catch {
                problems.append(Self.text(path, error))
            }
        }
        guard problems.isEmpty else { throw UsageProblems(problems: problems) }
        self.entries = entries
    }

    static func text(_ path: String, _ error: ResultError) -> String {
        let text = "\(error)"
        return text.hasPrefix(path) ? text : "\(path): \(text)"
    }

    /// Runs that were given more than once, over both sides: a run does not confirm itself.
    static func repeated(_ sides: [StoredTrials]) -> [String] {
        var paths: [String: String] = [:]
        var problems: [String] = []
        for entry in sides.flatMap(\.entries) {
            let run = entry.record.runId + " " + entry.record.startedAt
            if let first = paths[run] {
                problems.append("\(entry.path): the same run as \(first)")
            } else {
                paths[run] = entry.path
            }
        }
        return problems
    }

    /// What is not alike between the first result and any other, each told once.
    static func differences(_ sides: [StoredTrials]) -> [String] {
        let identities = sides.flatMap(\.entries).map { TrialIdentity($0.record) }
        guard let first = identities.first else { return [] }
        var found: [String] = []
        for identity in identities.dropFirst() {
            for difference in first.differences(from: identity) where !found.contains(difference) {
                found.append(difference)
            }
        }
        return found
    }
}
