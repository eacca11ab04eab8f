import UrrPlatform

/// What one trial of a case is to do, and with what.
struct TrialRequest: Sendable {
    /// Messages to send, all producers together; a case may round it.
    var messages: UInt64
    /// Messages that are sent and read before the measured ones, through the same structure.
    var warmup: UInt64
    /// The processors to pin to, none to leave the threads to the scheduler.
    var cpus: [Int]
    /// The clock of the trial.
    var clock: TimeStampClock
    /// How allocations are counted.
    var allocations: AllocationProbe
    /// Whether the case only has to be seen to work: what it prepares may be small.
    var isSmoke = false
    /// Changes what is read, in tests.
    var tamper: Tamper?

    /// The processor of the side that sends, and, with `second`, of the side that reads.
    func cpu(second: Bool) -> Int? {
        cpus.count < 2 ? nil : cpus[second ? 1 : 0]
    }

    /// What a thread does that has nothing to do, where each has a processor of its own: `pauses`
    /// pause instructions a round. Otherwise it soon gives its processor away.
    func patience(pauses: UInt32, sharesProcessor: Bool = false) -> Patience {
        if cpus.count >= 2 && !sharesProcessor {
            return Patience(
                IdleStrategy(
                    spinRounds: .max, pausesPerRound: pauses, yieldRounds: 0, parkNanoseconds: 0))
        }
        return Patience(
            IdleStrategy(
                spinRounds: 64, pausesPerRound: 1, yieldRounds: .max, parkNanoseconds: 0))
    }

    /// Pauses after a poll or an append that came to nothing, about 0.4 microseconds: a reader at
    /// the heels of the producer makes both wait for each other's cache lines, and this is the
    /// least that gets it off them. Longer ones are good for throughput, ours and the peers', and
    /// less like a consumer that is in a hurry. The peers' harness waits as long.
    static let backOffPauses: UInt32 = 16
}

/// Waiting for the other side, but not forever: a structure that loses a message must not hang the
/// benchmark.
struct Patience: Sendable {
    private var idle: IdleStrategy
    private var rounds: UInt32 = 0
    private var waitingSince: Nanoseconds = 0
    /// How long nothing may happen.
    private static let limit = 20 * nanosecondsPerSecond

    init(_ idle: IdleStrategy) { self.idle = idle }

    /// Call after a round that did something.
    @inline(__always)
    mutating func reset() {
        idle.reset()
        rounds = 0
    }

    /// Call after a round that did nothing; false where it is time to give up. Out of line: what
    /// waits is not in a hurry, and its loops would take registers from the one that is.
    @inline(never)
    mutating func wait() -> Bool {
        idle.idle()
        rounds &+= 1
        return rounds & 0xffff != 0 || isWorthIt()
    }

    @inline(never)
    private mutating func isWorthIt() -> Bool {
        let now = SystemClock().now()
        if rounds == 0x10000 || waitingSince == 0 { waitingSince = now }
        return now - waitingSince < Self.limit
    }
}
