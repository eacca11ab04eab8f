import Glibc
import UrrPlatform

/// A workload that was read and checked.
public struct LoadedWorkload: Sendable {
    /// What to run.
    public var spec: WorkloadSpec
    /// The document with its overrides, as it was checked; results store it.
    public var document: JSONValue
    /// What the file is called in messages: the path as the user gave it.
    public var displayName: String
    /// Facts that are no errors but that a user would want to know, such as idle members.
    public var notes: [String]
}

/// Reads workload files.
public enum WorkloadFile {
    /// Largest file that is read: 16 MiB.
    public static let maximumByteCount = 16 << 20

    /// Reads, overrides, decodes and checks the file at `path`.
    ///
    /// Throws every problem at once. Nothing in a file can trap or hang this: size, depth and
    /// number of values are bounded, and anything but a regular file is refused.
    public static func load(
        path: String, overrides: [Override] = [], checks: WorkloadChecks = .thisMachine
    ) throws(WorkloadFileError) -> LoadedWorkload {
        let bytes = try DocumentFile.bytes(path, limit: maximumByteCount)
        return try decode(bytes, displayName: path, overrides: overrides, checks: checks)
    }

    /// Decodes and checks the bytes of a file; see `load`.
    public static func decode(
        _ bytes: [UInt8], displayName: String, overrides: [Override] = [],
        checks: WorkloadChecks = .thisMachine
    ) throws(WorkloadFileError) -> LoadedWorkload {
        var document = try DocumentFile.parse(bytes, displayName: displayName)
        try apply(overrides, to: &document, displayName)
        let log = ProblemLog()
        let spec = WorkloadDecoder(log: log).decode(document)
        if let spec {
            for problem in spec.problems(log.isEmpty ? checks : checks.withoutMemory) {
                log.report(problem)
            }
        }
        guard let spec, log.isEmpty else {
            throw WorkloadFileError(
                file: displayName,
                problems: log.problems.map { located($0, in: document, overrides) },
                omitted: log.omitted)
        }
        return LoadedWorkload(
            spec: spec, document: document, displayName: displayName, notes: spec.notes)
    }

    private static func apply(
        _ overrides: [Override], to document: inout JSONValue, _ displayName: String
    ) throws(WorkloadFileError) {
        var problems: [WorkloadProblem] = []
        for (index, override) in overrides.enumerated() {
            do throws(OverrideError) {
                try override.apply(to: &document, index: index)
            } catch {
                problems.append(WorkloadProblem(JSONPath(), error.description))
            }
        }
        if !problems.isEmpty { throw WorkloadFileError(file: displayName, problems: problems) }
    }

    /// Adds to a problem where in the file, or by which override, its value was set.
    private static func located(
        _ problem: WorkloadProblem, in document: JSONValue, _ overrides: [Override]
    ) -> WorkloadProblem {
        var problem = problem
        let position = document.nearest(to: problem.path).position
        if overrides.indices.contains(Int(position.override)) {
            problem.override = overrides[Int(position.override)].text
        } else if position.line > 0 {
            problem.place = WorkloadProblem.Place(
                line: Int(position.line), column: Int(position.column))
        }
        return problem
    }
}

extension WorkloadChecks {
    /// Checks against the memory that this machine has left, with any metric accepted.
    public static var thisMachine: WorkloadChecks {
        WorkloadChecks(availableBytes: MemoryRegion.availableBytes())
    }

    /// The same checks but for memory, which says nothing about a file with other problems.
    var withoutMemory: WorkloadChecks {
        WorkloadChecks(isKnownMetric: isKnownMetric)
    }
}
