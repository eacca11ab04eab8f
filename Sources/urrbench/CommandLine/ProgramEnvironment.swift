import UrrResults

/// What the script that starts the program tells it, and how the program was built.
enum ProgramEnvironment {
    /// Commit that the program was built from, or "unknown".
    static var commit: String {
        let commit = Console.environment("URRBENCH_COMMIT") ?? ""
        return commit.isEmpty ? "unknown" : commit
    }

    /// Root of the repository, or the current directory where the script was not used.
    static var home: String {
        let home = Console.environment("URRBENCH_HOME") ?? ""
        return home.isEmpty ? "." : home
    }

    /// Where results go unless the caller says otherwise.
    static var resultsDirectory: String { home + "/results" }

    /// How far simulations were from measurements when `scripts/validate-plan --save` was run last.
    static var predictionFile: String { home + "/results/baselines/prediction.json" }

    /// Where workloads are looked for that are not found as given.
    static var workloadsDirectory: String { home + "/workloads" }

    /// Whether this is a build that nobody should measure with.
    static var isDebugBuild: Bool { MachineFingerprint.buildMode == "debug" }

    /// Instruction set that the program was built for.
    static var architecture: String {
        #if arch(x86_64)
        return "x86_64"
        #elseif arch(arm64)
        return "aarch64"
        #else
        return "other"
        #endif
    }
}
