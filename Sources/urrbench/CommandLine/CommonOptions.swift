/// What several verbs take: the same name and the same words for the same thing.
extension OptionSpec {
    static let set = OptionSpec(
        "set", short: "s", "PATH=VALUE", .assignment, repeats: true,
        help: "change a value of the workload")

    static let driver = OptionSpec(
        "driver", short: "d", "NAME", .choice(DriverTable.names), standard: DriverTable.standard,
        help: "what carries the messages")

    static let slo = OptionSpec(
        "slo", "OBJECTIVE", .text, repeats: true,
        help: "what has to hold, such as 'response.p99 < 50ms'; at least one")

    static let calibration = OptionSpec(
        "calibration", short: "c", "RESULT", .file(endings: ["json"]), repeats: true,
        help: "measured result or sweep that costs are taken from")

    static let noResults = OptionSpec(flag: "no-results", help: "store nothing")
    static let quiet = OptionSpec(flag: "quiet", short: "q", help: "print nothing but problems")
    static let allowDebug = OptionSpec(
        flag: "allow-debug", help: "run in a debug build, whose numbers are wrong")

    /// The seed of what `help` says.
    static func seed(_ help: String) -> OptionSpec {
        OptionSpec(
            "seed", "N", .number(0...UInt64.max), standard: "the workload's seed", help: help)
    }

    /// The directory of `what`.
    static func results(_ what: String) -> OptionSpec {
        OptionSpec(
            "results", "DIR", .directory, standard: "results/ of the repository",
            help: "where to store the \(what)")
    }

    /// The file of `what`; `standard` is where it goes otherwise.
    static func out(
        _ what: String, standard: String = "in the directory of results"
    ) -> OptionSpec {
        OptionSpec(
            "out", short: "o", "FILE", .file(endings: ["json"]), standard: standard,
            help: "where to store the \(what)")
    }
}

extension OperandSpec {
    /// The workload that a verb is about.
    static let workload = OperandSpec(
        placeholder: "FILE", value: .file(endings: ["json"]), count: 1...1, help: "workload file")
}
