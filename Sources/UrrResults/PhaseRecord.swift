/// One phase of a run.
public struct PhaseRecord: Codable, Sendable, Equatable {
    /// `warmup`, `measure` or `drain`.
    public var name: String
    /// First instant, from the start of the run.
    public var startNs: Int64
    /// First instant after the phase.
    public var endNs: Int64

    /// A record of the given values; see the properties.
    public init(
        name: String, startNs: Int64, endNs: Int64
    ) {
        self.name = name
        self.startNs = startNs
        self.endNs = endNs
    }
}

/// A named part of one producer's arrival curve: baseline, rise, peak and so on.
public struct SegmentRecord: Codable, Sendable, Equatable {
    /// Position among the segments of the run; group records refer to it.
    public var index: Int
    /// Name of the part, unique for its producer.
    public var name: String
    /// Name of the producer.
    public var producer: String
    /// First intended instant, from the start of the run.
    public var startNs: Int64
    /// First instant after the segment.
    public var endNs: Int64

    /// A record of the given values; see the properties.
    public init(
        index: Int, name: String, producer: String, startNs: Int64, endNs: Int64
    ) {
        self.index = index
        self.name = name
        self.producer = producer
        self.startNs = startNs
        self.endNs = endNs
    }
}
