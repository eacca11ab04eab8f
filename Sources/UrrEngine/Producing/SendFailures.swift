import UrrPlatform

/// The times in which sends of one producer entry fail, in the clock of the run. Empty, and free, for
/// an entry whose sends do not. Stands between the engine and the driver, so that it works with any.
@usableFromInline
struct SendFailures: ~Copyable {
    @usableFromInline
    struct Window {
        @usableFromInline var from: Nanoseconds
        @usableFromInline var until: Nanoseconds
        /// Sends fail whose random number is below this; 1 is all of them.
        @usableFromInline var share: Double
    }

    @usableFromInline let windows: UnsafeMutablePointer<Window>
    private let count: Int
    private let random: IndexedRandom
    /// From when on a window may be open; `.max` where there is none.
    @usableFromInline let first: Nanoseconds

    /// The windows of producer entry `producer`, which sends to `destination`, counted from `start`.
    init(
        _ plans: [SendFailurePlan], producer: Int, start: Nanoseconds, seed: UInt64, name: String
    ) {
        let own = plans.filter { $0.producers.contains(producer) }
        count = own.count
        windows = .allocate(capacity: max(1, count))
        for (index, plan) in own.enumerated() {
            (windows + index).initialize(
                to: Window(
                    from: start + plan.from, until: start + plan.from + plan.length,
                    share: plan.share))
        }
        first = own.map { start + $0.from }.min() ?? .max
        random = IndexedRandom(seed: seed, stream: "send-failure-" + name)
    }

    @inlinable
    deinit { windows.deallocate() }

    /// Whether attempt number `attempt` at message `index` fails at `instant`. Pure: of the schedule
    /// and the seed, whatever the number of threads.
    @inline(never)
    @usableFromInline
    func strike(_ index: UInt64, attempt: UInt64, at instant: Nanoseconds) -> Bool {
        for number in 0..<count {
            let window = windows[number]
            guard window.from <= instant, instant < window.until else { continue }
            // A message has fewer attempts than that, and a run fewer messages.
            if random.unit(index | attempt << 48) < window.share { return true }
        }
        return false
    }
}
