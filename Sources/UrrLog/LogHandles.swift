import Synchronization
import UrrPlatform

/// The private state of all handles that a log made, and who is attached. Guarded by the log's
/// mutex; nothing here is touched by the hot path.
struct LogHandles: ~Copyable {
    private let memory: LogMemory

    private var exclusive: UnsafeMutablePointer<ExclusiveState>?
    private var shared: [UnsafeMutablePointer<SharedState>] = []
    private var readers: [UnsafeMutablePointer<ReaderState>] = []
    /// Of each session that ever was, and of each producer the last one.
    private var sessions: [UnsafeMutablePointer<ProducerState>] = []
    private var producers: [Int64: UnsafeMutablePointer<ProducerState>] = [:]
    private var isClosed = false
    /// For each slot the serial number of the group that is attached there.
    private var serials: [Int: Int] = [:]
    private var nextSerial = 0

    init(_ memory: LogMemory) { self.memory = memory }

    /// Memory for one state that shares no pair of cache lines with anything else.
    private static func allocate<State: ~Copyable>(
        _ type: State.Type
    ) -> UnsafeMutablePointer<State> {
        let line = falseSharingByteCount
        let byteCount = (MemoryLayout<State>.size + line - 1) / line * line
        return UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: line)
            .bindMemory(to: State.self, capacity: 1)
    }

    /// The state of the exclusive appender, or nil where it was made before.
    mutating func makeExclusive() -> UnsafeMutablePointer<ExclusiveState>? {
        if exclusive != nil { return nil }
        let state = Self.allocate(ExclusiveState.self)
        state.initialize(to: ExclusiveState(memory))
        if isClosed { state.pointee.close() }
        exclusive = state
        return state
    }

    /// The state of one more shared appender.
    mutating func makeShared() -> UnsafeMutablePointer<SharedState> {
        let state = Self.allocate(SharedState.self)
        state.initialize(to: SharedState(memory))
        state.pointee.closed.store(isClosed, ordering: .relaxed)
        shared.append(state)
        return state
    }

    /// The state of one more reader. A superseded reader's state is kept until the end, because
    /// nobody knows when its last call returns.
    mutating func makeReader(
        at place: LogPlace, reset: OffsetReset
    ) -> UnsafeMutablePointer<ReaderState> {
        let state = Self.allocate(ReaderState.self)
        state.initialize(to: ReaderState(memory, at: place, reset: reset))
        readers.append(state)
        return state
    }

    /// The state of a session that follows those that the producer had. They are kept until the
    /// end, as those of readers.
    mutating func openProducer(
        _ id: Int64
    ) -> UnsafeMutablePointer<ProducerState> {
        closeProducer(id)
        let state = Self.allocate(ProducerState.self)
        let epoch = producers[id].map { $0.pointee.epoch + 1 } ?? 0
        state.initialize(to: ProducerState(id: id, epoch: epoch, memory))
        sessions.append(state)
        producers[id] = state
        return state
    }

    /// False where no session of the producer is open.
    @discardableResult
    func closeProducer(_ id: Int64) -> Bool {
        guard let state = producers[id], !state.pointee.isFenced.load(ordering: .relaxed) else {
            return false
        }
        // Release: a session that sees it finds all that its successor was told of.
        state.pointee.isFenced.store(true, ordering: .releasing)
        return true
    }

    mutating func close() {
        isClosed = true
        if let exclusive { exclusive.pointee.close() }
        // Relaxed: an append that happens after this call sees it; nothing else hangs on it.
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
        for state in sessions {
            state.deinitialize(count: 1)
            UnsafeMutableRawPointer(state).deallocate()
        }
    }
}
