import Synchronization
import UrrPlatform

/// The private state of all handles that a log made, and who is attached. Guarded by the log's
/// mutex; nothing here is touched by the hot path.
struct LogHandles: ~Copyable {
    /// Each handle's state has its own pair of cache lines.
    private static let blockByteCount = falseSharingByteCount

    private var exclusive: UnsafeMutablePointer<ExclusiveState>?
    private var shared: [UnsafeMutablePointer<SharedState>] = []
    private var readers: [UnsafeMutablePointer<ReaderState>] = []
    private var isClosed = false
    /// For each slot the serial number of the group that is attached there.
    private var serials: [Int: Int] = [:]
    private var nextSerial = 0

    init() {}

    private static func allocate() -> UnsafeMutableRawPointer {
        .allocate(byteCount: blockByteCount, alignment: falseSharingByteCount)
    }

    /// The state of the exclusive appender, or nil where it was made before.
    mutating func makeExclusive() -> UnsafeMutablePointer<ExclusiveState>? {
        if exclusive != nil { return nil }
        invariant(MemoryLayout<ExclusiveState>.size <= Self.blockByteCount, "state too large")
        let state = Self.allocate().bindMemory(to: ExclusiveState.self, capacity: 1)
        state.initialize(to: ExclusiveState())
        state.pointee.closed.store(isClosed, ordering: .relaxed)
        exclusive = state
        return state
    }

    /// The state of one more shared appender.
    mutating func makeShared() -> UnsafeMutablePointer<SharedState> {
        invariant(MemoryLayout<SharedState>.size <= Self.blockByteCount, "state too large")
        let state = Self.allocate().bindMemory(to: SharedState.self, capacity: 1)
        state.initialize(to: SharedState())
        state.pointee.closed.store(isClosed, ordering: .relaxed)
        shared.append(state)
        return state
    }

    /// The state of one more reader. A superseded reader's state is kept until the end, because
    /// nobody knows when its last call returns.
    mutating func makeReader(at offset: Offset) -> UnsafeMutablePointer<ReaderState> {
        invariant(MemoryLayout<ReaderState>.size <= Self.blockByteCount, "state too large")
        let state = Self.allocate().bindMemory(to: ReaderState.self, capacity: 1)
        state.initialize(to: ReaderState(position: offset, knownEnd: offset, committed: offset))
        readers.append(state)
        return state
    }

    mutating func close() {
        isClosed = true
        // Relaxed: an append that happens after this call sees it; nothing else hangs on it.
        if let exclusive { exclusive.pointee.closed.store(true, ordering: .relaxed) }
        for state in shared { state.pointee.closed.store(true, ordering: .relaxed) }
    }

    /// Takes the first free slot below `maximum`.
    mutating func attach(below maximum: Int) -> GroupCursor? {
        guard let slot = (0..<maximum).first(where: { serials[$0] == nil }) else { return nil }
        serials[slot] = nextSerial
        nextSerial += 1
        return GroupCursor(slot: slot, serial: nextSerial - 1)
    }

    func isAttached(_ group: GroupCursor) -> Bool { serials[group.slot] == group.serial }

    mutating func detach(_ group: GroupCursor) { serials[group.slot] = nil }

    mutating func deallocate() {
        if let exclusive {
            exclusive.deinitialize(count: 1)
            UnsafeMutableRawPointer(exclusive).deallocate()
        }
        for state in shared {
            state.deinitialize(count: 1)
            UnsafeMutableRawPointer(state).deallocate()
        }
        for state in readers { UnsafeMutableRawPointer(state).deallocate() }
    }
}
