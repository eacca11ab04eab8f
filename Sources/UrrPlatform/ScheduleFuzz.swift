#if DEBUG || URR_SCHEDULE_FUZZ
import Glibc
import Synchronization

/// Pauses at random before atomic operations, so that tests meet orders of steps that a quiet
/// machine would show once in a year. Debug builds, and others with `-DURR_SCHEDULE_FUZZ`: a
/// release knows nothing of it.
///
/// A module takes part by a type `Atomic` of its own that calls `step` and then does what that
/// of Synchronization does, and so hides that one; nothing else in it changes.
public enum ScheduleFuzz {
    private static let period = Atomic<UInt64>(0)
    private static let draws = Atomic<UInt64>(0)

    /// From now on one of `period` steps gives the processor away, on average; 0 for none.
    public static func start(period: UInt64) {
        Self.period.store(period, ordering: .relaxed)
    }

    /// Called before every atomic operation of the modules that take part.
    public static func step() {
        // Relaxed, all: what orders the steps must not come from here.
        let period = period.load(ordering: .relaxed)
        if period == 0 { return }
        let draw = mix64(draws.wrappingAdd(1, ordering: .relaxed).newValue)
        guard draw % period == 0 else { return }
        // A sleep lets the others go on for long, even where there is a processor for each.
        if draw >> 32 % 32 == 0 { usleep(20) } else { sched_yield() }
    }
}
#endif
