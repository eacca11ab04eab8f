import CUrrPlatform
import Glibc

/// Tells the processor that this is a spin loop: one pause instruction, about 23 ns.
@inlinable
@inline(__always)
public func pauseProcessor() { urr_pause() }

/// What a worker does after a round without work: spin for a while, then give the core away, then
/// sleep. Waking a parked core costs about 21 microseconds, so parking is for low rates.
public struct IdleStrategy: Sendable {
    /// Rounds that only execute `pausesPerRound` pause instructions.
    public var spinRounds: UInt32
    /// Pause instructions in one spinning round (about 23 ns each).
    public var pausesPerRound: UInt32
    /// Rounds that yield the core, after the spinning ones.
    public var yieldRounds: UInt32
    /// How long a parked round sleeps; 0 never parks.
    public var parkNanoseconds: Nanoseconds
    @usableFromInline var idleRounds: UInt32 = 0

    /// Spins forever: lowest latency, one core per worker.
    public static let spin = IdleStrategy(
        spinRounds: .max, pausesPerRound: 16, yieldRounds: 0, parkNanoseconds: 0)
    /// Spins about 50 microseconds, then yields: for more workers than cores.
    public static let yield = IdleStrategy(
        spinRounds: 128, pausesPerRound: 16, yieldRounds: .max, parkNanoseconds: 0)
    /// Spins, yields, then sleeps in steps of 50 microseconds: for low rates on a shared machine.
    public static let park = IdleStrategy(
        spinRounds: 128, pausesPerRound: 16, yieldRounds: 16, parkNanoseconds: 50_000)

    /// A strategy with the given limits; see the properties.
    public init(
        spinRounds: UInt32, pausesPerRound: UInt32, yieldRounds: UInt32,
        parkNanoseconds: Nanoseconds
    ) {
        self.spinRounds = spinRounds
        self.pausesPerRound = pausesPerRound
        self.yieldRounds = yieldRounds
        self.parkNanoseconds = parkNanoseconds
    }

    /// Call after a round that did something.
    @inlinable
    @inline(__always)
    public mutating func reset() { idleRounds = 0 }

    /// Call after a round that did nothing.
    @inlinable
    public mutating func idle() {
        if idleRounds < spinRounds {
            if spinRounds != .max { idleRounds &+= 1 }
            var pauses = pausesPerRound
            while pauses > 0 {
                urr_pause()
                pauses &-= 1
            }
            return
        }
        idleBeyondSpinning()
    }

    @inline(never)
    @usableFromInline
    mutating func idleBeyondSpinning() {
        let yielded = idleRounds - spinRounds
        if parkNanoseconds == 0 || yielded < yieldRounds {
            if parkNanoseconds != 0 { idleRounds += 1 }
            sched_yield()
            return
        }
        var time = timespec(tv_sec: 0, tv_nsec: Int(parkNanoseconds))
        nanosleep(&time, nil)
    }
}
