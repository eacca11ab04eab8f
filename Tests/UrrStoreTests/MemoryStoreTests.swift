import Testing
import UrrStore

@Suite("Memory store")
struct MemoryStoreTests {
    @Test("keeps the contract of all stores")
    func contract() throws {
        try StoreContract.check(MemoryStore(capacity: 10_000, expiry: .max))
    }

    @Test("forgets a key when its time is over, not before")
    func expiry() throws {
        let store = try MemoryStore(capacity: 10, expiry: 100)
        let session = try store.makeSession(scope: "group")
        let key = StoreContract.keys([1])
        #expect(StoreContract.run(session, .record, key, now: 1000) == [false])
        #expect(StoreContract.run(session, .lookUp, key, now: 1099) == [true])
        #expect(StoreContract.run(session, .lookUp, key, now: 1100) == [false])
        #expect(session.statistics.evictions == 0)
    }

    @Test("gives up the oldest key when it is full, and counts it")
    func eviction() throws {
        let store = try MemoryStore(capacity: 3, expiry: .max)
        let session = try store.makeSession(scope: "group")
        #expect(StoreContract.run(session, .record, StoreContract.keys([1, 2, 3, 4])) != nil)
        #expect(session.statistics.evictions == 1)
        #expect(
            StoreContract.run(session, .lookUp, StoreContract.keys([1, 2, 3, 4]))
                == [false, true, true, true])
    }

    @Test("answers as a simple model does", arguments: 0..<20)
    func model(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let capacity = Int(random.next() % 50) + 1
        let expiry = Int64(random.next() % 200) + 1
        let store = try MemoryStore(capacity: capacity, expiry: expiry)
        let session = try store.makeSession(scope: "group")
        var model: [(key: UInt64, time: Int64)] = []
        var now: Int64 = 0
        for _ in 0..<5000 {
            now += Int64(random.next() % 5)
            let key = random.next() % 80
            model.removeAll { now - $0.time >= expiry }
            let isKnown = model.contains { $0.key == key }
            let operation: StoreOperation = random.next() % 3 == 0 ? .lookUp : .record
            if operation == .record, !isKnown {
                if model.count == capacity { model.removeFirst() }
                model.append((key, now))
            }
            let answer = StoreContract.run(
                session, operation, StoreContract.keys([key]), now: now)
            try #require(answer == [isKnown])
        }
    }

    @Test("sessions of several threads: each key is new exactly once")
    func threads() async throws {
        let store = try MemoryStore(capacity: 100_000, expiry: .max)
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let session = try store.makeSession(scope: "group")
                    var new = 0
                    for start in stride(from: 0, to: 20_000, by: 100) {
                        let keys = StoreContract.keys((start..<start + 100).map { UInt64($0) })
                        let known = StoreContract.run(session, .record, keys) ?? []
                        new += known.count { !$0 }
                    }
                    return new
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(total == 20_000)
    }

    @Test("refuses what cannot be", arguments: [(0, Int64(1)), (1, 0), (1 << 31, 1)])
    func refused(capacity: Int, expiry: Int64) {
        #expect(throws: StoreError.self) { try MemoryStore(capacity: capacity, expiry: expiry) }
    }
}

/// A seeded stream for the model test (SplitMix64, Steele, Lea and Flood 2014).
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
