import Glibc

extension WorkloadSpec {
    /// Facts about a sound workload that a user would want to know.
    var notes: [String] { idleMemberNotes + clampedSizeNotes + queueNotes }

    private var idleMemberNotes: [String] {
        consumers.compactMap { consumer in
            if consumer.receiving != nil { return nil }
            let partitions = consumer.topicIndexes.map { topics[$0].partitions }
            // Ranges are cut per topic, so a member is busy if any topic reaches it.
            let busy = min(consumer.instances, partitions.max() ?? 0)
            let idle = consumer.instances - busy
            if idle == 0 { return nil }
            return "\(idle) of \(consumer.instances) members of \(consumer.group) stay idle: "
                + "its topics have at most \(busy) partitions"
        }
    }

    private var clampedSizeNotes: [String] {
        producers.compactMap { producer in
            guard case .lognormal = producer.messageSize else { return nil }
            let maximum = maximumMessageSize(of: producer.target)
            let share = producer.messageSize.clampedShare(maximumMessageSize: maximum)
            if share < 0.001 { return nil }
            let percent = (share * 1000).rounded() / 10
            return "\(percent) % of the message sizes of \(producer.name) are clamped to "
                + "\(WorkloadLimits.smallestMessageBytes) or \(maximum) bytes"
        }
    }
}

extension SizeSpec {
    /// The probability that a size is clamped to the trace header's or to `maximumMessageSize`;
    /// 0 for all but log-normal sizes.
    public func clampedShare(maximumMessageSize: Int) -> Double {
        guard case .lognormal(let mean, let sigma) = self, sigma > 0 else { return 0 }
        let location = log(mean) - sigma * sigma / 2
        func below(_ size: Int) -> Double {
            0.5 * erfc(-(log(Double(size)) - location) / (sigma * 2.0.squareRoot()))
        }
        return below(WorkloadLimits.smallestMessageBytes) + 1 - below(maximumMessageSize)
    }
}
