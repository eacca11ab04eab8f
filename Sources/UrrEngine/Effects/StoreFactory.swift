import UrrStore
import UrrWorkload

/// How a run gets the stores that its groups name. The engine itself has only the one in memory;
/// whoever starts the run brings the others.
public struct StoreFactory: Sendable {
    /// Makes the store that a group names; not connected yet.
    public let make: @Sendable (IdempotencySpec) throws(StoreError) -> any IdempotencyStore

    /// A factory that calls `make`.
    public init(
        _ make: @escaping @Sendable (IdempotencySpec) throws(StoreError) -> any IdempotencyStore
    ) {
        self.make = make
    }

    /// The store in memory, and no other.
    public static let memory = StoreFactory { (spec) throws(StoreError) in
        guard spec.store == .memory else {
            throw StoreError(
                store: spec.store.rawValue, place: spec.place ?? "no place",
                reason: "only the store in memory can be had here")
        }
        return try MemoryStore(capacity: spec.capacity, expiry: spec.expiry ?? .max)
    }
}
