import Synchronization
import UrrPlatform

/// What the one appender of an exclusive log knows by itself. Only `close` writes to it from
/// another thread, and only to the two atomics.
///
/// The place of the next frame is kept as an address that only goes up until the ring ends or the
/// room does, whichever comes first, so that an append compares it with one limit and masks
/// nothing. This memory is private to the process: the log itself holds positions.
@usableFromInline
struct ExclusiveState: ~Copyable {
    // The first line is all that most appends touch.

    /// Where the next frame goes.
    @usableFromInline var frame: UnsafeMutableRawPointer
    /// The address up to which frames may be written.
    @usableFromInline var frameLimit: UInt
    @usableFromInline var nextOffset: Offset = 0
    /// The offset up to which there is room; lowered where the log is closed, so that the fast path
    /// needs no look of its own at `closed`.
    @usableFromInline let offsetLimit = Atomic<Offset>(.min)
    @usableFromInline var lastTime = Nanoseconds.min
    /// From this time on records may have outlived their retention.
    @usableFromInline var expiry = Nanoseconds.min
    @usableFromInline let maximumMessageBytes: UInt
    /// A frame's address less its data position.
    @usableFromInline var origin: UInt

    // The second line is for waypoints and for claims.

    @usableFromInline let rings: LogRings
    /// The offset that an open claim would get; void as soon as another record has it.
    @usableFromInline var claimedOffset: Offset = -1
    @usableFromInline var claimedLength = 0
    @usableFromInline var refusal = AppendResult.appended
    /// Bytes of the last batch: the next one is taken to be as large.
    @usableFromInline var batchByteCount = 0
    let closed = Atomic<Bool>(false)
    let memory: LogMemory

    init(_ memory: LogMemory) {
        self.memory = memory
        rings = memory.rings
        frame = memory.rings.data
        frameLimit = UInt(bitPattern: frame)
        origin = UInt(bitPattern: frame)
        maximumMessageBytes = UInt(memory.maximumMessageBytes)
    }

    private var nextPosition: Int { Int(bitPattern: UInt(bitPattern: frame) &- origin) }

    /// Called by any thread. Sequentially consistent, both: pairs with `open`.
    borrowing func close() {
        closed.store(true, ordering: .sequentiallyConsistent)
        offsetLimit.store(.min, ordering: .sequentiallyConsistent)
    }

    /// Sets the limit of offsets, unless the log is closed: then false.
    private borrowing func open(_ limit: Offset) -> Bool {
        // Sequentially consistent, both: either `close` lowers the limit after this store, or this
        // load sees that it was called.
        offsetLimit.store(limit, ordering: .sequentiallyConsistent)
        if !closed.load(ordering: .sequentiallyConsistent) { return true }
        offsetLimit.store(.min, ordering: .relaxed)
        return false
    }

    /// The slow half of an append: `.appended` means that there is room now for `length` bytes at
    /// `frame`.
    mutating func makeRoom(_ length: Int, _ time: Nanoseconds) -> AppendResult {
        claimedOffset = -1
        publish()
        // Relaxed: a close that happened before this call is seen. Before anything is discarded.
        if closed.load(ordering: .relaxed) { return .closed }
        guard (0...memory.maximumMessageBytes).contains(length) else { return .tooLarge }
        let size = LogFrame.byteCount(length)
        let position = rings.place(size, at: nextPosition)
        let room = memory.makeRoom(
            RoomRequest(
                offset: nextOffset, count: 1, end: position + size, time: max(time, lastTime)))
        expiry = room.expiry
        let fits = nextOffset < room.offsetLimit && position + size <= room.dataLimit
        if fits { goOn(at: position) }
        // Where this one does not fit, the next one has to ask again.
        let end = fits ? min(room.dataLimit, rings.lapStart(position + 1)) : nextPosition
        frameLimit = origin &+ UInt(bitPattern: end)
        guard open(room.offsetLimit) else { return .closed }
        return fits ? .appended : .full
    }

    /// Discards what outlived its retention, and nothing for the sake of room.
    mutating func enforceRetention(at time: Nanoseconds) {
        publish()
        expiry =
            memory.makeRoom(
                RoomRequest(
                    offset: nextOffset, count: 0, end: nextPosition, time: max(time, lastTime))
            ).expiry
    }

    /// Records that nobody can see could never be read and so never be discarded.
    private borrowing func publish() {
        // Release: as in `ExclusiveAppender.publish`.
        memory.published.pointee.store(nextOffset, ordering: .releasing)
    }

    /// Goes on at `position`; where that leaves something of the ring unused, says so where a
    /// reader would look for the next frame.
    private mutating func goOn(at position: Int) {
        if position != nextPosition {
            frame.storeBytes(
                of: LogLayout.lapBit, toByteOffset: LogLayout.bitsInHeader, as: UInt64.self)
        }
        frame = rings.byte(position)
        origin = UInt(bitPattern: frame) &- UInt(bitPattern: position)
    }
}
