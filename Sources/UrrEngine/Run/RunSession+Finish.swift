import UrrDriver
import UrrMeasure
import UrrPlatform
import UrrStore

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
        takeFaultReports(outcome, measureStart: timeline.measureStart)
        outcome.stores = plan.groups.indices.map { storeFindings(group: $0) }
        outcome.queues = queueFindings(
            refused: refused, repeats: outcome.repeats, redrives: outcome.redrives)
        outcome.findings = plan.groups.indices.map { group in
            plan.groups[group].receiving == nil
                ? findings(group: group, outcome, refused: refused)
                : findings(group: group, queues: outcome.queues, refused: refused)
        }
        outcome.shard = shardBooks(outcome.findings)
        closeServiceBooks(outcome)
        driver.teardown()
        for store in stores { store?.teardown() }
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

    /// What the members of a group asked of their store.
    private func storeFindings(group: Int) -> RunOutcome.StoreFindings? {
        guard let store = stores[group] else { return nil }
        var found = RunOutcome.StoreFindings(facts: store.facts())
        for endpoint in consumerEndpoints.joined() where endpoint.group == group {
            guard let effects = endpoint.effects else { continue }
            found.statistics.add(effects.statistics)
            found.lastFailure = found.lastFailure ?? effects.lastFailure
        }
        return found
    }

    /// Adds up what the workers know about faults.
    private func takeFaultReports(_ outcome: RunOutcome, measureStart: Nanoseconds) {
        outcome.copies = plan.producers.indices.map { entry in
            (0..<plan.producerWorkers).reduce(0) { $0 + (endings[$1].copies[entry] ?? 0) }
                + publishedAgain(entry).count
        }
        outcome.fallbacks = plan.producers.indices.map { entry in
            guard plan.producers[entry].fallback != nil else { return nil }
            var sum = FallbackFindings()
            for worker in 0..<plan.producerWorkers {
                if let found = endings[worker].fallbacks[entry] { sum.add(found) }
            }
            return sum
        }
        let reports = (0..<plan.consumerWorkers).map { endings[plan.producerWorkers + $0].faults }
        for index in outcome.redrives.indices {
            outcome.redrives[index].count(from: measureStart)
        }
        outcome.faults = reports.flatMap(\.effects).sorted { $0.at < $1.at }
        for index in outcome.faults.indices { outcome.faults[index].at -= measureStart }
        outcome.breakers = reports.flatMap(\.breakers).sorted { $0.at < $1.at }
        for index in outcome.breakers.indices { outcome.breakers[index].at -= measureStart }
        outcome.rebalances = plan.groups.indices.map { group in
            reports.reduce(0) { $0 + ($1.rebalances[group] ?? 0) }
        }
        outcome.unfinished = plan.groups.indices.map { group in
            reports.reduce(0) { $0 + ($1.unfinished[group] ?? 0) }
        }
        for pause in reports.flatMap(\.pauses) {
            outcome.rebalancePauses[pause.group].record(pause.length)
        }
    }

    /// Compares what a group got with what producers sent and what faults ask for.
    private func findings(
        group: Int, _ outcome: RunOutcome, refused: RefusalBook
    ) -> RunOutcome.GroupFindings {
        guard plan.verifies else { return unverified(group) }
        let audit = GroupAudit(
            plan: plan, group: group, outcome: outcome, mayRepeat: Driver.semantics.mayRepeat,
            isOrdered: Driver.semantics.ordering != .none)
        var found = audit.findings(
            partitions(ofGroup: group, refused: refused),
            undecided: refused.forgotten(plan.groups[group].topics.map { .topic($0) }))
        audit.checkDrops(&found)
        return found
    }

    /// What is known where nothing was checked: what the driver says.
    private func unverified(_ group: Int) -> RunOutcome.GroupFindings {
        var findings = RunOutcome.GroupFindings()
        for partition in books[group].partitions {
            let position = driver.position(group: group, of: partition)
            findings.unhandledAtEnd += UInt64(
                max(0, position.endOffset - position.committedOffset))
            findings.outOfRange += driver.missed(group: group, of: partition)
        }
        return findings
    }

    /// What the books and the driver say of each partition of a group.
    private func partitions(ofGroup group: Int, refused: RefusalBook) -> [GroupAudit.Partition] {
        books[group].partitions.enumerated().map { row, partition in
            let position = driver.position(group: group, of: partition)
            let unread = UInt64(max(0, position.endOffset - position.committedOffset))
            let found = trackers[group].findings(
                partition: row,
                sent: { sequences[partition.topic].row(instance: $0)[partition.partition] },
                drained: unread == 0,
                refused: refused.messages(
                    topic: partition.topic, partition: partition.partition))
            return GroupAudit.Partition(
                topic: plan.topology.topics[partition.topic].name, number: partition.partition,
                lane: books[group].lane(row).pointee, found: found, unread: unread,
                committedOffset: position.committedOffset,
                missed: driver.missed(group: group, of: partition))
        }
    }
}
