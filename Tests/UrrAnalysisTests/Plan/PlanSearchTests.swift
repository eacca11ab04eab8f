import Testing
import UrrAnalysis
import UrrResults

/// Searches over made-up systems whose smallest size is known.
struct PlanSearchTests {
    /// What a search finds in a system, and what it asked.
    private func search(
        _ rules: PlanSearch.Rules, _ holds: (PlanSize) -> Bool
    ) -> (end: PlanSearch.Request, asked: [PlanSize]) {
        var search = PlanSearch(rules)
        var asked: [PlanSize] = []
        while case .trial(let size, _) = search.request, asked.count < 1000 {
            asked.append(size)
            search.record(size, held: holds(size))
        }
        return (search.request, asked)
    }

    private func rules(
        start: Int = 1, consumers: Int = 200, partitions: Int? = 1000
    ) -> PlanSearch.Rules {
        PlanSearch.Rules(start: start, mostConsumers: consumers, mostPartitions: partitions)
    }

    @Test(arguments: [1, 7, 64, 200], [1, 2, 3, 17, 100, 199, 200])
    func ofAQueueTheFewestWorkersAreFound(start: Int, least: Int) {
        let rules = rules(start: start, partitions: nil)
        let (end, asked) = search(rules) { $0.consumers >= least }
        #expect(end == .found(PlanSize(consumers: least)))
        #expect(asked.count <= rules.mostTrials)
        #expect(Set(asked).count == asked.count)
    }

    /// The heaviest consumer may have a share of `share`, and a partition at most one of
    /// `1 / partitions`: every size is compared with the search's.
    @Test(arguments: [0.9, 0.5, 0.34, 0.3, 0.26, 0.21, 0.13, 0.1, 0.031], [1, 3, 10, 11, 13])
    func nothingSmallerHolds(share: Double, partitions: Int) {
        func holds(_ size: PlanSize) -> Bool {
            guard let count = size.partitions else { return false }
            let most = (count + size.consumers - 1) / size.consumers
            return Double(most) / Double(count) <= share && count >= partitions
        }
        let rules = rules(start: 3)
        let (end, asked) = search(rules, holds)
        guard case .found(let size) = end, let count = size.partitions else {
            Issue.record("\(end)")
            return
        }
        #expect(holds(size) && count >= size.consumers)
        // With as few consumers as plenty of partitions allow, nothing below holds.
        let fewer = (1..<size.consumers).filter { consumers in
            holds(PlanSize(consumers: consumers, partitions: 4 * consumers))
        }
        #expect(fewer.isEmpty)
        let below = PlanSize(consumers: size.consumers, partitions: count - 1)
        #expect(count == size.consumers || !holds(below), "\(size)")
        #expect(asked.count <= rules.mostTrials, "\(asked.count)")
    }

    @Test func aSystemThatNeverHoldsIsImpossibleAtTheLargestSize() {
        let (end, asked) = search(rules(start: 5, consumers: 40)) { _ in false }
        #expect(end == .impossible(PlanSize(consumers: 40, partitions: 160)))
        #expect(asked.map(\.consumers) == [5, 10, 20, 40])
    }

    @Test func consumersWithoutAPartitionAreNotTried() {
        let (end, _) = search(rules(consumers: 100, partitions: 8)) { _ in false }
        #expect(end == .impossible(PlanSize(consumers: 8, partitions: 8)))
    }

    /// Fewer consumers may hold with just the partitions that were found last.
    @Test func aNeighbourThatHoldsIsTaken() {
        let (end, _) = search(rules(start: 4, consumers: 16, partitions: 64)) { size in
            size.consumers >= 5 || size == PlanSize(consumers: 4, partitions: 5)
        }
        #expect(end == .found(PlanSize(consumers: 4, partitions: 5)))
    }

    @Test func whatIsKnownToHoldIsToldBeforeTheEnd() {
        var search = PlanSearch(rules(start: 4, partitions: nil))
        #expect(search.smallestKnown == nil)
        search.record(PlanSize(consumers: 4), held: false)
        search.record(PlanSize(consumers: 8), held: true)
        #expect(search.smallestKnown == PlanSize(consumers: 8))
    }

    // MARK: Margin

    private func margin(_ limit: Double) -> (held: Double, missed: Double?, count: Int) {
        var search = MarginSearch()
        var count = 0
        while case .trial(let factor) = search.request {
            search.record(factor, held: factor <= limit)
            count += 1
        }
        guard case .done(let held, let missed) = search.request else { return (0, nil, count) }
        return (held, missed, count)
    }

    @Test(arguments: [1.0, 1.01, 1.19, 1.5, 2, 3.7, 7.99])
    func theMarginIsFoundToItsResolution(limit: Double) throws {
        let found = margin(limit)
        let missed = try #require(found.missed)
        #expect(found.held <= limit && limit < missed)
        #expect(missed / found.held <= 1 + MarginSearch.resolution)
        #expect(found.count <= MarginSearch.mostTrials)
    }

    @Test func aMarginBeyondAllInterestIsLeftOpen() {
        let found = margin(100)
        #expect(found.held == 8 && found.missed == nil)
    }
}
