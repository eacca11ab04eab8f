import UrrPlatform

/// What one trial of a case came to.
public struct TrialMeasurement: Codable, Sendable {
    /// Messages sent; with several groups each was read that many times.
    public var messages: UInt64
    /// Bytes of payload sent.
    public var payloadBytes: UInt64
    /// From the start of the first producer to the end of the last reader; in an append-only case
    /// the sum over the rounds.
    public var nanoseconds: Nanoseconds
    /// The smallest share of its processor that a pinned thread got, 0 to 1; nil where threads
    /// share processors by design.
    public var processorShare: Double?
    /// Bytes that the threads allocated while they measured; nil where nothing counts them.
    public var allocatedBytes: UInt64?
    /// Instructions of all threads while they measured; nil where the machine does not count them.
    public var instructions: UInt64?
    /// Latencies, in cases that measure them.
    public var latency: LatencyFigures?
    /// What the structure takes in memory, in cases of a queue.
    public var memory: QueueMemoryFigures?
    /// What the case found wrong with what it read; nil where nothing is.
    public var defect: String?

    /// Messages per second.
    public var rate: Double {
        nanoseconds > 0 ? Double(messages) * 1e9 / Double(nanoseconds) : 0
    }
}

/// How two processors stood to each other around a trial, and whether the threads had them.
public enum TrialLabel: String, Codable, Sendable, CaseIterable {
    /// Near each other, and every thread had its processor.
    case near
    /// Near each other, but a thread lost more than 2.5 % of its processor's time.
    case disturbed
    /// On one physical core.
    case sibling
    /// In different complexes.
    case far
    /// Not known: fewer than two processors, or the probe could not run.
    case unplaced
}

/// One trial with its circumstances.
public struct Trial: Codable, Sendable {
    /// What was measured.
    public var measurement: TrialMeasurement
    /// Its circumstances in one word.
    public var label: TrialLabel
    /// Hand-over time of a cache line before the trial, ns; nil where it was not measured.
    public var handOverBefore: Double?
    /// The same after it.
    public var handOverAfter: Double?
}
