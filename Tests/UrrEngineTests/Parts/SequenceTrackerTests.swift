import Testing
import UrrPlatform

@testable import UrrEngine

struct SequenceTrackerTests {
    /// Delivers `sequences` of producer 0 in partition 0; says which were first deliveries.
    @discardableResult
    private func deliver(
        _ tracker: SequenceTracker, _ sequences: [UInt64], partition: Int = 0, producer: UInt16 = 0
    ) -> [Bool] {
        sequences.map {
            tracker.deliver(partition: partition, producer: producer, sequence: $0)
        }
    }

    private func findings(
        _ tracker: SequenceTracker, sent: UInt64, partition: Int = 0, drained: Bool = true
    ) -> SequenceTracker.Findings {
        tracker.findings(partition: partition, sent: { _ in sent }, drained: drained)
    }

    @Test func inOrderNothingIsWrong() {
        let tracker = SequenceTracker(partitions: 1, producers: 1)
        #expect(deliver(tracker, Array(0..<1000)).allSatisfy { $0 })
        let found = findings(tracker, sent: 1000)
        #expect(found.duplicates == 0 && found.reordered == 0 && found.missing == 0)
        #expect(found.beyondMemory == 0 && found.first == nil)
    }

    @Test func aGapThatStaysIsMissing() {
        let tracker = SequenceTracker(partitions: 1, producers: 1)
        #expect(deliver(tracker, [0, 1, 4, 5]) == [true, true, true, true])
        let found = findings(tracker, sent: 6)
        #expect(found.missing == 2 && found.reordered == 0 && found.duplicates == 0)
        #expect(found.first == "producer 0: expected message 2, got 4")
    }

    @Test func aGapThatIsFilledWasOnlyReordered() {
        let tracker = SequenceTracker(partitions: 1, producers: 1)
        #expect(deliver(tracker, [0, 3, 2, 1, 4]).allSatisfy { $0 })
        let found = findings(tracker, sent: 5)
        #expect(found.missing == 0 && found.reordered == 2 && found.duplicates == 0)
    }

    @Test func aGapIsFilledFromAnywhere() {
        for middle in 1..<6 as Range<UInt64> {
            let tracker = SequenceTracker(partitions: 1, producers: 1)
            deliver(tracker, [0, 6, middle])
            #expect(findings(tracker, sent: 7).missing == 4)
            #expect(deliver(tracker, [middle]) == [false])
            let rest = (1..<6).filter { $0 != middle }
            #expect(deliver(tracker, rest).allSatisfy { $0 })
            let found = findings(tracker, sent: 7)
            #expect(found.missing == 0 && found.reordered == 5 && found.duplicates == 1)
        }
    }

    @Test func repeatedMessagesAreDuplicates() {
        let tracker = SequenceTracker(partitions: 1, producers: 1)
        #expect(deliver(tracker, [0, 1, 1, 0, 2]) == [true, true, false, false, true])
        let found = findings(tracker, sent: 3)
        #expect(found.duplicates == 2 && found.missing == 0 && found.reordered == 0)
        #expect(found.first == "producer 0: message 1 again")
    }

    @Test func theEndIsMissingOnlyWhereEverythingWasRead() {
        let tracker = SequenceTracker(partitions: 1, producers: 1)
        deliver(tracker, [0, 1, 2])
        #expect(findings(tracker, sent: 5, drained: false).missing == 0)
        let found = findings(tracker, sent: 5)
        #expect(found.missing == 2)
        #expect(found.first == "producer 0: messages 3 to 4 never arrived")
    }

    @Test func partitionsAndProducersAreKeptApart() {
        let tracker = SequenceTracker(partitions: 3, producers: 20)
        for partition in 0..<3 {
            for producer in 0..<20 as Range<UInt16> where (partition, producer) != (1, 17) {
                let all = deliver(tracker, [0, 1, 2], partition: partition, producer: producer)
                #expect(all == [true, true, true])
            }
        }
        deliver(tracker, [0, 2, 2], partition: 1, producer: 17)
        for partition in [0, 2] {
            let found = findings(tracker, sent: 3, partition: partition)
            #expect(found.missing == 0 && found.duplicates == 0 && found.first == nil)
        }
        let found = findings(tracker, sent: 3, partition: 1)
        #expect(found.missing == 1 && found.duplicates == 1 && found.reordered == 0)
        #expect(found.first == "producer 17: expected message 1, got 2")
    }

    @Test func moreGapsThanAreKeptAreCountedAsUndecided() {
        let gaps = UInt64(SequenceTracker.maximumGaps) + 10
        let tracker = SequenceTracker(partitions: 1, producers: 1)
        deliver(tracker, (0..<gaps).map { $0 * 2 + 1 })
        var found = findings(tracker, sent: gaps * 2)
        #expect(found.missing == gaps && found.beyondMemory == 10)
        // The newest gaps are still known, the ten oldest are not.
        #expect(deliver(tracker, [gaps * 2 - 2, 20]) == [true, true])
        #expect(deliver(tracker, [0]) == [false])
        found = findings(tracker, sent: gaps * 2)
        #expect(found.reordered == 2 && found.missing == gaps - 2 && found.beyondMemory == 10)
    }

    @Test func gapsThatAreSplitDoNotGrowBeyondTheLimit() {
        let limit = UInt64(SequenceTracker.maximumGaps)
        let tracker = SequenceTracker(partitions: 1, producers: 1)
        // Gaps of three messages each, as many as are kept; then the middle of some arrives.
        deliver(tracker, (0..<limit).map { $0 * 4 + 3 })
        deliver(tracker, (limit - 100..<limit).map { $0 * 4 + 1 })
        // Each split is one gap more: a hundred of the oldest have to go.
        var found = findings(tracker, sent: limit * 4)
        #expect(found.beyondMemory == 300)
        #expect(found.missing == limit * 3 - 100 && found.reordered == 100)
        deliver(tracker, [limit * 4 + 1])
        found = findings(tracker, sent: limit * 4 + 2)
        #expect(found.beyondMemory == 303)
    }

    /// Any deliveries at all, against sets.
    @Test(arguments: 0..<40)
    func agreesWithSets(seed: Int) {
        let random = IndexedRandom(seed: UInt64(seed), stream: "deliveries")
        let partitions = 2
        let producers = 3
        let tracker = SequenceTracker(partitions: partitions, producers: producers)
        var model = SetChecker(partitions: partitions, producers: producers)
        for step in 0..<1200 as Range<UInt64> {
            let partition = Int(random[step * 4] % UInt64(partitions))
            let producer = Int(random[step * 4 + 1] % UInt64(producers))
            let sequence = model.next(
                partition, producer, jump: random[step * 4 + 2], choice: random[step * 4 + 3])
            let isFirst = tracker.deliver(
                partition: partition, producer: UInt16(producer), sequence: sequence)
            #expect(isFirst == model.deliver(partition, producer, sequence))
        }
        for partition in 0..<partitions {
            for drained in [false, true] {
                let found = tracker.findings(
                    partition: partition, sent: { model.sent(partition, $0) }, drained: drained)
                #expect(found.duplicates == model.duplicates[partition])
                #expect(found.reordered == model.reordered[partition])
                #expect(found.missing == model.missing(partition, drained: drained))
                #expect(found.beyondMemory == 0)
                #expect(found.first != nil)
            }
        }
    }
}

/// The same checks with a set of all numbers seen: slow, and plainly right.
private struct SetChecker {
    private var seen: [[Set<UInt64>]]
    private(set) var duplicates: [UInt64]
    private(set) var reordered: [UInt64]

    init(partitions: Int, producers: Int) {
        seen = Array(
            repeating: Array(repeating: [], count: producers), count: partitions)
        duplicates = Array(repeating: 0, count: partitions)
        reordered = duplicates
    }

    private func end(_ partition: Int, _ producer: Int) -> UInt64 {
        seen[partition][producer].max().map { $0 + 1 } ?? 0
    }

    /// Mostly the next number, at times one a little ahead or any earlier one.
    func next(_ partition: Int, _ producer: Int, jump: UInt64, choice: UInt64) -> UInt64 {
        let end = end(partition, producer)
        switch choice % 10 {
        case 0: return end + 1 + jump % 5
        case 1...3 where end > 0: return end - 1 - jump % min(end, 12)
        default: return end
        }
    }

    mutating func deliver(_ partition: Int, _ producer: Int, _ sequence: UInt64) -> Bool {
        let isLate = sequence < end(partition, producer)
        guard seen[partition][producer].insert(sequence).inserted else {
            duplicates[partition] += 1
            return false
        }
        if isLate { reordered[partition] += 1 }
        return true
    }

    /// Each producer sent a few more than were seen.
    func sent(_ partition: Int, _ producer: Int) -> UInt64 {
        end(partition, producer) + UInt64(producer)
    }

    func missing(_ partition: Int, drained: Bool) -> UInt64 {
        seen[partition].indices.reduce(0) { sum, producer in
            let total = drained ? sent(partition, producer) : end(partition, producer)
            return sum + total - UInt64(seen[partition][producer].count)
        }
    }
}
