#if DEBUG || URR_SCHEDULE_FUZZ
import Synchronization
import UrrPlatform

/// What this module uses instead of `Synchronization.Atomic` in a test build, by having the same
/// name: the same operations, each with a chance of a pause before it. Same size, same alignment,
/// so it lies in the same memory.
@usableFromInline
struct Atomic<Value: AtomicRepresentable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let plain: Synchronization.Atomic<Value>

    @usableFromInline
    init(_ value: Value) { plain = Synchronization.Atomic(value) }
}

typealias Mutex = FuzzedMutex

// The orderings that this module uses. Values, where those of Synchronization have to be literals
// at the call.

@usableFromInline
enum FuzzedLoadOrdering { case relaxed, acquiring, sequentiallyConsistent }

@usableFromInline
enum FuzzedStoreOrdering { case relaxed, releasing, sequentiallyConsistent }

@usableFromInline
enum FuzzedUpdateOrdering { case relaxed, acquiringAndReleasing, sequentiallyConsistent }

enum FuzzedCountOrdering { case relaxed }

// What Synchronization has once for each size cannot be said for all sizes at once.

/// Numbers.
extension Atomic where Value.AtomicRepresentation == Int64.AtomicRepresentation {
    @inlinable
    func load(ordering: FuzzedLoadOrdering) -> Value {
        ScheduleFuzz.step()
        return switch ordering {
        case .relaxed: plain.load(ordering: .relaxed)
        case .acquiring: plain.load(ordering: .acquiring)
        case .sequentiallyConsistent: plain.load(ordering: .sequentiallyConsistent)
        }
    }

    @inlinable
    func store(_ value: Value, ordering: FuzzedStoreOrdering) {
        ScheduleFuzz.step()
        switch ordering {
        case .relaxed: plain.store(value, ordering: .relaxed)
        case .releasing: plain.store(value, ordering: .releasing)
        case .sequentiallyConsistent: plain.store(value, ordering: .sequentiallyConsistent)
        }
    }

    @inlinable
    func compareExchange(
        expected: Value, desired: Value, ordering: FuzzedUpdateOrdering
    ) -> (exchanged: Bool, original: Value) {
        ScheduleFuzz.step()
        return switch ordering {
        case .relaxed:
            plain.compareExchange(expected: expected, desired: desired, ordering: .relaxed)
        case .acquiringAndReleasing:
            plain.compareExchange(
                expected: expected, desired: desired, ordering: .acquiringAndReleasing)
        case .sequentiallyConsistent:
            plain.compareExchange(
                expected: expected, desired: desired, ordering: .sequentiallyConsistent)
        }
    }
}

extension Atomic where Value == Int64 {
    func wrappingAdd(
        _ operand: Int64, ordering: FuzzedCountOrdering
    ) -> (oldValue: Int64, newValue: Int64) {
        ScheduleFuzz.step()
        return plain.wrappingAdd(operand, ordering: .relaxed)
    }
}

extension Atomic where Value == Int {
    func wrappingAdd(
        _ operand: Int, ordering: FuzzedCountOrdering
    ) -> (oldValue: Int, newValue: Int) {
        ScheduleFuzz.step()
        return plain.wrappingAdd(operand, ordering: .relaxed)
    }
}

/// Flags.
extension Atomic where Value == Bool {
    @inlinable
    func load(ordering: FuzzedLoadOrdering) -> Bool {
        ScheduleFuzz.step()
        return switch ordering {
        case .relaxed: plain.load(ordering: .relaxed)
        case .acquiring: plain.load(ordering: .acquiring)
        case .sequentiallyConsistent: plain.load(ordering: .sequentiallyConsistent)
        }
    }

    @inlinable
    func store(_ value: Bool, ordering: FuzzedStoreOrdering) {
        ScheduleFuzz.step()
        switch ordering {
        case .relaxed: plain.store(value, ordering: .relaxed)
        case .releasing: plain.store(value, ordering: .releasing)
        case .sequentiallyConsistent: plain.store(value, ordering: .sequentiallyConsistent)
        }
    }
}

/// Places.
extension Atomic where Value == WordPair {
    @inlinable
    func load(ordering: FuzzedLoadOrdering) -> WordPair {
        ScheduleFuzz.step()
        return switch ordering {
        case .relaxed: plain.load(ordering: .relaxed)
        case .acquiring: plain.load(ordering: .acquiring)
        case .sequentiallyConsistent: plain.load(ordering: .sequentiallyConsistent)
        }
    }

    @inlinable
    func compareExchange(
        expected: WordPair, desired: WordPair, ordering: FuzzedUpdateOrdering
    ) -> (exchanged: Bool, original: WordPair) {
        ScheduleFuzz.step()
        return switch ordering {
        case .relaxed:
            plain.compareExchange(expected: expected, desired: desired, ordering: .relaxed)
        case .acquiringAndReleasing:
            plain.compareExchange(
                expected: expected, desired: desired, ordering: .acquiringAndReleasing)
        case .sequentiallyConsistent:
            plain.compareExchange(
                expected: expected, desired: desired, ordering: .sequentiallyConsistent)
        }
    }
}
#endif
