import Testing
import UrrLog
import UrrPlatform

@Suite struct AssignmentTests {
    static let strategies: [AssignmentStrategy] = [.range, .roundRobin, .sticky]

    @Test(arguments: strategies)
    func givesEachPartitionToOneMember(_ strategy: AssignmentStrategy) {
        for members in 1...9 {
            for partitions in 0...20 {
                let lists = strategy.assign(
                    partitions: partitions, owned: Array(repeating: [], count: members))
                #expect(lists.count == members)
                #expect(lists.joined().sorted() == Array(0..<partitions))
                let sizes = lists.map(\.count)
                #expect(sizes.max()! - sizes.min()! <= 1)
            }
        }
    }

    @Test func nobodyGetsNothing() {
        for strategy in Self.strategies {
            #expect(strategy.assign(partitions: 5, owned: []) == [])
        }
    }

    @Test func rangesAreContiguous() {
        #expect(rangeAssignment(partitions: 7, members: 3) == [[0, 1, 2], [3, 4], [5, 6]])
        #expect(rangeAssignment(partitions: 2, members: 3) == [[0], [1], []])
    }

    @Test func roundRobinDeals() {
        #expect(roundRobinAssignment(partitions: 7, members: 3) == [[0, 3, 6], [1, 4], [2, 5]])
    }

    @Test func stickyKeepsWhatItCan() {
        #expect(
            stickyAssignment(partitions: 6, owned: [[0, 1, 2], [3, 4, 5], []])
                == [[0, 1], [3, 4], [2, 5]])
        // The larger share stays with the one who has it.
        #expect(
            stickyAssignment(partitions: 5, owned: [[0, 1], [2, 3, 4]]) == [[0, 1], [2, 3, 4]])
        // What is owned twice, or is no partition, counts for nobody else.
        #expect(stickyAssignment(partitions: 2, owned: [[0, 1], [1, 7, -1]]) == [[0], [1]])
    }

    /// Compares with every even division: none keeps more partitions where they were.
    @Test func stickyMovesTheFewest() {
        let random = IndexedRandom(seed: 1, stream: "sticky")
        for round in 0..<300 {
            let members = 1 + Int(random[UInt64(round * 100)] % 3)
            let partitions = Int(random[UInt64(round * 100 + 1)] % 6)
            var owned = [[Int]](repeating: [], count: members)
            for partition in 0..<partitions {
                let owner = Int(random[UInt64(round * 100 + 2 + partition)] % UInt64(members + 1))
                if owner < members { owned[owner].append(partition) }
            }
            let lists = stickyAssignment(partitions: partitions, owned: owned)
            #expect(lists.joined().sorted() == Array(0..<partitions))
            let sizes = lists.map(\.count)
            #expect(sizes.max()! - sizes.min()! <= 1)
            let kept = zip(lists, owned).map { Set($0).intersection($1).count }.reduce(0, +)
            #expect(kept == Self.mostKept(partitions, owned))
        }
    }

    private static func mostKept(_ partitions: Int, _ owned: [[Int]]) -> Int {
        var most = 0
        var choice = [Int](repeating: 0, count: partitions)
        while true {
            var sizes = [Int](repeating: 0, count: owned.count)
            for member in choice { sizes[member] += 1 }
            if sizes.max()! - sizes.min()! <= 1 {
                let kept = choice.indices.filter { owned[choice[$0]].contains($0) }.count
                most = max(most, kept)
            }
            guard let next = choice.lastIndex(where: { $0 < owned.count - 1 }) else { return most }
            choice[next] += 1
            for index in choice.indices where index > next { choice[index] = 0 }
        }
    }
}
