/// One thing that is wrong with a workload.
public struct WorkloadProblem: Sendable, Equatable {
    /// The value that is wrong; the top where the file as a whole is.
    public var path: JSONPath
    /// The rule that it breaks.
    public var rule: String
    /// What was found instead, in short; nil where the rule says it all.
    public var got: String?
    /// Line and column in the file, nil where the problem has no place in it.
    public var place: Place?
    /// The override that set the value, as it was given.
    public var override: String?

    /// A place in a file.
    public struct Place: Sendable, Equatable {
        /// Line, from 1.
        public var line: Int
        /// Column in bytes, from 1.
        public var column: Int
    }

    init(_ path: JSONPath, _ rule: String, got: String? = nil) {
        self.path = path
        self.rule = rule
        self.got = got
    }

    /// `path: rule, got value`, without the file.
    public var text: String {
        let path = path.description
        var text = path.isEmpty ? rule : "\(path): \(rule)"
        if let got { text += ", got \(got)" }
        if let override { text += " (set by \(withoutCredentials(override)))" }
        return text
    }
}

/// Why a workload could not be had: every problem that was found, not only the first.
public struct WorkloadFileError: Error, Sendable, CustomStringConvertible {
    /// The file as the user named it.
    public let file: String
    /// What is wrong; at least one.
    public let problems: [WorkloadProblem]
    /// Problems beyond those listed.
    public let omitted: Int

    init(file: String, problems: [WorkloadProblem], omitted: Int = 0) {
        self.file = file
        self.problems = problems
        self.omitted = omitted
    }

    init(file: String, rule: String, got: String? = nil) {
        self.init(file: file, problems: [WorkloadProblem(JSONPath(), rule, got: got)])
    }

    /// One line for each problem: `file:path: rule, got value` in full,
    /// for example `spike.json: producers[0].arrivals.rate: must be greater than 0, got -5`. Errors
    /// of syntax name the line and the column instead of the path.
    public var description: String {
        var lines = problems.map { problem in
            guard problem.path.components.isEmpty, let place = problem.place else {
                return "\(file): \(problem.text)"
            }
            return "\(file):\(place.line):\(place.column): \(problem.text)"
        }
        if omitted > 0 { lines.append("\(file): and \(omitted) more problems") }
        return lines.joined(separator: "\n")
    }
}

/// Collects problems while a document is decoded. Cold; used by one thread.
final class ProblemLog {
    /// Most problems that are kept; the rest is counted.
    static let limit = 200
    private(set) var problems: [WorkloadProblem] = []
    private(set) var omitted = 0

    var isEmpty: Bool { problems.isEmpty }

    /// Counts a problem whose text nobody will see, so that a hostile file does not cost the time
    /// of making up millions of them. False while there is room for the text.
    func omit() -> Bool {
        if problems.count < Self.limit { return false }
        omitted += 1
        return true
    }

    func report(_ path: JSONPath, _ rule: String, got: String? = nil) {
        report(WorkloadProblem(path, rule, got: got))
    }

    func report(_ problem: WorkloadProblem) {
        if problems.count < Self.limit {
            problems.append(problem)
        } else {
            omitted += 1
        }
    }
}
