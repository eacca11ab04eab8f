import CUrrPlatform
import Glibc

/// Nanoseconds on a monotonic scale, or a difference of two such instants. Signed, so that a clock
/// anomaly shows as a negative value instead of a huge one. Range: 292 years.
public typealias Nanoseconds = Int64

/// One second, in `Nanoseconds`.
public let nanosecondsPerSecond: Nanoseconds = 1_000_000_000

/// A source of monotonic time. The engine is generic over it, so that one and the same code runs
/// against the machine's counter and in virtual time.
public protocol MonotonicClock: Sendable {
    /// Nanoseconds since the clock's own epoch. Never goes backwards on one thread.
    func now() -> Nanoseconds

    /// The same, read not before everything that the thread has loaded so far: for an instant that
    /// is compared with a stamp of another thread. A counter read in program order could run ahead
    /// of the load that brought the other thread's message.
    func nowAfterLoads() -> Nanoseconds
}

extension MonotonicClock {
    /// `now`, for clocks that cannot run ahead.
    @inlinable
    public func nowAfterLoads() -> Nanoseconds { now() }
}

/// Which source of time a run used; part of every result.
public enum ClockSource: String, Sendable, Codable {
    /// The processor's invariant time-stamp counter (x86-64 TSC, arm64 generic timer).
    case timeStampCounter = "time-stamp-counter"
    /// `clock_gettime(CLOCK_MONOTONIC)`.
    case system = "clock_gettime"
    /// Virtual time, advanced by a simulation.
    case simulated
}

/// `clock_gettime(CLOCK_MONOTONIC)`: works everywhere, about twice the cost of the counter.
public struct SystemClock: MonotonicClock {
    /// A reader of the system clock; holds nothing.
    public init() {}

    /// Nanoseconds since the system's own epoch (boot).
    @inlinable
    public func now() -> Nanoseconds {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Nanoseconds(time.tv_sec) &* nanosecondsPerSecond &+ Nanoseconds(time.tv_nsec)
    }
}

/// The processor's counter scaled to nanoseconds, or `clock_gettime` where it is not invariant.
///
/// A copy holds everything it needs, so reading touches no shared memory. The scale is a 32.32
/// fixed-point factor: its rounding is below 1 ns in 4 s at 1 GHz and is part of the calibration
/// error that `ClockCalibration` reports.
public struct TimeStampClock: MonotonicClock {
    @usableFromInline let epochTicks: UInt64
    /// Nanoseconds per tick, times 2^32; 0 selects `clock_gettime`.
    @usableFromInline let factor: UInt64
    @usableFromInline let epochNanoseconds: Nanoseconds

    /// The source that this clock reads.
    public var source: ClockSource { factor == 0 ? .system : .timeStampCounter }

    /// A clock whose epoch is now. Takes about 60 ms where the counter has to be calibrated.
    public init(calibration: ClockCalibration = .measured()) {
        factor = calibration.factor
        epochTicks = urr_timestamp()
        epochNanoseconds = SystemClock().now()
    }

    /// Nanoseconds since this clock was made.
    @inlinable
    @inline(__always)
    public func now() -> Nanoseconds {
        if factor == 0 { return SystemClock().now() &- epochNanoseconds }
        return scaled(urr_timestamp())
    }

    /// Nanoseconds since this clock was made, after all earlier loads: about 6 ns more than `now`.
    @inlinable
    @inline(__always)
    public func nowAfterLoads() -> Nanoseconds {
        if factor == 0 { return SystemClock().now() &- epochNanoseconds }
        return scaled(urr_timestamp_after_loads())
    }

    @inlinable
    @inline(__always)
    func scaled(_ timestamp: UInt64) -> Nanoseconds {
        let ticks = timestamp &- epochTicks
        let product = ticks.multipliedFullWidth(by: factor)
        // The shift keeps the middle 64 bits: correct for 2^63 ns, about 292 years.
        return Nanoseconds(
            bitPattern: UInt64(product.high &<< 32) | (product.low &>> 32))
    }
}

/// How the counter's rate was found.
public struct ClockCalibration: Sendable {
    /// Nanoseconds per tick, times 2^32; 0 where the counter is not usable.
    public let factor: UInt64
    /// Largest relative disagreement between the calibration windows, in parts per million.
    public let spreadPartsPerMillion: Double

    /// Calibrates against `CLOCK_MONOTONIC_RAW`, or takes the rate that the hardware states.
    ///
    /// Five windows of about 12 ms; the median window counts, and each edge is the tightest of
    /// several (clock, counter, clock) readings, so that an interrupted reading does not count.
    public static func measured() -> ClockCalibration {
        guard urr_timestamp_is_invariant() else {
            return ClockCalibration(factor: 0, spreadPartsPerMillion: 0)
        }
        let stated = urr_timestamp_frequency()
        if stated > 0 {
            return ClockCalibration(
                factor: UInt64((1e9 / Double(stated)) * 4_294_967_296), spreadPartsPerMillion: 0)
        }
        var rates: [Double] = []
        for _ in 0..<5 {
            let from = edge()
            while edgeTime() - from.time < 12_000_000 {}
            let to = edge()
            rates.append(Double(to.time - from.time) / Double(to.ticks - from.ticks))
        }
        rates.sort()
        let spread = (rates[4] - rates[0]) / rates[2] * 1e6
        return ClockCalibration(
            factor: UInt64(rates[2] * 4_294_967_296), spreadPartsPerMillion: spread)
    }

    private static func edgeTime() -> Nanoseconds {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC_RAW, &time)
        return Nanoseconds(time.tv_sec) * nanosecondsPerSecond + Nanoseconds(time.tv_nsec)
    }

    private static func edge() -> (time: Nanoseconds, ticks: UInt64) {
        var best = (time: Nanoseconds(0), ticks: UInt64(0))
        var tightest = Nanoseconds.max
        for _ in 0..<8 {
            let before = edgeTime()
            let ticks = urr_timestamp()
            let after = edgeTime()
            if after - before < tightest {
                tightest = after - before
                best = (before + (after - before) / 2, ticks)
            }
        }
        return best
    }
}

/// Virtual time: stands still until it is told to advance. Copies share one instant.
///
/// For single-threaded simulation and for tests; whoever creates it calls `deallocate` at the end.
public struct ManualClock: MonotonicClock {
    @usableFromInline nonisolated(unsafe) let cell: UnsafeMutablePointer<Nanoseconds>

    /// A clock that shows `instant`.
    public init(at instant: Nanoseconds = 0) {
        cell = .allocate(capacity: 1)
        cell.initialize(to: instant)
    }

    /// The instant that the clock was last advanced to.
    @inlinable
    @inline(__always)
    public func now() -> Nanoseconds { cell.pointee }

    /// Moves the clock forward to `instant`; an instant in the past leaves it where it is.
    public func advance(to instant: Nanoseconds) {
        if instant > cell.pointee { cell.pointee = instant }
    }

    /// Frees the shared instant. No copy may be used afterwards.
    public func deallocate() { cell.deallocate() }
}
