import UrrPlatform

/// How the threads of a stress test share the processors.
enum StressSchedule: String, CaseIterable, Sendable {
    /// As the system likes.
    case free
    /// Producers and consumers each on a processor of their own, as far as there are any.
    case pinned
    /// All on one processor: whoever is stopped is stopped for a whole slice, wherever it is.
    case oversubscribed
    /// With pauses at random before atomic steps.
    case yielding

    /// Those that this build knows: pauses take a debug build or `-DURR_SCHEDULE_FUZZ`.
    static var known: [StressSchedule] {
        #if DEBUG || URR_SCHEDULE_FUZZ
        allCases
        #else
        allCases.filter { $0 != .yielding }
        #endif
    }

    /// The processor for thread number `thread`; producers are even, consumers odd.
    func cpu(_ thread: Int) -> Int? {
        let cpus = PinnedThread.allowedCPUs()
        switch self {
        case .free, .yielding: return nil
        case .pinned: return cpus[thread % cpus.count]
        case .oversubscribed: return cpus[0]
        }
    }

    func begin() {
        #if DEBUG || URR_SCHEDULE_FUZZ
        if self == .yielding { ScheduleFuzz.start(period: 8) }
        #endif
    }

    func end() {
        #if DEBUG || URR_SCHEDULE_FUZZ
        ScheduleFuzz.start(period: 0)
        #endif
    }
}
