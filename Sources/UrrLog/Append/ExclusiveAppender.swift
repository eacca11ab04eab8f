import Synchronization
import UrrPlatform

/// What the one appender of an exclusive log knows by itself; only `closed` is written by others.
@usableFromInline
struct ExclusiveState: ~Copyable {
    @usableFromInline var nextOffset: Offset = 0
    @usableFromInline var nextPosition = 0
    /// The cached room: reloaded only when nothing of it is left.
    @usableFromInline var offsetLimit: Offset = 0
    @usableFromInline var dataLimit = 0
    @usableFromInline var expiry = Nanoseconds.min
    @usableFromInline var lastTime = Nanoseconds.min
    @usableFromInline var claimedLength = -1
    @usableFromInline let closed = Atomic<Bool>(false)
    @usableFromInline var refusal = AppendResult.appended

    init() {}
}

/// The only appender of an exclusive log. One thread at a time.
///
/// A handle without ownership: trivial to copy and free of reference counts; every copy is the same
/// appender, and the `PartitionLog` that made it must outlive it. Appended records become visible
/// with `publish()`: one release store for as many records as were appended since the last one.
public struct ExclusiveAppender: @unchecked Sendable {
    @usableFromInline let state: UnsafeMutablePointer<ExclusiveState>
    @usableFromInline let memory: LogMemory

    init(state: UnsafeMutablePointer<ExclusiveState>, memory: LogMemory) {
        self.state = state
        self.memory = memory
    }

    /// The offset that the next record gets.
    @inlinable
    public var nextOffset: Offset { state.pointee.nextOffset }

    /// Why the last `claim` answered nil.
    @inlinable
    public var lastRefusal: AppendResult { state.pointee.refusal }

    /// Copies `payload` into the log; readers see it after `publish()`.
    ///
    /// A time before that of the previous record counts as that time, so that times never fall with
    /// the offset. An open claim is dropped. A refused append publishes what was appended before.
    @inlinable
    @inline(__always)
    public func append(
        _ payload: UnsafeRawBufferPointer, keyHash: UInt32, time: Nanoseconds
    ) -> AppendResult {
        let length = payload.count
        let position = memory.place(LogMemory.padded(length), at: state.pointee.nextPosition)
        if !hasRoom(length, position, time) {
            let result = makeRoom(length, time)
            if result != .appended { return result }
        }
        if let source = payload.baseAddress {
            copyPayload(to: memory.data + (position & memory.dataMask), from: source, count: length)
        }
        finish(length, position, keyHash, time)
        return .appended
    }

    /// Makes every record appended or committed so far visible to readers.
    @inlinable
    @inline(__always)
    public func publish() {
        // Releases descriptors and payloads; pairs with the acquire of readers.
        memory.published.pointee.store(state.pointee.nextOffset, ordering: .releasing)
    }

    /// Room for a payload of `byteCount` bytes, to be filled in place and then committed; nil where
    /// it is refused (`lastRefusal` tells why). Aligned to 8. Consumes nothing until `commit`; a
    /// further `claim` or `append` drops it.
    @inlinable
    @inline(__always)
    public func claim(byteCount: Int) -> UnsafeMutableRawPointer? {
        state.pointee.claimedLength = -1
        let position = memory.place(LogMemory.padded(byteCount), at: state.pointee.nextPosition)
        if byteCount < 0 || !hasRoom(byteCount, position, state.pointee.lastTime) {
            let result = makeRoom(byteCount, state.pointee.lastTime)
            if result != .appended {
                state.pointee.refusal = result
                return nil
            }
        }
        state.pointee.claimedLength = byteCount
        return memory.data + (position & memory.dataMask)
    }

    /// Appends the record that was filled in since `claim`. False where nothing is claimed.
    @inlinable
    @inline(__always)
    @discardableResult
    public func commit(keyHash: UInt32, time: Nanoseconds) -> Bool {
        let length = state.pointee.claimedLength
        if length < 0 { return false }
        let position = memory.place(LogMemory.padded(length), at: state.pointee.nextPosition)
        finish(length, position, keyHash, time)
        return true
    }

    /// Gives a claim back; it leaves no trace. False where nothing is claimed.
    @discardableResult
    public func abort() -> Bool {
        let wasClaimed = state.pointee.claimedLength >= 0
        state.pointee.claimedLength = -1
        return wasClaimed
    }

    /// Discards what outlived its retention at `time`, as an append would: for a log that is idle.
    public func enforceRetention(at time: Nanoseconds) {
        _ = makeRoom(0, time)
    }

    @inlinable
    @inline(__always)
    func hasRoom(_ length: Int, _ position: Int, _ time: Nanoseconds) -> Bool {
        state.pointee.nextOffset < state.pointee.offsetLimit
            && position &+ LogMemory.padded(length) <= state.pointee.dataLimit
            && time < state.pointee.expiry && length <= memory.maximumMessageBytes
            // Relaxed: a close that happened before this call is seen; nothing else hangs on it.
            && !state.pointee.closed.load(ordering: .relaxed)
    }

    @inlinable
    @inline(__always)
    func finish(_ length: Int, _ position: Int, _ keyHash: UInt32, _ time: Nanoseconds) {
        let offset = state.pointee.nextOffset
        let descriptor = memory.descriptor(offset)
        let time = max(time, state.pointee.lastTime)
        // Release: a query that sees this time also sees that the former record was discarded.
        LogMemory.time(descriptor).pointee.store(time, ordering: .releasing)
        // Relaxed: ordered by the release store of `published`.
        LogMemory.position(descriptor).pointee.store(position, ordering: .relaxed)
        LogMemory.keyAndLength(descriptor).pointee.store(
            UInt64(keyHash) &<< 32 | UInt64(truncatingIfNeeded: length), ordering: .relaxed)
        state.pointee.lastTime = time
        state.pointee.nextOffset = offset &+ 1
        state.pointee.nextPosition = position &+ LogMemory.padded(length)
        state.pointee.claimedLength = -1
    }

    /// The slow half of an append: `.appended` means that there is room now.
    @inline(never)
    @usableFromInline
    func makeRoom(_ length: Int, _ time: Nanoseconds) -> AppendResult {
        if state.pointee.closed.load(ordering: .relaxed) { return .closed }
        guard (0...memory.maximumMessageBytes).contains(length) else { return .tooLarge }
        // Records that nobody can see could never be read and so never be discarded.
        publish()
        let size = LogMemory.padded(length)
        let position = memory.place(size, at: state.pointee.nextPosition)
        let offset = state.pointee.nextOffset
        let request = RoomRequest(
            offset: offset, count: 1, end: position + size, time: max(time, state.pointee.lastTime))
        guard let room = memory.makeRoom(request) else { return .full }
        state.pointee.offsetLimit = room.offsetLimit
        state.pointee.dataLimit = room.dataLimit
        state.pointee.expiry = room.expiry
        return offset < room.offsetLimit && position + size <= room.dataLimit ? .appended : .full
    }
}
