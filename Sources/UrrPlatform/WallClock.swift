import Glibc
import Synchronization

/// The time of day, for naming and dating results and for nothing that is measured: it jumps when
/// somebody sets it. The one door to it, so that a run can make it jump on purpose and show that
/// nothing else moves.
public enum WallClock {
    private static let offset = Atomic<Int64>(0)

    /// Nanoseconds since the beginning of 1970, UTC.
    public static func now() -> Nanoseconds {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        // Relaxed: a number by itself.
        return Nanoseconds(time.tv_sec) * nanosecondsPerSecond + Nanoseconds(time.tv_nsec)
            + offset.load(ordering: .relaxed)
    }

    /// Lets the time of day of this process jump by `step`.
    public static func jump(by step: Nanoseconds) {
        offset.wrappingAdd(step, ordering: .relaxed)
    }
}
