import UrrPlatform
import UrrWorkload

/// What `--set driver.NAME=VALUE` says: settings of the driver, not of the workload.
struct DriverSettings: Equatable {
    /// Time that each append takes longer than it has to, for testing that a slow-down is found.
    var appendDelay: Nanoseconds = 0

    static let prefix = "driver."
    private static let names = ["appendDelay"]

    /// As the driver comes.
    init() {}

    /// Takes the settings of the driver out of `texts`, or tells what is wrong with them.
    init(takingFrom texts: inout [String]) throws(UsageProblems) {
        var problems: [String] = []
        for text in texts where text.hasPrefix(Self.prefix) {
            let parts = text.dropFirst(Self.prefix.count).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            let value = parts.count > 1 ? String(parts[1]) : ""
            guard Self.names.contains(name) else {
                let hint = Suggestion.text(for: name, among: Self.names)
                problems.append("--set: no setting of the driver is called \(quoted(name))\(hint)")
                continue
            }
            guard let delay = Self.delay(value) else {
                problems.append(
                    "--set: driver.appendDelay: must be a time from 0 to 1ms such as 10ns, got "
                        + quoted(value))
                continue
            }
            appendDelay = delay
        }
        guard problems.isEmpty else { throw UsageProblems(problems: problems) }
        texts.removeAll { $0.hasPrefix(Self.prefix) }
    }

    /// `10ns`, `1us` or a number of nanoseconds.
    private static func delay(_ text: String) -> Nanoseconds? {
        let units: [(String, Double)] = [("ns", 1), ("us", 1000), ("ms", 1_000_000), ("", 1)]
        for (unit, scale) in units where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.count)
            guard let number = Double(digits), (0...1_000_000).contains(number * scale) else {
                return nil
            }
            return Nanoseconds((number * scale).rounded())
        }
        return nil
    }
}
