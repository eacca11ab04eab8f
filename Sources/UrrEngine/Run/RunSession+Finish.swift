import UrrDriver
import UrrMeasure
import UrrPlatform

extension RunSession {
    /// Adds up what is left and checks the books. Call when every worker has ended.
    @usableFromInline
    func finish(_ director: Director, simulated: Bool) -> RunOutcome {
        let timeline = director.timeline
        collector.collectLast(now: clock.now(), measureStart: timeline.measureStart)
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
        for worker in 0..<plan.producerWorkers {
            for (entry, count) in unsent[worker] { outcome.unsent[entry] += count }
        }
        outcome.offered = plan.producers.indices.map { entry in
            var sum = [UInt64](repeating: 0, count: Int(plan.measure / nanosecondsPerSecond) + 2)
            for worker in 0..<plan.producerWorkers {
                for (second, count) in (offered[worker][entry] ?? []).enumerated() {
                    sum[second] += count
                }
            }
            return sum
        }
        var refused = RefusalBook()
        for worker in 0..<plan.producerWorkers { refused.add(refusals[worker]) }
        outcome.findings = plan.groups.indices.map { findings(group: $0, refused: refused) }
        driver.teardown()
        return outcome
    }

    /// Compares what a group got with what producers sent, partition by partition.
    private func findings(group: Int, refused: RefusalBook) -> RunOutcome.GroupFindings {
        var sum = RunOutcome.GroupFindings()
        sum.undecided = refused.forgotten(topics: plan.groups[group].topics)
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
