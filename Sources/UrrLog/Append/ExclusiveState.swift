import Synchronization
import UrrPlatform

/// What the one appender of an exclusive log knows by itself. Only `close` writes to it from
/// another thread, and only to the two atomics.
///
/// The places of the next descriptor and payload are kept as addresses that only go up until a
/// ring ends or the room does, whichever comes first, so that an append compares each with one
/// limit and masks nothing. This memory is private to the process: the log itself holds offsets.
@usableFromInline
struct ExclusiveState: ~Copyable {
    // The first line is all that an append touches.

    /// Where the next descriptor goes.
    @usableFromInline var descriptor: UnsafeMutableRawPointer
    /// Where the next payload goes.
    @usableFromInline var payload: UnsafeMutableRawPointer
    /// The address up to which descriptors may be written; 0 where the log is closed, so that the
    /// fast path needs no look of its own at `closed`.
    @usableFromInline let descriptorLimit = Atomic<UInt>(0)
    /// The address up to which payloads may be written.
    @usableFromInline var payloadLimit: UInt = 0
    /// A payload's address less its data position.
    @usableFromInline var payloadOrigin: UInt
    @usableFromInline var lastTime = Nanoseconds.min
    /// From this time on records may have outlived their retention.
    @usableFromInline var expiry = Nanoseconds.min
    @usableFromInline var maximumMessageBytes: UInt

    // The second line is for publishing and claiming in place.

    /// The offset that the first descriptor of the index ring has in this lap.
    @usableFromInline var lapOffset: Offset = 0
    @usableFromInline let index: UnsafeMutableRawPointer
    /// What half a descriptor's address is less than that of its position.
    @usableFromInline let placesOrigin: UInt
    /// `LogLayout.lapBit` where the next record starts the data ring anew, else 0.
    @usableFromInline var lapBit: UInt64 = 0
    /// The descriptor of an open claim; void as soon as another record took it.
    @usableFromInline var claimed: UnsafeMutableRawPointer?
    @usableFromInline var claimedLength = 0
    @usableFromInline var refusal = AppendResult.appended
    let closed = Atomic<Bool>(false)
    let memory: LogMemory

    init(_ memory: LogMemory) {
        self.memory = memory
        index = memory.rings.index
        // Descriptors are 16 bytes and positions 8, so one address is a line of the other.
        invariant(LogLayout.exclusiveShift == LogLayout.placeShift + 1, "not half a descriptor")
        placesOrigin = UInt(bitPattern: memory.rings.places) &- UInt(bitPattern: index) / 2
        descriptor = memory.rings.index
        payload = memory.rings.data
        payloadOrigin = UInt(bitPattern: memory.rings.data)
        maximumMessageBytes = UInt(memory.maximumMessageBytes)
    }

    /// The offset of the next record.
    @inlinable
    var nextOffset: Offset {
        @inline(__always) get {
            lapOffset &+ Int64((descriptor - index) &>> LogLayout.exclusiveShift)
        }
    }

    /// The data position of the next payload, before it is known whether it fits the ring.
    var nextPosition: Int { Int(bitPattern: UInt(bitPattern: payload) &- payloadOrigin) }

    /// Called by any thread. Sequentially consistent, both: pairs with `open`.
    borrowing func close() {
        closed.store(true, ordering: .sequentiallyConsistent)
        descriptorLimit.store(0, ordering: .sequentiallyConsistent)
    }

    /// Sets the limit of descriptors, unless the log is closed: then false.
    private borrowing func open(_ limit: UInt) -> Bool {
        // Sequentially consistent, both: either `close` lowers the limit after this store, or this
        // load sees that it was called.
        descriptorLimit.store(limit, ordering: .sequentiallyConsistent)
        if !closed.load(ordering: .sequentiallyConsistent) { return true }
        descriptorLimit.store(0, ordering: .relaxed)
        return false
    }

    /// The slow half of an append: `.appended` means that there is room now for `length` bytes.
    @inline(never)
    mutating func makeRoom(_ length: Int, _ time: Nanoseconds) -> AppendResult {
        claimed = nil
        guard (0...memory.maximumMessageBytes).contains(length) else {
            return closed.load(ordering: .relaxed) ? .closed : .tooLarge
        }
        // Records that nobody can see could never be read and so never be discarded. Release: as
        // in `ExclusiveAppender.publish`.
        memory.published.pointee.store(nextOffset, ordering: .releasing)
        let size = LogMemory.padded(length)
        let position = memory.place(size, at: nextPosition)
        let request = RoomRequest(
            offset: nextOffset, count: 1, end: position + size, time: max(time, lastTime))
        guard let room = memory.makeRoom(request) else {
            return closed.load(ordering: .relaxed) ? .closed : .full
        }
        expiry = room.expiry
        let fits = nextOffset < room.offsetLimit && position + size <= room.dataLimit
        if fits && position != nextPosition { lapBit = LogLayout.lapBit }
        let isOpen = goOn(at: fits ? position : nextPosition, room)
        return isOpen ? (fits ? .appended : .full) : .closed
    }

    /// Turns offsets and positions into addresses again; false where the log is closed.
    private mutating func goOn(at position: Int, _ room: Room) -> Bool {
        let offset = nextOffset
        let rings = memory.rings
        descriptor = rings.descriptor(offset)
        lapOffset = offset & ~rings.recordMask
        payload = rings.data + (position & rings.dataMask)
        payloadOrigin = UInt(bitPattern: payload) &- UInt(bitPattern: position)
        let positions = min(room.dataLimit, rings.lapStart(position + 1)) - position
        payloadLimit = UInt(bitPattern: payload) &+ UInt(max(0, positions))
        let offsets = min(room.offsetLimit, lapOffset + memory.recordCapacity) - offset
        let records = Int(max(0, offsets)) << LogLayout.exclusiveShift
        return open(UInt(bitPattern: descriptor) &+ UInt(records))
    }
}
