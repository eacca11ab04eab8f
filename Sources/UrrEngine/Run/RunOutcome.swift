import UrrMeasure
import UrrPlatform
import UrrResults
import UrrStore

/// Everything that a run came to, before it is put into words. Owns the histograms.
public final class RunOutcome {
    /// One row per collected interval.
    public struct SeriesRow: Sendable {
        /// Begin, counted from the start of the measurement; negative during warm-up.
        public var from: Nanoseconds
        /// End, counted likewise.
        public var to: Nanoseconds
        /// The phase at the end of the interval.
        public var state: RunState
        /// What each producer entry did.
        public var producers: [ProducerTally]
        /// What each group did.
        public var groups: [IntervalReport.Group]
        /// Resident memory of the process; nil where it is not known.
        public var residentBytes: Int?
    }

    /// What the check of one group's deliveries found.
    public struct GroupFindings: Sendable {
        /// Deliveries beyond the first that nothing explains.
        public var duplicates: UInt64 = 0
        /// Deliveries again because the group went back to a committed or chosen offset.
        public var redelivered: UInt64 = 0
        /// Deliveries of copies that a retry storm put into the log.
        public var copies: UInt64 = 0
        /// Messages that were sent, not discarded by retention, and never delivered, or delivered
        /// to a member that crashed and never handled.
        public var lost: UInt64 = 0
        /// Of those, messages that a crash may lose under the group's guarantee.
        public var lostByCrash: UInt64 = 0
        /// Messages for which more went wrong than the guarantee and the faults allow.
        public var violations: UInt64 = 0
        /// Deliveries after a later message of the same producer and partition.
        public var reordered: UInt64 = 0
        /// Records that retention took before the group had read them.
        public var outOfRange: UInt64 = 0
        /// Records still in the log when the run ended.
        public var unhandledAtEnd: UInt64 = 0
        /// Messages whose fate could not be told, because too many gaps were open.
        public var undecided: UInt64 = 0
        /// The first irregularity of each partition, in words; at most eight.
        public var firstViolations: [String] = []
    }

    /// What a group asked of its store, and how that went.
    public struct StoreFindings: Sendable {
        /// What its members did, summed.
        public var statistics = StoreStatistics()
        /// What the store says of itself.
        public var facts: [String: String] = [:]
        /// What went wrong last at one of its members.
        public var lastFailure: String?
    }

    /// Totals of all producing workers.
    public let producers: ProducerBank
    /// Totals of all consuming workers.
    public let consumers: ConsumerBank
    /// Lag of every group over time, in the clock of the run counted from the measurement's start.
    public internal(set) var lag: [LagTracker] = []
    /// Intervals in order.
    public internal(set) var series: [SeriesRow] = []
    /// Messages of the schedule by producer entry and second of the measurement, by intended time.
    public internal(set) var offered: [[UInt64]] = []
    /// Those of them that were never sent, per producer entry. The schedule of an interrupted run
    /// ends with the interrupt.
    public internal(set) var unsent: [UInt64] = []
    /// Findings per group.
    public internal(set) var findings: [GroupFindings] = []
    /// Findings per queue.
    public internal(set) var queues: [QueueFindings] = []
    /// What repeats came to, per producer entry.
    var repeats: [RepeatFindings] = []
    /// Warm-up messages that were due and never sent.
    public internal(set) var warmupUnsent: UInt64 = 0
    /// Endpoints that could not be ended in order, in words.
    public internal(set) var closeFailures: [String] = []
    /// What each strike of a fault did, in order of time; the instants count from the start of the
    /// measurement.
    public internal(set) var faults: [FaultEffect] = []
    /// The redrives, in the order in which they were due; instants count from the start of the
    /// measurement.
    public internal(set) var redrives: [RedriveTask] = []
    /// Times in which partitions had no reader because of a new division, per group.
    public internal(set) var rebalancePauses: [Histogram] = []
    /// What each group asked of its store; nil without one.
    public internal(set) var stores: [StoreFindings?] = []
    /// What each group's service came to; nil for groups without one.
    public internal(set) var services: [ServiceFindings?] = []
    /// What circuit breakers did; the instants count from the start of the measurement.
    public internal(set) var breakers: [BreakerChange] = []
    /// New divisions, per group.
    public internal(set) var rebalances: [Int] = []
    /// Messages that were committed first and not handled when the run ended, per group.
    public internal(set) var unfinished: [UInt64] = []
    /// Messages that a retry storm put into the log again, per producer entry.
    public internal(set) var copies: [UInt64] = []
    /// What became of sends that failed, per producer entry; nil for those that do not keep them.
    public internal(set) var fallbacks: [FallbackFindings?] = []
    /// Reports of all workers, producers first.
    public internal(set) var workers: [WorkerReport] = []
    /// Length of the warm-up as it was, 0 where there was none.
    public internal(set) var warmupStart: Nanoseconds = 0
    /// Start of the measurement, in the clock of the run.
    public internal(set) var measureStart: Nanoseconds = 0
    /// End of the measured schedule.
    public internal(set) var measureEnd: Nanoseconds = 0
    /// End of the drain.
    public internal(set) var drainEnd: Nanoseconds = 0
    /// Whether everything was sent and handled.
    public internal(set) var drained = false
    /// Whether the user ended it early.
    public internal(set) var interrupted = false
    /// Warm-up records that were unhandled when the measurement began.
    public internal(set) var leakedBacklog: Int64 = 0
    /// Idle members per group: those without a partition.
    public internal(set) var idleMembers: [Int] = []
    /// Whether time was virtual.
    public internal(set) var simulated = false

    /// The books of one of several load generators; nil for the only one.
    public internal(set) var shard: ShardRecord?

    init(plan: RunPlan) throws(MemoryError) {
        producers = try ProducerBank(
            entries: plan.producers.count, segments: plan.segmentCount)
        consumers = try ConsumerBank(
            groups: plan.groups.count, segments: plan.segmentCount, lagCapacity: 0,
            tellsKeys: plan.tellsKeys)
        unsent = Array(repeating: 0, count: plan.producers.count)
        for _ in plan.groups { rebalancePauses.append(try Histogram()) }
    }

    deinit {
        producers.deallocate()
        consumers.deallocate()
        for histogram in rebalancePauses { histogram.deallocate() }
    }
}
