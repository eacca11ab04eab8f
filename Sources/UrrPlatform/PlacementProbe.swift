import CUrrPlatform
import Glibc
import Synchronization

/// Measures how far apart two processors are, and pulls them together where that can be done.
///
/// On a virtual machine the hypervisor moves the virtual processors between physical ones: the
/// hand-over of a cache line between two of them then takes 50 to 60 ns or 250 ns, for seconds at
/// a time, and everything that two threads share is slowed down by as much. A figure means little
/// without it, so every result carries it.
public enum PlacementProbe {
    /// What the hand-over time says.
    public enum Placement: String, Sendable, Codable {
        /// Both on one physical core: they share its execution units.
        case sibling
        /// Two cores of one complex.
        case near
        /// Cores of different complexes.
        case far
    }

    /// Below this, two processors share a core; above `farNanoseconds`, they share no cache.
    /// Measured on the machines that this was developed on: 20 to 35, 50 to 60 and 235 to 260 ns.
    public static let siblingNanoseconds = 40.0
    /// See `siblingNanoseconds`.
    public static let farNanoseconds = 110.0

    /// The placement that a hand-over time stands for.
    public static func placement(_ nanoseconds: Double) -> Placement {
        if nanoseconds < siblingNanoseconds { return .sibling }
        return nanoseconds > farNanoseconds ? .far : .near
    }

    /// Mean one-way time in nanoseconds of handing a cache line from `first` to `second` and back,
    /// over the fastest three quarters of 3,000 rounds. Takes about half a millisecond; nil where
    /// a thread could not be started or does not run.
    public static func measure(first: Int, second: Int) -> Double? {
        guard first != second else { return nil }
        let court = Court()
        let echo = try? PinnedThread(name: "probe-echo", cpu: second) { court.echo() }
        guard let echo else { return nil }
        let serve = try? PinnedThread(name: "probe-serve", cpu: first) { court.serve() }
        guard let serve else {
            court.giveUp()
            echo.join()
            return nil
        }
        serve.join()
        echo.join()
        return court.result
    }

    /// Measures and, as long as the processors are not near, makes them wake each other for 60 ms:
    /// schedulers tend to bring together what talks to each other. At most `attempts` times.
    /// Returns the last measurement.
    public static func pullTogether(first: Int, second: Int, attempts: Int) -> Double? {
        var last = measure(first: first, second: second)
        var attempt = 0
        while let time = last, placement(time) != .near, attempt < attempts {
            PingPong.run(first: first, second: second, length: 60_000_000)
            last = measure(first: first, second: second)
            attempt += 1
        }
        return last
    }
}

/// Two cache lines, each written by one of two threads.
private final class Court: @unchecked Sendable {
    private static let rounds = 3000
    /// A round that takes longer than this in sum means that a thread does not run.
    private static let limit: Nanoseconds = 200_000_000

    private let lines: UnsafeMutableRawPointer
    private(set) var result: Double?

    init() {
        lines = .allocate(byteCount: 3 * falseSharingByteCount, alignment: falseSharingByteCount)
        lines.initializeMemory(as: UInt8.self, repeating: 0, count: 3 * falseSharingByteCount)
    }

    deinit { lines.deallocate() }

    private func line(_ index: Int) -> UnsafeMutablePointer<Atomic<Int>> {
        (lines + index * falseSharingByteCount).assumingMemoryBound(to: Atomic<Int>.self)
    }

    func giveUp() { line(2).pointee.store(1, ordering: .releasing) }

    /// Waits for a value; false where the other side gave up or time is over.
    private func waitFor(_ value: Int, in index: Int, clock: SystemClock, end: Nanoseconds) -> Bool
    {
        var spins = 0
        // Acquire: pairs with the release of the other side; only the value matters.
        while line(index).pointee.load(ordering: .acquiring) != value {
            spins += 1
            guard spins & 0xfff == 0 else { continue }
            if line(2).pointee.load(ordering: .relaxed) != 0 || clock.now() > end { return false }
        }
        return true
    }

    func echo() {
        let clock = SystemClock()
        let end = clock.now() + Self.limit
        for round in 1...Self.rounds {
            guard waitFor(round, in: 0, clock: clock, end: end) else { return }
            line(1).pointee.store(round, ordering: .releasing)
        }
    }

    func serve() {
        let clock = SystemClock()
        let end = clock.now() + Self.limit
        var times = [Nanoseconds](repeating: 0, count: Self.rounds)
        for round in 1...Self.rounds {
            let from = clock.now()
            line(0).pointee.store(round, ordering: .releasing)
            guard waitFor(round, in: 1, clock: clock, end: end) else {
                giveUp()
                return
            }
            times[round - 1] = clock.now() - from
        }
        times.sort()
        let kept = times.prefix(Self.rounds * 3 / 4)
        // Two clock reads of about 20 ns lie in each round, one of them inside the interval.
        let readCost = Self.clockCost(clock)
        let mean = Double(kept.reduce(0, +)) / Double(kept.count) - readCost
        result = max(0, mean / 2)
    }

    private static func clockCost(_ clock: SystemClock) -> Double {
        let from = clock.now()
        for _ in 0..<1000 { _ = clock.now() }
        return Double(clock.now() - from) / 1001
    }
}

/// Two threads that wake each other through the kernel.
private enum PingPong {
    static func run(first: Int, second: Int, length: Nanoseconds) {
        var there: [Int32] = [0, 0]
        var back: [Int32] = [0, 0]
        guard pipe(&there) == 0 else { return }
        guard pipe(&back) == 0 else {
            close(there[0])
            close(there[1])
            return
        }
        let (thereRead, thereWrite, backRead, backWrite) = (there[0], there[1], back[0], back[1])
        let echo = try? PinnedThread(name: "probe-echo", cpu: second) {
            var byte: UInt8 = 0
            // Ends when the other side closes its pipe.
            while read(thereRead, &byte, 1) == 1, write(backWrite, &byte, 1) == 1 {}
        }
        let serve = try? PinnedThread(name: "probe-serve", cpu: first) {
            let clock = SystemClock()
            let end = clock.now() + length
            var byte: UInt8 = 1
            while clock.now() < end, write(thereWrite, &byte, 1) == 1, read(backRead, &byte, 1) == 1
            {
                usleep(50)
            }
            close(thereWrite)
        }
        if serve == nil { close(thereWrite) }
        serve?.join()
        echo?.join()
        for descriptor in [thereRead, backRead, backWrite] { close(descriptor) }
    }
}
