import CUrrPlatform
import Synchronization
import UrrPlatform

/// The only appender of an exclusive log. One thread at a time.
///
/// A handle without ownership: trivial to copy and free of reference counts; every copy is the same
/// appender, and the `PartitionLog` that made it must outlive it. Appended records become visible
/// with `publish()`: one release store for as many records as were appended since the last one.
public struct ExclusiveAppender: @unchecked Sendable {
    @usableFromInline let state: UnsafeMutablePointer<ExclusiveState>
    @usableFromInline let published: LogMemory.Word

    init(state: UnsafeMutablePointer<ExclusiveState>) {
        self.state = state
        published = state.pointee.memory.published
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
    /// the offset. An open claim is dropped. A refused append publishes what was appended before,
    /// whatever the reason.
    @inlinable
    @inline(__always)
    public func append(
        _ payload: UnsafeRawBufferPointer, keyHash: UInt32, time: Nanoseconds
    ) -> AppendResult {
        let length = payload.count
        if !hasRoom(length, time) {
            let result = makeRoom(length, time)
            if result != .appended { return result }
        }
        if let source = payload.baseAddress {
            let target = state.pointee.frame + LogLayout.frameHeaderByteCount
            copyPayload(to: target, from: source, count: length)
        }
        finish(length, keyHash, time)
        return .appended
    }

    /// Makes every record appended or committed so far visible to readers.
    @inlinable
    @inline(__always)
    public func publish() {
        // Releases the frames; pairs with the acquire of readers.
        published.pointee.store(state.pointee.nextOffset, ordering: .releasing)
    }

    /// Room for a payload of `byteCount` bytes, to be filled in place and then committed; nil where
    /// it is refused (`lastRefusal` tells why). Aligned to 16. Consumes nothing until `commit`; a
    /// further `claim` or `append` drops it.
    @inlinable
    @inline(__always)
    public func claim(byteCount: Int) -> UnsafeMutableRawPointer? {
        if !hasRoom(byteCount, state.pointee.lastTime) {
            let result = makeRoom(byteCount, state.pointee.lastTime)
            if result != .appended {
                state.pointee.refusal = result
                return nil
            }
        }
        state.pointee.claimedOffset = state.pointee.nextOffset
        state.pointee.claimedLength = byteCount
        return state.pointee.frame + LogLayout.frameHeaderByteCount
    }

    /// Appends the record that was filled in since `claim`. False where nothing is claimed.
    @inlinable
    @inline(__always)
    @discardableResult
    public func commit(keyHash: UInt32, time: Nanoseconds) -> Bool {
        if state.pointee.claimedOffset != state.pointee.nextOffset { return false }
        finish(state.pointee.claimedLength, keyHash, time)
        return true
    }

    /// Gives a claim back; it leaves no trace. False where nothing is claimed.
    @discardableResult
    public func abort() -> Bool {
        let wasClaimed = state.pointee.claimedOffset == state.pointee.nextOffset
        state.pointee.claimedOffset = -1
        return wasClaimed
    }

    /// Discards what outlived its retention at `time`, as an append would: for a log that is idle.
    /// Also of a closed log. Publishes what was appended before.
    public func enforceRetention(at time: Nanoseconds) {
        state.pointee.enforceRetention(at: time)
    }

    /// Asks for what `prefetch` looks at. For a thread that goes round over many logs: called for the
    /// log that comes fourth.
    @inlinable
    @inline(__always)
    public func prefetchState() {
        urr_prefetch_for_write(state)
        urr_prefetch_for_write(UnsafeMutableRawPointer(state) + 64)
    }

    /// Asks for the memory that the next records and `publish` will write. For a thread that goes
    /// round over many logs: called for the log after next, it hides most of what a change costs.
    @inlinable
    @inline(__always)
    public func prefetch() {
        urr_prefetch_for_write(published)
        let frame = state.pointee.frame
        let byteCount = LogFrame.prefetched(state.pointee.batchByteCount)
        var ahead = 0
        while ahead < byteCount {
            urr_prefetch_for_write(frame + ahead)
            ahead &+= 64
        }
    }

    @inlinable
    @inline(__always)
    func hasRoom(_ length: Int, _ time: Nanoseconds) -> Bool {
        let end = UInt(bitPattern: state.pointee.frame + LogFrame.byteCount(length))
        // Relaxed: a close that happened before this call is seen; nothing else hangs on it.
        return end <= state.pointee.frameLimit
            && state.pointee.nextOffset < state.pointee.offsetLimit.load(ordering: .relaxed)
            && time < state.pointee.expiry
            && UInt(bitPattern: length) <= state.pointee.maximumMessageBytes
    }

    /// Completes the next frame, whose payload is in place, and goes on.
    @inlinable
    @inline(__always)
    func finish(_ length: Int, _ keyHash: UInt32, _ time: Nanoseconds) {
        let frame = state.pointee.frame
        let offset = state.pointee.nextOffset
        var last = state.pointee.lastTime
        if time > last {
            last = time
            state.pointee.lastTime = time
        }
        LogFrame.write(frame, length, keyHash, last)
        LogFrame.leaveWaypoint(
            state.pointee.rings, offset, UInt(bitPattern: frame) &- state.pointee.origin, last)
        let size = LogFrame.byteCount(length)
        state.pointee.nextOffset = offset &+ 1
        state.pointee.frame = frame + size
    }

    @inline(never)
    @usableFromInline
    func makeRoom(_ length: Int, _ time: Nanoseconds) -> AppendResult {
        state.pointee.makeRoom(length, time)
    }
}
