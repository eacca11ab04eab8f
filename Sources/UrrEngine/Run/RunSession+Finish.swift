import UrrDriver
import UrrMeasure
import UrrPlatform

extension RunSession {
    /// Adds up what is left and checks the books. Call when every worker has ended.
    @usableFromInline
    func finish(_ director: Director, simulated: Bool) -> RunOutcome {
        let timeline = director.timeline
        collector.collectLast(
            now: timeline.drainEnd, phase: director.phase, measureStart: timeline.measureStart)
        collector.finishSeries(measureStart: timeline.measureStart)
        collector.finishLag(measureStart: timeline.measureStart)
        let outcome = collector.outcome
        outcome.simulated = simulated
        outcome.warmupStart = timeline.warmupStart
        outcome.measureStart = timeline.measureStart
        outcome.measureEnd = timeline.measureEnd
        outcome.drainEnd = timeline.drainEnd
        outcome.drained = director.drained
        outcome.interrupted = director.interrupted
        outcome.leakedBacklog = director.leakedBacklog
        outcome.idleMembers = idleMembers
        outcome.workers = (0..<plan.producerWorkers + plan.consumerWorkers).map { reports[$0] }
        let sent = bySecond(offered)
        let left = bySecond(unsent)
        outcome.unsent = left.map { $0.reduce(0, +) }
        outcome.offered = zip(sent, left).map { zip($0, $1).map { $0 + $1 } }
        var refused = RefusalBook()
        for worker in 0..<plan.producerWorkers { refused.add(refusals[worker]) }
        gatherEndings(into: outcome)
        outcome.queues = queueFindings(refused: refused, repeats: outcome.repeats)
        outcome.findings = plan.groups.indices.map { group in
            plan.groups[group].receiving == nil
                ? findings(group: group, refused: refused)
                : findings(group: group, queues: outcome.queues, refused: refused)
        }
        driver.teardown()
        return outcome
    }

    /// Sums over all workers, by entry and second.
    private func bySecond(_ counts: UnsafeMutablePointer<[Int: [UInt64]]>) -> [[UInt64]] {
        plan.producers.indices.map { entry in
            var sum = [UInt64](repeating: 0, count: plan.secondCount)
            for worker in 0..<plan.producerWorkers {
                for (second, count) in (counts[worker][entry] ?? []).enumerated() {
                    sum[second] += count
                }
            }
            return sum
        }
    }

    /// Compares what a group got with what producers sent, partition by partition.
    private func findings(group: Int, refused: RefusalBook) -> RunOutcome.GroupFindings {
        var sum = RunOutcome.GroupFindings()
        sum.undecided = refused.forgotten(plan.groups[group].topics.map { .topic($0) })
        for partition in plan.partitions(ofGroup: group) {
            let position = driver.position(group: group, of: partition)
            let unhandled = UInt64(max(0, position.endOffset - position.committedOffset))
            let found = trackers[group].findings(
                partition: plan.trackerRow(group: group, partition),
                sent: { sequences[partition.topic].row(instance: $0)[partition.partition] },
                drained: unhandled == 0,
                refused: refused.messages(
                    topic: partition.topic, partition: partition.partition))
            sum.duplicates += found.duplicates
            sum.reordered += found.reordered
            sum.undecided += found.beyondMemory
            let missed = driver.missed(group: group, of: partition)
            sum.outOfRange += missed
            sum.unhandledAtEnd += unhandled
            // What retention took is missing too, but it is accounted for.
            sum.lost += found.missing - min(found.missing, missed)
            if let first = found.first, sum.firstViolations.count < 8 {
                let topic = plan.topology.topics[partition.topic].name
                sum.firstViolations.append("\(topic), \(first)")
            }
        }
        return sum
    }
}
