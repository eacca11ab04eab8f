import UrrPlatform
import UrrWorkload

/// Closes the books of one group: every message that was sent is handled, lost, taken by retention
/// or still there, every delivery is the first one or explained, and what the faults ask for has
/// come. What is left over breaks the guarantee.
struct GroupAudit {
    /// What is known of one partition when everybody has ended.
    struct Partition {
        var topic: String
        var number: Int
        var lane: LaneState
        var found: SequenceTracker.Findings
        /// Records from the committed offset to the end.
        var unread: UInt64
        var committedOffset: Int64
        /// Records that the driver says retention took before they were read.
        var missed: UInt64
    }

    let plan: RunPlan
    let group: Int
    let outcome: RunOutcome
    /// What the driver promises.
    let mayRepeat: Bool
    let isOrdered: Bool

    private var guarantee: Guarantee { plan.groups[group].guarantee }

    /// Texts that are kept for one group.
    static let violationTexts = 8

    /// The findings over all partitions; of `undecided` messages it is not known what became of
    /// them.
    func findings(
        _ partitions: [Partition], undecided: UInt64
    ) -> RunOutcome.GroupFindings {
        var sum = RunOutcome.GroupFindings()
        sum.undecided = undecided
        for partition in partitions { add(partition, to: &sum) }
        sum.unhandledAtEnd += outcome.unfinished[group]
        checkCopies(partitions, &sum)
        return sum
    }

    private func add(_ partition: Partition, to sum: inout RunOutcome.GroupFindings) {
        let lane = partition.lane
        let found = partition.found
        let taken = takenByRetention(partition)
        let lost = found.missing - min(found.missing, taken)
        let dropped = dropped(partition)
        sum.duplicates += found.duplicates
        sum.reordered += found.reordered
        sum.redelivered += lane.redelivered
        sum.copies += lane.copies
        sum.outOfRange += taken + lane.incidents.takenByRetention
        sum.lost += lost + dropped
        sum.lostByCrash += dropped
        sum.unhandledAtEnd += partition.unread
        sum.undecided += found.beyondMemory + lane.incidents.forgotten
        var wrong = lost + (mayRepeat ? 0 : found.duplicates) + (isOrdered ? found.reordered : 0)
        if guarantee == .atLeastOnce || guarantee == .exactlyOnceEffects { wrong += dropped }
        if guarantee == .exactlyOnceEffects { wrong += lane.incidents.effectsWrong }
        let unexplained = wrongRedeliveries(partition)
        sum.violations += wrong + unexplained
        guard sum.firstViolations.count < Self.violationTexts,
            let text = text(partition, dropped: dropped, redeliveries: unexplained)
        else { return }
        sum.firstViolations.append("\(partition.topic), partition \(partition.number), \(text)")
    }

    // MARK: - Retention

    /// Messages that retention took before anybody had them. The driver says how many records were
    /// passed over, the deliveries say it, too; only what both know is retention's.
    private func takenByRetention(_ partition: Partition) -> UInt64 {
        let lane = partition.lane
        let missed = Int64(clamping: partition.missed)
        // Passed over at the very end, so that no delivery shows it.
        let end = lane.delivered + max(0, missed - lane.passedOver)
        let trailing = max(0, end - max(lane.delivered, lane.highWater))
        lane.incidents.takeByRetention(lane.delivered..<max(lane.delivered, end))
        let unknown = max(0, lane.passedOver - missed)
        return UInt64(max(0, lane.neverDelivered + trailing - unknown))
    }

    // MARK: - Crashes

    /// Messages that a crash dropped and that do not come again: they are committed.
    private func dropped(_ partition: Partition) -> UInt64 {
        let isRead = partition.unread == 0
        return UInt64(
            partition.lane.incidents.dropped.values.count {
                isRead || $0.offset < partition.committedOffset
            })
    }

    /// Deliveries below what had been delivered that nobody asked for, or that were asked for and
    /// never came. In a partition that was not read to its end some may be due.
    private func wrongRedeliveries(_ partition: Partition) -> UInt64 {
        let lane = partition.lane
        let came = lane.redelivered + lane.redeliveriesTaken
        if came > lane.redeliveriesDue { return came - lane.redeliveriesDue }
        guard partition.unread == 0, lane.delivered >= lane.highWater, partition.missed == 0 else {
            return 0
        }
        return lane.redeliveriesDue - came
    }

    // MARK: - Copies

    /// Every copy that a retry storm put into the log has to come, too.
    private func checkCopies(_ partitions: [Partition], _ sum: inout RunOutcome.GroupFindings) {
        guard sum.outOfRange == 0, sum.unhandledAtEnd == 0, sum.undecided == 0 else { return }
        let topics = plan.groups[group].topics
        let feeding = plan.producers.indices.filter { entry in
            plan.producers[entry].topic.map { topics.contains($0) } ?? false
        }
        let stored = feeding.reduce(UInt64(0)) { $0 + outcome.copies[$1] }
        guard stored != sum.copies else { return }
        let difference = stored > sum.copies ? stored - sum.copies : sum.copies - stored
        sum.violations += difference
        if sum.firstViolations.count < Self.violationTexts {
            sum.firstViolations.append(
                "\(stored) messages were sent again, and \(sum.copies) of them arrived")
        }
    }

    // MARK: - Remedies

    /// Where messages are left out on purpose, every measured message that was delivered was handled
    /// or left out; with crashes or a rest in hand that cannot be said.
    func checkDrops(_ sum: inout RunOutcome.GroupFindings) {
        let remedies = plan.groups[group].remedies
        guard remedies.isActive, outcome.drained, sum.lostByCrash == 0,
            plan.groups[group].guarantee != .exactlyOnceEffects
        else { return }
        let tally = outcome.consumers.tallies[group]
        let dropped = (0..<plan.segmentCount).reduce(UInt64(0)) {
            $0 + outcome.consumers.drops[group * plan.segmentCount + $1].sum
        }
        let known = tally.handled + dropped
        guard known != tally.delivered else { return }
        sum.violations +=
            known > tally.delivered ? known - tally.delivered : tally.delivered - known
        if sum.firstViolations.count < Self.violationTexts {
            sum.firstViolations.append(
                "\(tally.delivered) messages were delivered, \(tally.handled) handled and "
                    + "\(dropped) left out")
        }
    }

    // MARK: - Words

    /// The first thing that was wrong in the partition.
    private func text(
        _ partition: Partition, dropped: UInt64, redeliveries: UInt64
    ) -> String? {
        let incidents = partition.lane.incidents
        if let first = partition.found.first { return first }
        if guarantee == .exactlyOnceEffects, let first = incidents.firstEffect { return first }
        if dropped > 0, guarantee == .atLeastOnce || guarantee == .exactlyOnceEffects,
            let first = incidents.dropped.min(by: { $0.value.offset < $1.value.offset })
        {
            return "producer \(first.key.producer): message \(first.key.sequence) was delivered "
                + "and never handled"
        }
        guard redeliveries > 0 else { return nil }
        return "\(partition.lane.redeliveriesDue) deliveries were due again, and "
            + "\(partition.lane.redelivered + partition.lane.redeliveriesTaken) came"
    }
}
