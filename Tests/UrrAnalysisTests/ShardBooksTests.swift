import Testing
import UrrResults

@testable import UrrAnalysis

@Suite struct ShardBooksTests {
    private func shard(
        _ number: Int, sent: [(Int, UInt64)], received: [(Int, [[UInt64]])]
    ) -> ShardRecord {
        ShardRecord(
            number: number, count: 2,
            sent: sent.map {
                SentMessages(topic: "events", partition: 0, producer: $0.0, count: $0.1)
            },
            received: received.map {
                ReceivedMessages(
                    group: 0, topic: "events", partition: 0, producer: $0.0, ranges: $0.1)
            }, lostByCrash: [0])
    }

    private func balance(_ shards: [ShardRecord]) -> ShardBooks.Balance {
        ShardBooks(shards, groups: 1).balance(group: 0, topics: ["events"])
    }

    /// A partition moves from one generator's member to another's in the middle.
    @Test func whatOneSendsAndAnotherReceivesIsNotLost() {
        let shards = [
            shard(1, sent: [(0, 10)], received: [(0, [[0, 4]]), (1, [[0, 7]])]),
            shard(2, sent: [(1, 7)], received: [(0, [[4, 10]])]),
        ]
        #expect(balance(shards) == ShardBooks.Balance())
    }

    @Test func lossAndRepetitionDoNotCancel() {
        let shards = [
            shard(1, sent: [(0, 10)], received: [(0, [[0, 4], [5, 6]])]),
            shard(2, sent: [], received: [(0, [[2, 4], [6, 9]])]),
        ]
        // 4 and 9 are missing; 2 and 3 came to both.
        #expect(balance(shards) == ShardBooks.Balance(missing: 2, again: 2))
    }

    @Test func odditiesInFilesDoNotTrap() {
        let shards = [
            shard(1, sent: [(0, 5)], received: [(0, [[7], [9, 3], [0, 100]])]),
            shard(2, sent: [], received: [(3, [[0, 2]])]),
        ]
        #expect(balance(shards) == ShardBooks.Balance())
    }
}
