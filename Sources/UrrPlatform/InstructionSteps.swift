import CUrrPlatform

/// Counts what the calling thread executes by stepping through it: exact, the same on every run,
/// without a hardware counter and without a permission, at some microseconds an instruction. On
/// x86-64 under Linux; elsewhere, and where a sandbox swallows the trap, not available.
///
/// For one thread that does not wait for another: everything else would be too slow to end.
public struct InstructionSteps: Sendable, Equatable {
    /// Instructions retired in user space; a repeated string instruction is one.
    public var instructions: UInt64
    /// Atomic read-modify-write operations.
    public var atomics: UInt64
    /// Compare-and-exchange operations that found another value than expected: retries.
    public var failedExchanges: UInt64
    /// System calls.
    public var systemCalls: UInt64

    /// Whether a known sequence of instructions is counted as it should be, found out once.
    public static let isAvailable = urr_steps_work()

    /// What `body` executes, and a few dozen instructions that are the same for every `body`; nil
    /// where stepping is not available or another thread is at it.
    public static func count(_ body: () -> Void) -> InstructionSteps? {
        guard isAvailable, urr_steps_begin() else { return nil }
        body()
        var counts = urr_step_counts()
        urr_steps_end(&counts)
        return InstructionSteps(
            instructions: counts.instructions, atomics: counts.atomics,
            failedExchanges: counts.failed_exchanges, systemCalls: counts.system_calls)
    }
}
