/// Words that may not be committed. They are put together from pieces here, so that this file
/// passes its own check.
enum WordRules {
    struct Rule: Sendable {
        let pattern: String
        let reason: String
    }

    static let rules = [
        // The checks that they take away are part of what is sold.
        Rule(pattern: "-O" + "unchecked", reason: "takes away overflow and bounds checks"),
        Rule(pattern: "unsafe" + "Flags", reason: "makes the package unusable as a dependency"),
        Rule(
            pattern: #"\b("#
                + ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
                .joined(separator: "|") + #")\b"#,
            reason: "is a marker of unfinished work"),
        Rule(
            pattern: #"(^|[\s"'`=(:,])/("#
                + ["wo" + "rk", "ho" + "me", "Us" + "ers"]
                .joined(separator: "|") + ")/",
            reason: "is a path of one machine"),
        Rule(pattern: "<<<<" + "<<< ", reason: "is left over from a merge"),
    ]

    /// What one file contains and may not.
    static func violations(path: String, text: String) throws -> [String] {
        var found: [String] = []
        let expressions = try rules.map { (try Regex($0.pattern), $0.reason) }
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            for (expression, reason) in expressions {
                guard let match = line.firstMatch(of: expression) else { continue }
                found.append("\(path):\(index + 1): \"\(line[match.range])\" \(reason)")
            }
        }
        return found
    }
}
