import UrrPlatform

/// What goes wrong with a delivery at a queue's worker: a pure function of the message and of how
/// often it has been delivered, so that a run of the same seed fails in the same places.
public struct WorkerFaultSampler: Sendable {
    @usableFromInline let failure: UnitShare
    @usableFromInline let poison: UnitShare
    @usableFromInline let crashBefore: UnitShare
    @usableFromInline let crashAfter: UnitShare
    @usableFromInline let random: IndexedRandom
    /// Whether nothing ever goes wrong.
    public let isNever: Bool

    /// The sampler of one random stream.
    public init(_ spec: WorkerFaultSpec, seed: UInt64, stream: String) {
        failure = UnitShare(spec.failureRate)
        poison = UnitShare(spec.poisonRate)
        crashBefore = UnitShare(spec.crashBeforeHandling)
        crashAfter = UnitShare(spec.crashAfterHandling)
        random = IndexedRandom(seed: seed, stream: stream)
        isNever =
            spec.failureRate == 0 && spec.poisonRate == 0 && spec.crashBeforeHandling == 0
            && spec.crashAfterHandling == 0
    }

    /// Whether the handling of the message fails every time, until the handler is mended.
    @inlinable
    public func isPoison(_ identity: UInt64) -> Bool { poison.holds(random[identity]) }

    /// Whether the handler fails at delivery number `attempt`, from 1.
    @inlinable
    public func fails(_ identity: UInt64, attempt: UInt32, isMended: Bool = false) -> Bool {
        (!isMended && isPoison(identity)) || failure.holds(bits(identity, attempt, 1))
    }

    /// Whether the worker crashes before it handles the message.
    @inlinable
    public func crashesBefore(_ identity: UInt64, attempt: UInt32) -> Bool {
        crashBefore.holds(bits(identity, attempt, 2))
    }

    /// Whether the worker crashes after it has handled the message.
    @inlinable
    public func crashesAfter(_ identity: UInt64, attempt: UInt32) -> Bool {
        crashAfter.holds(bits(identity, attempt, 3))
    }

    @inlinable
    func bits(_ identity: UInt64, _ attempt: UInt32, _ kind: UInt64) -> UInt64 {
        random[identity ^ mix64(UInt64(attempt) &* 4 &+ kind)]
    }
}
