/// `drivers`: which drivers this program has.
enum DriversVerb {
    static let verb = Verb(
        "drivers", summary: "List the drivers that this program was built with.", run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        let width = DriverTable.names.map(\.count).max() ?? 0
        return Console.print(
            DriverTable.all.map { driver in
                let gap = String(repeating: " ", count: width - driver.name.count + 2)
                let mark = driver.name == DriverTable.standard ? " (default)" : ""
                return driver.name + gap + driver.summary + mark
            }.joined(separator: "\n"))
    }
}
