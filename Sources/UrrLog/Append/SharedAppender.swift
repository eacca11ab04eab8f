import CUrrPlatform
import Synchronization
import UrrPlatform

/// What one shared appender knows by itself; only `closed` is written by others.
@usableFromInline
struct SharedState: ~Copyable {
    /// The cached room: reloaded only when nothing of it is left.
    @usableFromInline var offsetLimit: Offset = 0
    @usableFromInline var dataLimit = 0
    @usableFromInline var expiry = Nanoseconds.min
    @usableFromInline let maximumMessageBytes: Int
    /// Half of the data ring: more may never fit, depending on where the ring stands.
    @usableFromInline let largestBlock: Int
    @usableFromInline let rings: LogRings
    @usableFromInline var lastTime = Nanoseconds.min
    /// What this appender left in the claim: what is there now, if no other one came between.
    @usableFromInline var lastClaim = WordPair(first: 0, second: 0)
    @usableFromInline let closed = Atomic<Bool>(false)
    @usableFromInline var refusal = AppendResult.appended
    let memory: LogMemory

    init(_ memory: LogMemory) {
        self.memory = memory
        maximumMessageBytes = memory.maximumMessageBytes
        largestBlock = memory.dataCapacity / 2
        rings = memory.rings
    }

    mutating func makeRoom(
        _ count: Int64, _ length: Int, _ size: Int, _ time: Nanoseconds
    ) -> AppendResult {
        if closed.load(ordering: .relaxed) { return .closed }
        guard (0...maximumMessageBytes).contains(length), count <= memory.recordCapacity,
            size <= largestBlock
        else { return .tooLarge }
        // Relaxed: a place, and nothing that is stored in it.
        let next = LogPlace(memory.claim.pointee.load(ordering: .relaxed))
        let end = rings.place(size, at: next.position) + size
        let room = memory.makeRoom(
            RoomRequest(offset: next.offset, count: count, end: end, time: time))
        offsetLimit = room.offsetLimit
        dataLimit = room.dataLimit
        expiry = room.expiry
        return next.offset + count <= offsetLimit && end <= dataLimit ? .appended : .full
    }

    /// Discards what outlived its retention, and nothing for the sake of room.
    mutating func enforceRetention(at time: Nanoseconds) {
        let next = LogPlace(memory.claim.pointee.load(ordering: .relaxed))
        expiry =
            memory.makeRoom(
                RoomRequest(offset: next.offset, count: 0, end: next.position, time: time)
            ).expiry
    }
}

/// A record that a shared appender holds: fill `payload`, then commit or abort it, once.
@frozen
public struct SharedClaim: @unchecked Sendable {
    /// The offset that the record has, committed or not.
    public let offset: Offset
    /// The bytes to fill, aligned to 16.
    public let payload: UnsafeMutableRawBufferPointer

    @inlinable
    init(offset: Offset, payload: UnsafeMutableRawBufferPointer) {
        self.offset = offset
        self.payload = payload
    }
}

/// One of several appenders of a shared log: one for each thread.
///
/// A handle without ownership, like `ExclusiveAppender`. Appenders do not wait for each other: each
/// marks its own records, and readers go as far as there is no gap. A thread that stops between
/// claim and commit stops the readers at that record (`PartitionLog.blockedOffset()`), never the
/// other appenders before the log is full.
public struct SharedAppender: @unchecked Sendable {
    @usableFromInline let state: UnsafeMutablePointer<SharedState>
    @usableFromInline let claim: LogMemory.Pair

    init(state: UnsafeMutablePointer<SharedState>) {
        self.state = state
        claim = state.pointee.memory.claim
    }

    /// Why the last `claim` or `claimBatch` answered nil.
    @inlinable
    public var lastRefusal: AppendResult { state.pointee.refusal }

    /// Copies `payload` into the log. Readers see it as soon as all records before it are finished.
    /// Times are kept as given: between threads they may fall with the offset by as much as the
    /// threads are apart.
    @inlinable
    @inline(__always)
    public func append(
        _ payload: UnsafeRawBufferPointer, keyHash: UInt32, time: Nanoseconds
    ) -> AppendResult {
        let length = payload.count
        var place = Place()
        let result = reserve(1, length, LogDescriptor.byteCount(length), time, &place)
        if result != .appended { return result }
        let descriptor = state.pointee.rings.descriptor(place.offset)
        hold(descriptor, place.offset, place.position, UInt64(truncatingIfNeeded: length))
        if let source = payload.baseAddress {
            let target = state.pointee.rings.byte(place.position)
            copyPayload(to: target, from: source, count: length)
        }
        finish(descriptor, place.offset, length, keyHash, time)
        return .appended
    }

    /// Claims one record of `byteCount` bytes to be filled in place; nil where it is refused
    /// (`lastRefusal` tells why).
    @inlinable
    @inline(__always)
    public func claim(byteCount: Int) -> SharedClaim? {
        var place = Place()
        let size = byteCount < 0 ? Int.max : LogDescriptor.byteCount(byteCount)
        let result = reserve(1, byteCount, size, state.pointee.lastTime, &place)
        if result != .appended {
            state.pointee.refusal = result
            return nil
        }
        hold(
            state.pointee.rings.descriptor(place.offset), place.offset, place.position,
            UInt64(truncatingIfNeeded: byteCount))
        return SharedClaim(
            offset: place.offset,
            payload: UnsafeMutableRawBufferPointer(
                start: state.pointee.rings.byte(place.position), count: byteCount))
    }

    /// Claims `count` records of `byteCount` bytes with one atomic operation; nil where that is
    /// refused. All of them lie together, so `count` times 16 more than `byteCount`, each rounded up
    /// to 16, must be at most half of the data capacity, and `count` at most the record capacity.
    @inlinable
    @inline(__always)
    public func claimBatch(count: Int, byteCount: Int) -> SharedBatch? {
        var place = Place()
        let stride = LogFrame.byteCount(byteCount)
        let total = stride.multipliedReportingOverflow(by: count)
        let size = total.overflow || count <= 0 || byteCount < 0 ? Int.max : total.partialValue
        let result = reserve(Int64(count), byteCount, size, state.pointee.lastTime, &place)
        if result != .appended {
            state.pointee.refusal = result
            return nil
        }
        prefetch(state.pointee.rings.byte(place.position), size)
        var done = 0
        while done < count {
            let offset = place.offset &+ Int64(done)
            let part = min(count &- done, LogLayout.batchLimit)
            hold(
                state.pointee.rings.descriptor(offset), offset, place.position &+ done &* stride,
                LogDescriptor.batchBits(part, byteCount))
            done &+= part
        }
        return SharedBatch(
            self, firstOffset: place.offset, count: count,
            frame: state.pointee.rings.byte(place.position), byteCount: byteCount)
    }

    /// Makes a claimed record readable. False where it was committed or aborted before.
    @inlinable
    @inline(__always)
    @discardableResult
    public func commit(_ claim: SharedClaim, keyHash: UInt32, time: Nanoseconds) -> Bool {
        let descriptor = state.pointee.rings.descriptor(claim.offset)
        if !isHeld(descriptor, claim.offset) { return false }
        state.pointee.lastTime = time
        finish(descriptor, claim.offset, claim.payload.count, keyHash, time)
        return true
    }

    /// Gives a claimed record up: its offset stays used, and readers pass over it and count it.
    /// False where it was committed or aborted before.
    @inlinable
    @discardableResult
    public func abort(_ claim: SharedClaim) -> Bool {
        let descriptor = state.pointee.rings.descriptor(claim.offset)
        if !isHeld(descriptor, claim.offset) { return false }
        // Releases the descriptor; pairs with the acquire of readers.
        LogDescriptor.mark(descriptor).pointee.store(
            LogMark.aborted(claim.offset), ordering: .releasing)
        return true
    }

    /// Discards what outlived its retention at `time`, as an append would: for a log that is idle.
    /// Also of a closed log.
    public func enforceRetention(at time: Nanoseconds) {
        state.pointee.enforceRetention(at: time)
    }

    /// A place that was claimed: the first offset and its data position.
    @usableFromInline
    struct Place {
        @usableFromInline var offset: Offset = 0
        @usableFromInline var position = 0

        @inlinable
        init() {}
    }

    /// Claims `count` offsets and `size` bytes that lie together.
    @inlinable
    @inline(__always)
    func reserve(
        _ count: Int64, _ length: Int, _ size: Int, _ time: Nanoseconds, _ place: inout Place
    ) -> AppendResult {
        if size > state.pointee.largestBlock || length > state.pointee.maximumMessageBytes
            || time >= state.pointee.expiry || state.pointee.closed.load(ordering: .relaxed)
        {
            let result = makeRoom(count, length, size, time)
            if result != .appended { return result }
        }
        // A guess that is wrong costs no more than a look: the exchange that fails brings the line,
        // to be written, and what is in it. A look first would fetch the line twice.
        var seen = state.pointee.lastClaim
        var attempts = 0
        while true {
            let offset = Int64(bitPattern: UInt64(seen.first))
            var position = Int(bitPattern: seen.second)
            if position & state.pointee.rings.dataMask &+ size > state.pointee.rings.dataMask &+ 1 {
                position = state.pointee.rings.lapStart(position)
            }
            if offset &+ count > state.pointee.offsetLimit
                || position &+ size > state.pointee.dataLimit
            {
                let result = makeRoom(count, length, size, time)
                if result != .appended { return result }
                seen = claimHint()
                continue
            }
            let next = WordPair(
                first: UInt(bitPattern: Int(offset &+ count)),
                second: UInt(bitPattern: position &+ size))
            // Relaxed: the claim hands out a place and nothing that is stored in it. What makes
            // the place free was acquired in `makeRoom`.
            let result = claim.pointee.compareExchange(
                expected: seen, desired: next, ordering: .relaxed)
            if result.exchanged {
                state.pointee.lastClaim = next
                place.offset = offset
                place.position = position
                return .appended
            }
            seen = result.original
            attempts &+= 1
            if attempts > 1 { urr_pause() }
        }
    }

    /// Asks for the lines that a batch will write, all at once instead of each in its turn.
    @inlinable
    @inline(__always)
    func prefetch(_ base: UnsafeMutableRawPointer, _ byteCount: Int) {
        var ahead = 0
        while ahead < min(byteCount, 4096) {
            urr_prefetch_for_write(base + ahead)
            ahead &+= 64
        }
    }

    /// Writes what must be known of a claim even if its appender goes no further: `bits` has its
    /// length, or that it is a batch.
    @inlinable
    @inline(__always)
    func hold(
        _ descriptor: UnsafeMutableRawPointer, _ offset: Offset, _ position: Int, _ bits: UInt64
    ) {
        LogDescriptor.position(descriptor).pointee.store(position, ordering: .relaxed)
        LogDescriptor.bits(descriptor).pointee.store(bits, ordering: .relaxed)
        // Releases the two above to `abandon` and to appenders that pass over aborted records.
        LogDescriptor.mark(descriptor).pointee.store(LogMark.claimed(offset), ordering: .releasing)
    }

    @inlinable
    @inline(__always)
    func isHeld(_ descriptor: UnsafeMutableRawPointer, _ offset: Offset) -> Bool {
        LogDescriptor.mark(descriptor).pointee.load(ordering: .relaxed) == LogMark.claimed(offset)
    }

    @inlinable
    @inline(__always)
    func finish(
        _ descriptor: UnsafeMutableRawPointer, _ offset: Offset, _ length: Int,
        _ keyHash: UInt32, _ time: Nanoseconds
    ) {
        // Relaxed, both: ordered by the mark.
        LogDescriptor.time(descriptor).pointee.store(time, ordering: .relaxed)
        LogDescriptor.bits(descriptor).pointee.store(
            UInt64(keyHash) &<< 32 | UInt64(truncatingIfNeeded: length), ordering: .relaxed)
        // Releases descriptor and payload; pairs with the acquire of readers.
        LogDescriptor.mark(descriptor).pointee.store(
            LogMark.committed(offset), ordering: .releasing)
    }

    /// The slow half of `reserve`: `.appended` means that it is worth trying again.
    @inline(never)
    @usableFromInline
    func makeRoom(_ count: Int64, _ length: Int, _ size: Int, _ time: Nanoseconds) -> AppendResult {
        state.pointee.makeRoom(count, length, size, time)
    }

    /// The words of the claim, read one after the other: cheaper than one read of both, which
    /// takes the line like a write. The exchange that follows fails if they do not belong together.
    @inlinable
    @inline(__always)
    func claimHint() -> WordPair {
        let words = UnsafeMutableRawPointer(claim)
        let first = words.assumingMemoryBound(to: Atomic<UInt>.self)
        let second = (words + 8).assumingMemoryBound(to: Atomic<UInt>.self)
        return WordPair(
            first: first.pointee.load(ordering: .relaxed),
            second: second.pointee.load(ordering: .relaxed))
    }
}
