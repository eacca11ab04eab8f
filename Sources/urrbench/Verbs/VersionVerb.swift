import UrrResults

/// `version`: what this program is and from what it was built.
enum VersionVerb {
    static let verb = Verb(
        "version", summary: "Show the version of the program and of its results.", run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        let build = MachineFingerprint.buildMode
        let compiler = "Swift " + MachineFingerprint.swiftVersion
        return Console.print(
            """
            \(Program.name) \(Program.version)
            commit:  \(ProgramEnvironment.commit)
            build:   \(build), \(compiler), \(ProgramEnvironment.architecture)
            results: \(RunRecord.schema) \(RunRecord.version)
            """)
    }
}
