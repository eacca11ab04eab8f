import UrrReport
import UrrResults
import UrrWorkload

/// Reads the axes of a sweep.
enum SweepAxes {
    /// `partitions` and `consumers` of the command line, or of the file where the command line does
    /// not name them; then the settings of the file, those of the command line in their place. A
    /// setting with one value is no axis: it holds for all cells.
    static func axes(
        _ arguments: ParsedArguments, file: SweepSpec?
    ) throws(SweepSetup.Problems) -> [SweepAxis] {
        var problems: [String] = []
        var axes: [SweepAxis] = []
        let partitions = counts("partitions", arguments, WorkloadLimits.partitions, &problems)
        if let values = partitions ?? file?.partitions { axes.append(.partitions(values)) }
        let consumers = counts("consumers", arguments, WorkloadLimits.instances, &problems)
        if let values = consumers ?? file?.consumers { axes.append(.consumers(values)) }
        let chosen = settings(arguments)
        for setting in chosen {
            report(repeated: setting.values, in: "--set \(setting.path)", &problems)
        }
        let kept = (file?.settings ?? []).filter { setting in
            !chosen.contains { $0.path == setting.path }
        }
        axes += (kept + chosen.filter { $0.values.count > 1 }).map { .setting($0) }
        if axes.isEmpty && problems.isEmpty {
            problems.append(
                "sweep: needs something to vary: --partitions, --consumers, --set, or \"sweep\" in "
                    + "the file")
        }
        guard problems.isEmpty else { throw SweepSetup.Problems(lines: problems) }
        return axes
    }

    /// What `--set` names, values split at commas.
    static func settings(_ arguments: ParsedArguments) -> [SweepSetting] {
        arguments.assignments("set").map { SweepSetting(path: $0.path, values: split($0.value)) }
    }

    /// The axis that a stored sweep has.
    static func axis(_ record: SweepAxisRecord) -> SweepAxis {
        switch record.name {
        case "partitions": .partitions(record.values.compactMap { Int($0) })
        case "consumers": .consumers(record.values.compactMap { Int($0) })
        default: .setting(SweepSetting(path: record.name, values: record.values))
        }
    }

    private static func counts(
        _ name: String, _ arguments: ParsedArguments, _ most: Int, _ problems: inout [String]
    ) -> [Int]? {
        guard let text = arguments.text(name) else { return nil }
        let values = split(text).map { value -> Int? in
            Int(value).flatMap { (1...most).contains($0) ? $0 : nil }
        }
        guard !values.contains(nil) else {
            problems.append(
                "sweep: --\(name): must be whole numbers from 1 to \(most) with commas between "
                    + "them, got \(quoted(text))")
            return nil
        }
        report(repeated: split(text), in: "--\(name)", &problems)
        return values.compactMap { $0 }
    }

    private static func report(
        repeated values: [String], in option: String, _ problems: inout [String]
    ) {
        guard Set(values).count < values.count else { return }
        problems.append("sweep: \(printable(option)): must name each value once")
    }

    /// Parts of `text` between commas; those in brackets, braces and quotation marks do not count.
    static func split(_ text: String) -> [String] {
        var parts: [String] = [""]
        var depth = 0
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if !isQuoted {
                if "[{".contains(character) { depth += 1 }
                if "]}".contains(character) { depth -= 1 }
                if character == ",", depth == 0 {
                    parts.append("")
                    continue
                }
            }
            parts[parts.count - 1].append(character)
        }
        return parts
    }
}
