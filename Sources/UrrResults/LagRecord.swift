import UrrMeasure

/// How far a group was behind the end of its sources.
public struct LagRecord: Codable, Sendable, Equatable {
    /// Greatest number of messages not yet committed.
    public var peak: Int64
    /// When that was, from the start of the run.
    public var peakAtNs: Int64
    /// Greatest age of the oldest unread message, in seconds; nil where no age is known.
    public var peakSeconds: Double?
    /// Lag summed over time, in message-seconds.
    public var area: Double
    /// Growth of the lag over the measured phase in messages per second (least squares); nil where
    /// too few samples were taken.
    public var slopePerSecond: Double?
    /// Standard error of the slope; nil where too few samples were taken.
    public var slopeErrorPerSecond: Double?
    /// From the peak to the instant at which the lag was back and stayed back; nil where that did
    /// not happen.
    public var recoveryNs: Int64?
    /// Lag at the end of the run.
    public var finalLag: Int64
    /// Time between two samples.
    public var sampleIntervalNs: Int64
    /// Changes of the state of the group, in order of time.
    public var statesTimeline: [LagStateRecord]

    /// A record of the given values; see the properties.
    public init(
        peak: Int64, peakAtNs: Int64, peakSeconds: Double?, area: Double,
        slopePerSecond: Double? = nil, slopeErrorPerSecond: Double? = nil,
        recoveryNs: Int64? = nil, finalLag: Int64, sampleIntervalNs: Int64,
        statesTimeline: [LagStateRecord] = []
    ) {
        self.peak = peak
        self.peakAtNs = peakAtNs
        self.peakSeconds = peakSeconds
        self.area = area
        self.slopePerSecond = slopePerSecond
        self.slopeErrorPerSecond = slopeErrorPerSecond
        self.recoveryNs = recoveryNs
        self.finalLag = finalLag
        self.sampleIntervalNs = sampleIntervalNs
        self.statesTimeline = statesTimeline
    }
}

/// A change of a group's state.
public struct LagStateRecord: Codable, Sendable, Equatable {
    /// When, from the start of the run.
    public var atNs: Int64
    /// The state from then on.
    public var state: LagState

    /// A record of the given values; see the properties.
    public init(
        atNs: Int64, state: LagState
    ) {
        self.atNs = atNs
        self.state = state
    }
}

extension LagRecord {
    /// The record of what `tracker` saw. The slope is that of `slopeFrom...slopeTo` (the measured
    /// phase); recovery is the time from the peak to the first sample at which the lag is at most
    /// `recoveryThreshold` and stays so for `hold` (or to the end), 0 where there never was more.
    public init(
        _ tracker: LagTracker, slopeFrom: Int64, slopeTo: Int64, recoveryThreshold: Int64,
        hold: Int64? = nil, sampleIntervalNs: Int64
    ) {
        let peak = tracker.peak
        let recovered = peak.flatMap { peak in
            tracker.recovery(from: peak.at, threshold: recoveryThreshold, hold: hold)
        }
        self.init(
            peak: peak?.lag ?? 0, peakAtNs: peak?.at ?? 0,
            peakSeconds: tracker.peakSeconds, area: tracker.area,
            slopePerSecond: tracker.slope(from: slopeFrom, to: slopeTo),
            slopeErrorPerSecond: tracker.slopeError(from: slopeFrom, to: slopeTo),
            recoveryNs: recovered.map { $0 - (peak?.at ?? 0) }, finalLag: tracker.finalLag ?? 0,
            sampleIntervalNs: sampleIntervalNs,
            statesTimeline: tracker.states.map { LagStateRecord(atNs: $0.at, state: $0.state) })
    }
}
