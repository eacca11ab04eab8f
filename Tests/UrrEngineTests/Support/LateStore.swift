import Synchronization
import UrrPlatform
import UrrStore
import UrrWorkload

@testable import UrrEngine

/// A store that answers a batch some time after it was asked, and not at all while it is away.
/// For one thread or several; time is what the engine says it is.
final class LateStore: IdempotencyStore {
    static let name = "late"

    private let latency: Nanoseconds
    /// In the time of the run.
    private let away: Range<Nanoseconds>
    private let known = Mutex<[String: Set<EventKey>]>([:])
    /// Sessions that were ended by the engine.
    let closed = Atomic<Int>(0)

    init(latency: Nanoseconds, away: Range<Nanoseconds> = 0..<0) {
        self.latency = latency
        self.away = away
    }

    /// A factory that gives every group this store.
    var factory: StoreFactory {
        StoreFactory { (_) throws(StoreError) in self }
    }

    func provision(run: String) throws(StoreError) {}
    func facts() -> [String: String] { ["durability": "none"] }
    func teardown() {}

    func makeSession(scope: String) throws(StoreError) -> StoreSession {
        Session(self, scope: scope)
    }

    private final class Session: StoreSession {
        private let store: LateStore
        private let scope: String
        private var keys: [EventKey] = []
        private var operation = StoreOperation.lookUp
        private var asked: Nanoseconds = 0
        private var isAway = false

        init(_ store: LateStore, scope: String) {
            self.store = store
            self.scope = scope
            super.init(batchLimit: 32)
        }

        override var lastFailure: String? { statistics.outages > 0 ? "it was away" : nil }

        override func begin(
            _ operation: StoreOperation, _ keys: UnsafeBufferPointer<EventKey>, now: Nanoseconds
        ) {
            precondition(self.keys.isEmpty, "one batch at a time")
            self.keys = Array(keys)
            self.operation = operation
            asked = now
        }

        override func poll(
            now: Nanoseconds, into known: UnsafeMutablePointer<Bool>
        ) -> StoreProgress {
            if store.away.contains(now) {
                if !isAway { statistics.outages += 1 }
                isAway = true
                statistics.retries += 1
                return .pending
            }
            isAway = false
            guard now - asked >= store.latency else { return .pending }
            store.known.withLock { all in
                for (index, key) in keys.enumerated() {
                    known[index] = all[scope, default: []].contains(key)
                    if operation == .record { all[scope, default: []].insert(key) }
                }
            }
            statistics.batches += 1
            statistics.keys += UInt64(keys.count)
            keys = []
            return .done
        }

        override func close() { store.closed.wrappingAdd(1, ordering: .relaxed) }
    }
}
