import UrrPlatform

extension SequenceTracker {
    /// What one partition's deliveries came to.
    public struct Findings: Sendable {
        /// Deliveries beyond the first.
        public var duplicates: UInt64 = 0
        /// Deliveries after a later message of the same producer and partition.
        public var reordered: UInt64 = 0
        /// Messages passed over and never seen, including `beyondMemory`, without refused ones.
        public var missing: UInt64 = 0
        /// Messages in gaps given up because too many were open: not told apart any more.
        public var beyondMemory: UInt64 = 0
        /// The first thing that was wrong, in words.
        public var first: String?

        /// Nothing wrong.
        public init() {}
    }

    /// Findings for a partition; `sent[p]` is how many messages producer `p` sent to it. Messages
    /// after the last one delivered are missing too if `drained`. Call when the owner has ended.
    public func findings(partition: Int, sent: (Int) -> UInt64, drained: Bool) -> Findings {
        findings(partition: partition, sent: sent, drained: drained, refused: [])
    }

    /// The same, where the target refused some of the messages: those are not missing.
    func findings(
        partition: Int, sent: (Int) -> UInt64, drained: Bool, refused: Set<RefusedMessage>
    ) -> Findings {
        let row = irregularities(partition)
        var open = row.gaps
        if drained {
            for producer in 0..<producers {
                let seen = expected[partition * stride + producer]
                guard seen < sent(producer) else { continue }
                open.append(Gap(producer: UInt16(producer), from: seen, to: sent(producer)))
            }
        }
        var result = Findings()
        result.duplicates = row.duplicates
        result.reordered = row.reordered
        result.beyondMemory = row.abandonedGapMessages
        result.missing = open.reduce(row.abandonedGapMessages) { $0 + ($1.to - $1.from) }
        if !refused.isEmpty {
            let explained = refused.count { message in open.contains { $0.holds(message) } }
            result.missing -= UInt64(explained)
        }
        result.first = first(in: row, open: open, tails: open.count - row.gaps.count, refused)
        return result
    }

    /// Sequence numbers of one producer that were delivered, ascending: all that were expected, but
    /// for open gaps. Gaps that were given up count as delivered; they are in `beyondMemory`. Call
    /// when the owner has ended.
    func received(partition: Int, producer: Int) -> [Range<UInt64>] {
        var from: UInt64 = 0
        var ranges: [Range<UInt64>] = []
        let gaps = irregularities(partition).gaps.filter { Int($0.producer) == producer }
        for gap in gaps.sorted(by: { $0.from < $1.from }) {
            if gap.from > from { ranges.append(from..<gap.from) }
            from = gap.to
        }
        let end = expected[partition * stride + producer]
        if end > from { ranges.append(from..<end) }
        return ranges
    }

    /// The first irregularity that refusals do not explain.
    private func first(
        in row: Irregularities, open: [Gap], tails: Int, _ refused: Set<RefusedMessage>
    ) -> String? {
        func isExplained(_ gap: Gap) -> Bool {
            gap.to - gap.from <= UInt64(refused.count)
                && (gap.from..<gap.to).allSatisfy {
                    refused.contains(RefusedMessage(producer: gap.producer, sequence: $0))
                }
        }
        let gap = row.firstGap.flatMap { isExplained($0) ? nil : Self.text(passedOver: $0) }
        let again = row.firstRepeated.map {
            "producer \($0.producer): message \($0.from) again"
        }
        if let text = row.beganWithRepeated ? again ?? gap : gap ?? again { return text }
        if let gap = open.dropLast(tails).first(where: { !isExplained($0) }) {
            return Self.text(passedOver: gap)
        }
        if row.reordered > 0 {
            return "\(row.reordered) messages came after a later one of their producer"
        }
        return open.suffix(tails).first { !isExplained($0) }.map {
            "producer \($0.producer): messages \($0.from) to \($0.to - 1) never arrived"
        }
    }

    private static func text(passedOver gap: Gap) -> String {
        "producer \(gap.producer): expected message \(gap.from), got \(gap.to)"
    }
}
