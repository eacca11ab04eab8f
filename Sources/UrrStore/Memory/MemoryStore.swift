import Glibc
import Synchronization
import UrrPlatform

/// Keys in this process's memory: bounded, with expiry, shared by all sessions of a group. It
/// stands for a fast cache beside the consumers; a crash of a consumer does not empty it.
///
/// A session that records holds the table of its group for the length of one batch: a spin lock,
/// taken once a batch and never across a wait, since a group's members may run on any worker.
public final class MemoryStore: IdempotencyStore {
    /// The word that selects it in a workload file.
    public static let name = "memory"

    private let capacity: Int
    private let expiry: Nanoseconds
    private let tables = Mutex<[String: SharedTable]>([:])

    /// Keeps up to `capacity` keys (1 to 2^30) a group, each for `expiry` nanoseconds (at least
    /// 1). A key given up for room before that is counted as an eviction.
    public init(capacity: Int, expiry: Nanoseconds) throws(StoreError) {
        guard capacity >= 1, capacity <= 1 << 30, expiry >= 1 else {
            throw StoreError(
                store: Self.name, place: "this process",
                reason: "capacity must be 1 to \(1 << 30) and expiry at least 1 ns,"
                    + " got \(capacity) and \(expiry)")
        }
        self.capacity = capacity
        self.expiry = expiry
    }

    /// Forgets everything of earlier runs.
    public func provision(run: String) throws(StoreError) {
        tables.withLock { $0.removeAll() }
    }

    /// A session of the group; the first one of a group maps its table.
    public func makeSession(scope: String) throws(StoreError) -> StoreSession {
        let capacity = capacity
        let expiry = expiry
        let result = tables.withLock { tables -> Result<SharedTable, MemoryError> in
            if let table = tables[scope] { return .success(table) }
            do throws(MemoryError) {
                let table = SharedTable(try EventTable(capacity: capacity, expiry: expiry))
                tables[scope] = table
                return .success(table)
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let table): return MemorySession(table)
        case .failure(let error):
            throw StoreError(
                store: Self.name, place: "this process", reason: error.description)
        }
    }

    /// Capacity and expiry.
    public func facts() -> [String: String] {
        [
            "capacity": String(capacity),
            "expiry": expiry == .max ? "never" : "\(expiry) ns", "durability": "memory",
        ]
    }

    /// Forgets everything.
    public func teardown() {
        tables.withLock { $0.removeAll() }
    }
}

/// A table and the lock around it.
final class SharedTable: @unchecked Sendable {
    private var table: EventTable
    private let isHeld = Atomic<Bool>(false)

    init(_ table: consuming EventTable) {
        self.table = table
    }

    func withTable(_ body: (inout EventTable) -> Void) {
        // Acquiring, to see what the last holder wrote: pairs with the releasing store below.
        while isHeld.exchange(true, ordering: .acquiring) {
            waitUntilFree()
        }
        body(&table)
        // Releasing, so that the next holder sees the table: pairs with the exchange above.
        isHeld.store(false, ordering: .releasing)
    }

    /// Spins for about as long as a batch takes, then gives the processor away each time: the
    /// holder may be a thread of the same core.
    private func waitUntilFree() {
        var rounds = 0
        while isHeld.load(ordering: .relaxed) {
            rounds += 1
            if rounds < 200 { pauseProcessor() } else { sched_yield() }
        }
    }
}

/// Answers at `begin`; `poll` hands the answers over.
final class MemorySession: StoreSession {
    private let table: SharedTable
    private let answers: UnsafeMutablePointer<Bool>
    private var pending = 0

    init(_ table: SharedTable, batchLimit: Int = 4096) {
        self.table = table
        answers = .allocate(capacity: batchLimit)
        answers.initialize(repeating: false, count: batchLimit)
        super.init(batchLimit: batchLimit)
    }

    deinit { answers.deallocate() }

    override func begin(
        _ operation: StoreOperation, _ keys: UnsafeBufferPointer<EventKey>, now: Nanoseconds
    ) {
        invariant(pending == 0 && keys.count <= batchLimit, "one batch at a time, within the limit")
        pending = keys.count
        var known: UInt64 = 0
        table.withTable { table in
            let evictionsBefore = table.evictions
            for index in 0..<keys.count {
                let isKnown: Bool
                switch operation {
                case .lookUp: isKnown = table.contains(keys[index], now: now)
                case .record: isKnown = table.insert(keys[index], now: now)
                }
                answers[index] = isKnown
                known += isKnown ? 1 : 0
            }
            statistics.evictions += table.evictions - evictionsBefore
        }
        statistics.known += known
        statistics.keys += UInt64(keys.count)
        statistics.batches += 1
    }

    override func poll(now: Nanoseconds, into known: UnsafeMutablePointer<Bool>) -> StoreProgress {
        known.update(from: answers, count: pending)
        pending = 0
        return .done
    }
}
