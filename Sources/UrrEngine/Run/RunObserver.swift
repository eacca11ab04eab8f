import UrrMeasure
import UrrPlatform

/// What happened in one interval of a run, given to the observer while the run goes on.
public struct IntervalReport {
    /// What one group did in the interval.
    public struct Group: Sendable {
        /// First deliveries and ended handlers of measured messages.
        public var tally = ConsumerTally()
        /// Records appended and not committed at the last sample; nil without a sample.
        public var lag: Int64?
        /// Age of the oldest of them, in nanoseconds.
        public var lagAge: Nanoseconds?
        /// Median of the response in the interval.
        public var responseP50: Nanoseconds?
        /// The 99th percentile of it.
        public var responseP99: Nanoseconds?
        /// The longest.
        public var responseMaximum: Nanoseconds?
        /// The 99th percentile of the response since the measurement began.
        public var responseP99SoFar: Nanoseconds?
    }

    /// The phase at the end of the interval.
    public var state: RunState
    /// Begin, counted from the start of the measurement; negative during warm-up.
    public var from: Nanoseconds
    /// End, counted likewise.
    public var to: Nanoseconds
    /// Offered rate at the end of the interval, by the schedules, in messages per second.
    public var offeredRate: Double
    /// What each producer entry did, measured messages only.
    public var producers: [ProducerTally]
    /// What each group did.
    public var groups: [Group]
    /// The interval's histograms by tag (`group.response`, `producer.sendDelay`), only valid
    /// during the call.
    public var histograms: [(tag: String, histogram: Histogram)]
}

/// Follows a run from outside. Called on the director's thread only.
public protocol RunObserver: AnyObject {
    /// An interval has ended.
    func observe(_ report: IntervalReport)
    /// Whether the user wants the run to end now.
    var isInterrupted: Bool { get }
}
