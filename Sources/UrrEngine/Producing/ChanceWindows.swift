import UrrPlatform

/// The times in which something happens to messages of one producer entry by chance, in the clock of
/// the run: they are sent again, or their sending fails. Empty, and free, for an entry to which
/// nothing happens.
@usableFromInline
struct ChanceWindows: ~Copyable {
    @usableFromInline
    struct Window {
        @usableFromInline var from: Nanoseconds
        @usableFromInline var until: Nanoseconds
        /// It happens to messages whose random number is below this; 1 is all of them.
        @usableFromInline var share: Double
        /// How often it happens to one.
        @usableFromInline var times = 1
    }

    @usableFromInline let windows: UnsafeMutablePointer<Window>
    private let count: Int
    private let random: IndexedRandom
    /// From when on a window may be open; `.max` where there is none.
    @usableFromInline let first: Nanoseconds

    /// The windows of `list`, with the random numbers of `stream`.
    init(_ list: [Window] = [], seed: UInt64 = 0, stream: String = "") {
        count = list.count
        windows = .allocate(capacity: max(1, list.count))
        windows.initialize(from: list, count: list.count)
        first = list.map(\.from).min() ?? .max
        random = IndexedRandom(seed: seed, stream: stream)
    }

    @inlinable
    deinit { windows.deallocate() }

    /// How often it happens to what `number` stands for, at `instant`. Pure: of the schedule and the
    /// seed, whatever the number of threads. Windows that overlap all count. O(windows).
    @inline(never)
    @usableFromInline
    func times(_ number: UInt64, at instant: Nanoseconds) -> Int {
        var sum = 0
        for index in 0..<count {
            let window = windows[index]
            guard window.from <= instant, instant < window.until,
                random.unit(number) < window.share
            else { continue }
            sum += window.times
        }
        return sum
    }
}

extension FaultPlan {
    /// When messages of producer entry `producer` are sent again, counted from `start`.
    func retryWindows(of producer: Int, start: Nanoseconds) -> [ChanceWindows.Window] {
        retries.filter { $0.producer == producer }.map {
            ChanceWindows.Window(
                from: start + $0.from, until: start + $0.from + $0.length, share: $0.share,
                times: $0.copies)
        }
    }

    /// When sends of producer entry `producer` fail, counted from `start`. The engine looks there
    /// before it asks the driver, so that any target can be away.
    func sendFailureWindows(of producer: Int, start: Nanoseconds) -> [ChanceWindows.Window] {
        sendFailures.filter { $0.producers.contains(producer) }.map {
            ChanceWindows.Window(
                from: start + $0.from, until: start + $0.from + $0.length, share: $0.share)
        }
    }
}
