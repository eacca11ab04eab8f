import Glibc
import Testing
import UrrPlatform

/// The queue against its reference. `URRBENCH_LONG` in the environment is a number of operations
/// for each of the runs below, or anything else for the million that the issue asks for.
struct PropertyTests {
    static let seeds = 25

    static var operations: Int {
        guard let value = getenv("URRBENCH_LONG") else { return 2_000 }
        let wanted = Int(String(cString: value)) ?? 1_000_000
        return max(wanted / seeds, 2_000)
    }

    @Test(arguments: 1...UInt64(seeds))
    func everyAnswerIsTheReferences(seed: UInt64) throws {
        var run = try RandomOperations(seed: seed)
        try run.run(Self.operations)
    }
}
