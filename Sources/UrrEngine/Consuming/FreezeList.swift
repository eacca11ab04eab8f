import UrrPlatform

/// The times in which one group stands still, in the clock of the run: apart from each other and
/// in order. Empty, and free, for a group that never does.
@usableFromInline
struct FreezeList: ~Copyable {
    @usableFromInline
    struct Window {
        @usableFromInline var from: Nanoseconds
        @usableFromInline var until: Nanoseconds
        @usableFromInline var stopsHandlers: Bool
    }

    @usableFromInline let windows: UnsafeMutablePointer<Window>
    @usableFromInline let count: Int
    /// The first window that is not over.
    @usableFromInline var next = 0

    /// The freezes of group `group`, counted from `start`. Those of a kind that overlap or touch are
    /// one.
    init(_ freezes: [FreezePlan], group: Int, start: Nanoseconds) {
        let sorted = freezes.filter { $0.group == group && $0.length > 0 }
            .sorted { $0.from < $1.from }
        var merged: [Window] = []
        for freeze in sorted {
            let window = Window(
                from: start + freeze.from, until: start + freeze.from + freeze.length,
                stopsHandlers: freeze.stopsHandlers)
            if let last = merged.last, window.from <= last.until,
                window.stopsHandlers == last.stopsHandlers
            {
                merged[merged.count - 1].until = max(last.until, window.until)
            } else {
                merged.append(window)
            }
        }
        count = merged.count
        windows = .allocate(capacity: max(1, count))
        windows.initialize(from: merged, count: count)
    }

    @inlinable
    deinit { windows.deallocate() }

    /// Whether the group stands still at `now`, which must not decrease from call to call.
    @inlinable
    @inline(__always)
    mutating func isFrozen(_ now: Nanoseconds) -> Bool {
        while next < count, windows[next].until <= now { next &+= 1 }
        return next < count && windows[next].from <= now
    }

    /// When a handler can start that would start at `instant`, which may have passed.
    @inlinable
    @inline(__always)
    func start(_ instant: Nanoseconds) -> Nanoseconds {
        var index = 0
        while index < count, windows[index].from <= instant {
            if windows[index].stopsHandlers, instant < windows[index].until {
                return windows[index].until
            }
            index &+= 1
        }
        return instant
    }

    /// The end of the window that `now` is in; `.max` where it is in none.
    @inlinable
    func end(of now: Nanoseconds) -> Nanoseconds {
        var index = 0
        while index < count, windows[index].from <= now {
            if now < windows[index].until { return windows[index].until }
            index += 1
        }
        return .max
    }
}
