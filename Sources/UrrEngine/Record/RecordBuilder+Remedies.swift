import UrrMeasure
import UrrPlatform
import UrrResults

extension RecordBuilder {
    /// What a group left out in some segments, or in all of them.
    func drops(_ group: Int, segments: [Int]? = nil) -> DropTally {
        var sum = DropTally()
        for segment in segments ?? Array(1..<plan.segmentCount) {
            sum.add(outcome.consumers.drops[group * plan.segmentCount + segment])
        }
        return sum
    }

    /// What became of the messages of each topic of a group that reads several or leaves some out;
    /// nil for others.
    func bySource(_ index: Int) throws(MemoryError) -> [SourceRecord]? {
        let group = plan.groups[index]
        guard group.receiving == nil, group.topics.count > 1 || group.remedies.isActive else {
            return nil
        }
        var records: [SourceRecord] = []
        for topic in group.topics {
            let producers = plan.producers.filter { $0.topic == topic }.map(\.name)
            let own = plan.segments.filter { producers.contains($0.producer) }.map(\.index)
            let latencies = try latencies(index, segments: own)
            let drops = drops(index, segments: own)
            records.append(
                SourceRecord(
                    name: plan.topology.topics[topic].name,
                    handled: latencies.response.count + latencies.response.overflow,
                    shed: drops.shed, expired: drops.expired, shortCircuited: drops.shortCircuited,
                    latencies: latencies))
        }
        return records
    }

    /// What the circuit breakers of a group did; nil where it has none.
    func breaker(_ index: Int) -> BreakerRecord? {
        guard plan.groups[index].remedies.breaker != nil else { return nil }
        let changes = outcome.breakers.filter { $0.group == index }
        let end = outcome.drainEnd - outcome.measureStart
        var open: Nanoseconds = 0
        for (place, change) in changes.enumerated() where change.state == "open" {
            let next = changes[(place + 1)...].first { $0.member == change.member }
            open += (next?.at ?? end) - change.at
        }
        return BreakerRecord(
            opened: changes.count { $0.state == "open" }, openNs: open,
            changes: changes.map {
                BreakerChangeRecord(
                    atNs: $0.at + measureOffset, member: $0.member, state: $0.state)
            })
    }
}
