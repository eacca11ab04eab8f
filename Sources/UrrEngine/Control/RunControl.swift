public import Synchronization
import UrrPlatform

/// Where a run is. Set by the director alone; workers follow.
public enum RunState: UInt32, Sendable {
    /// Workers are up and wait.
    case ready = 0
    /// Warm-up traffic flows; nothing of it is measured.
    case warmup
    /// Warm-up traffic has ended; its backlog is drained before anything is measured.
    case settle
    /// The measured schedule runs.
    case measure
    /// No new arrivals; what is under way is finished.
    case drain
    /// Workers end.
    case stop
}

/// What the director tells the workers, and what each worker tells the director.
///
/// Every cell has one writer and its own 128 bytes. The state's line is read once per round by
/// every worker and written six times in a run, so it stays in every cache.
public final class RunControl: @unchecked Sendable {
    @usableFromInline let base: UnsafeMutableRawPointer
    /// Number of producing workers, which report what they have finished.
    public let workers: Int
    /// Number of consuming workers, which report what they hold.
    public let consumers: Int

    @usableFromInline static let stateOffset = 0
    @usableFromInline static let startsOffset = 8
    @usableFromInline static let reportOffset = falseSharingByteCount

    /// A control block for `workers` producing and `consumers` consuming workers, in state
    /// `.ready`.
    public init(workers: Int, consumers: Int = 0) {
        self.workers = workers
        self.consumers = consumers
        let bytes = (workers + consumers + 1) * falseSharingByteCount
        base = .allocate(byteCount: bytes, alignment: falseSharingByteCount)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    }

    deinit { base.deallocate() }

    @inlinable
    var stateCell: UnsafeMutablePointer<Atomic<UInt32>> {
        (base + Self.stateOffset).assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    @inlinable
    func reportCell(_ worker: Int) -> UnsafeMutablePointer<Atomic<UInt32>> {
        (base + Self.reportOffset + worker &* falseSharingByteCount)
            .assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    /// The state that the director set last.
    @inlinable
    public var state: RunState {
        // Acquire: pairs with the release in `enter`, so `start(of:)` reads what was set.
        RunState(rawValue: stateCell.pointee.load(ordering: .acquiring)) ?? .stop
    }

    /// When `state` began or begins; its schedule counts from here. Valid once `self.state` has
    /// shown `state` or a later one: each instant is written once, before its state is.
    @inlinable
    public func start(of state: RunState) -> Nanoseconds {
        base.load(
            fromByteOffset: Self.startsOffset &+ 8 &* Int(state.rawValue), as: Nanoseconds.self)
    }

    /// Moves the run to `state`, whose schedule counts from `start`. Director only, and forwards
    /// only: no state is entered twice.
    public func enter(_ state: RunState, at start: Nanoseconds) {
        invariant(state.rawValue > self.state.rawValue, "states only go forwards")
        base.storeBytes(
            of: start, toByteOffset: Self.startsOffset + 8 * Int(state.rawValue),
            as: Nanoseconds.self)
        // Release: pairs with the acquire in `state`.
        stateCell.pointee.store(state.rawValue, ordering: .releasing)
    }

    /// Reports that this worker has nothing more to send in `state`.
    @inlinable
    public func reportFinished(worker: Int, state: RunState) {
        // Release: pairs with the acquire in `hasFinished`; the sends come before it.
        reportCell(worker).pointee.store(state.rawValue, ordering: .releasing)
    }

    /// Whether `worker` has nothing more to send in `state`.
    public func hasFinished(worker: Int, state: RunState) -> Bool {
        // Acquire: pairs with the release in `reportFinished`.
        reportCell(worker).pointee.load(ordering: .acquiring) >= state.rawValue
    }

    /// Reports whether a consuming worker holds messages that it has committed and not handled, or
    /// has dead letters to move back.
    @inlinable
    public func reportHolding(consumer: Int, _ holds: Bool) {
        // Release: comes before the commits that it is about, see `isHolding`.
        reportCell(workers &+ consumer).pointee.store(holds ? 1 : 0, ordering: .releasing)
    }

    /// Whether any consuming worker holds such messages. Whoever has seen their commits sees this.
    public var isHolding: Bool {
        // Acquire: pairs with the release in `reportHolding`.
        (0..<consumers).contains {
            reportCell(workers + $0).pointee.load(ordering: .acquiring) != 0
        }
    }
}
