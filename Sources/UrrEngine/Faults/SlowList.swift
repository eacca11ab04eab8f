import UrrPlatform

/// The times in which handlers of one group are slow, in the clock of the run. Empty, and free, for
/// a group that never is.
@usableFromInline
struct SlowList: ~Copyable {
    @usableFromInline
    struct Window {
        @usableFromInline var from: Nanoseconds
        @usableFromInline var until: Nanoseconds
        /// -1 is any.
        @usableFromInline var partition: Int
        @usableFromInline var key: Int64
        @usableFromInline var factor: Double
        @usableFromInline var delay: Nanoseconds
    }

    @usableFromInline let windows: UnsafeMutablePointer<Window>
    @usableFromInline let count: Int

    /// The slow times of group `group`, counted from `start`.
    init(_ plans: [SlowPlan], group: Int, start: Nanoseconds) {
        let own = plans.filter { $0.group == group }
        count = own.count
        windows = .allocate(capacity: max(1, count))
        for (index, plan) in own.enumerated() {
            (windows + index).initialize(
                to: Window(
                    from: start + plan.from, until: start + plan.from + plan.length,
                    partition: plan.scope.partition ?? -1, key: Int64(plan.scope.key ?? -1),
                    factor: plan.factor, delay: plan.delay))
        }
    }

    @inlinable
    deinit { windows.deallocate() }

    /// How long a handler takes that starts at `start` and would take `duration`. Windows that
    /// overlap all count. O(windows).
    @usableFromInline
    func stretched(
        _ duration: Nanoseconds, start: Nanoseconds, partition: Int, key: UInt32
    ) -> Nanoseconds {
        var result = duration
        for index in 0..<count {
            let window = windows[index]
            guard window.from <= start, start < window.until,
                window.partition < 0 || window.partition == partition,
                window.key < 0 || window.key == Int64(key)
            else { continue }
            let longest = Double(3600 * nanosecondsPerSecond)
            result = Nanoseconds(min(longest, Double(result) * window.factor)) + window.delay
        }
        return result
    }
}
