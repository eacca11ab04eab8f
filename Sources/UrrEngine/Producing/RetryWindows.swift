import UrrPlatform

/// The times in which one producer entry sends messages again, in the clock of the run. Empty, and
/// free, for an entry that never does.
@usableFromInline
struct RetryWindows: ~Copyable {
    @usableFromInline
    struct Window {
        @usableFromInline var from: Nanoseconds
        @usableFromInline var until: Nanoseconds
        /// Chosen are messages whose random number is below this.
        @usableFromInline var share: Double
        @usableFromInline var copies: Int
    }

    @usableFromInline let windows: UnsafeMutablePointer<Window>
    private let count: Int
    private let random: IndexedRandom
    /// From when on a window may be open; `.max` where there is none.
    @usableFromInline let first: Nanoseconds

    /// The windows of producer entry `producer`, counted from `start`.
    init(_ plans: [RetryPlan], producer: Int, start: Nanoseconds, seed: UInt64, name: String) {
        let own = plans.filter { $0.producer == producer }
        count = own.count
        windows = .allocate(capacity: max(1, count))
        for (index, plan) in own.enumerated() {
            (windows + index).initialize(
                to: Window(
                    from: start + plan.from, until: start + plan.from + plan.length,
                    share: plan.share, copies: plan.copies))
        }
        first = own.map { start + $0.from }.min() ?? .max
        random = IndexedRandom(seed: seed, stream: "retry-" + name)
    }

    @inlinable
    deinit { windows.deallocate() }

    /// How often message `index` is sent again, intended for `instant`.
    @inline(never)
    @usableFromInline
    func copies(_ index: UInt64, at instant: Nanoseconds) -> Int {
        var sum = 0
        for number in 0..<count {
            let window = windows[number]
            guard window.from <= instant, instant < window.until,
                random.unit(index) < window.share
            else { continue }
            sum += window.copies
        }
        return sum
    }
}
