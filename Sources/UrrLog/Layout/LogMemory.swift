import Synchronization
import UrrPlatform

/// The rings of a log: what every message touches.
@usableFromInline
struct LogRings: @unchecked Sendable {
    @usableFromInline let index: UnsafeMutableRawPointer
    @usableFromInline let data: UnsafeMutableRawPointer
    @usableFromInline let recordMask: Int64
    @usableFromInline let dataMask: Int
    /// Bytes of a descriptor, as a shift.
    @usableFromInline let descriptorShift: Int
    /// Where the position of the first slot is, and how far those of two slots are apart.
    let places: UnsafeMutableRawPointer
    let placeShift: Int

    init(base: UnsafeMutableRawPointer, layout: LogLayout, configuration: LogConfiguration) {
        index = base + layout.indexOffset
        data = base + layout.dataOffset
        recordMask = Int64(configuration.recordCapacity) - 1
        dataMask = configuration.dataCapacity - 1
        if configuration.appender == .shared {
            descriptorShift = LogLayout.sharedShift
            places = index + LogLayout.positionInDescriptor
            placeShift = LogLayout.sharedShift
        } else {
            descriptorShift = LogLayout.exclusiveShift
            places = base + layout.placesOffset
            placeShift = LogLayout.placeShift
        }
    }

    /// The descriptor of `offset`.
    @inlinable
    @inline(__always)
    func descriptor(_ offset: Offset) -> UnsafeMutableRawPointer {
        index + (Int(offset & recordMask) &<< descriptorShift)
    }

    /// The word that holds the data position of `offset`.
    func place(_ offset: Offset) -> UnsafeMutablePointer<Atomic<Int>> {
        (places + (Int(offset & recordMask) &<< placeShift))
            .assumingMemoryBound(to: Atomic<Int>.self)
    }

    /// The first data position at or after `position` that lies at the start of the ring. Out of
    /// line, so that callers branch: a conditional move would put the sum of both ways on the chain
    /// from one record to the next.
    @inline(never)
    @usableFromInline
    func lapStart(_ position: Int) -> Int { (position + dataMask) & ~dataMask }
}

/// A view of one log's memory: pointers and masks, no ownership. Trivial, so that copying it into
/// an appender or a reader costs no reference count; the `PartitionLog` keeps the memory alive.
@usableFromInline
struct LogMemory: @unchecked Sendable {
    @usableFromInline typealias Word = UnsafeMutablePointer<Atomic<Int64>>
    @usableFromInline typealias Pair = UnsafeMutablePointer<Atomic<WordPair>>

    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let rings: LogRings
    let maximumMessageBytes: Int
    @usableFromInline let isShared: Bool
    @usableFromInline let overwrites: Bool
    let maximumGroups: Int
    let retentionBytes: Int?
    let retentionTime: Nanoseconds?

    init(base: UnsafeMutableRawPointer, layout: LogLayout, configuration: LogConfiguration) {
        self.base = base
        rings = LogRings(base: base, layout: layout, configuration: configuration)
        maximumMessageBytes = configuration.maximumMessageBytes
        isShared = configuration.appender == .shared
        overwrites = configuration.whenFull == .overwrite
        maximumGroups = configuration.maximumGroups
        retentionBytes = configuration.retentionBytes
        retentionTime = configuration.retentionTime
    }

    var recordCapacity: Int64 { rings.recordMask + 1 }
    var dataCapacity: Int { rings.dataMask + 1 }

    // MARK: Shared words

    @inlinable
    @inline(__always)
    func word(_ offset: Int) -> Word {
        (base + offset).assumingMemoryBound(to: Atomic<Int64>.self)
    }

    /// End of what an exclusive appender has published.
    @inlinable
    @inline(__always)
    var published: Word { word(LogLayout.publishedOffset) }
    /// Next {offset, data position} that a shared appender may claim.
    @inlinable
    @inline(__always)
    var claim: Pair {
        (base + LogLayout.claimOffset).assumingMemoryBound(to: Atomic<WordPair>.self)
    }
    /// Oldest retained offset, and the data position up to which bytes are free.
    var freed: Pair {
        (base + LogLayout.freedOffset).assumingMemoryBound(to: Atomic<WordPair>.self)
    }
    /// Oldest retained offset as readers check it.
    @inlinable
    @inline(__always)
    var earliest: Word { word(LogLayout.earliestOffset) }

    /// First byte of a group's line.
    func group(_ slot: Int) -> UnsafeMutableRawPointer {
        base + LogLayout.groupsOffset + slot * falseSharingByteCount
    }

    /// The word of a group that keeps records from being discarded: its committed offset under
    /// back-pressure, its pin where the log overwrites. `Int64.max` holds nothing.
    func hold(_ slot: Int) -> Word {
        let field = overwrites ? LogLayout.pinInGroup : LogLayout.committedInGroup
        return (group(slot) + field).assumingMemoryBound(to: Atomic<Int64>.self)
    }

    // MARK: Descriptors

    func descriptor(_ offset: Offset) -> UnsafeMutableRawPointer { rings.descriptor(offset) }

    @inlinable
    @inline(__always)
    static func time(_ descriptor: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Atomic<Int64>> {
        (descriptor + LogLayout.timeInDescriptor).assumingMemoryBound(to: Atomic<Int64>.self)
    }

    @inlinable
    @inline(__always)
    static func keyAndLength(
        _ descriptor: UnsafeMutableRawPointer
    ) -> UnsafeMutablePointer<Atomic<UInt64>> {
        (descriptor + LogLayout.lengthInDescriptor).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    /// The position, which a descriptor of a shared log has in it.
    @inlinable
    @inline(__always)
    static func positionInShared(
        _ descriptor: UnsafeMutableRawPointer
    ) -> UnsafeMutablePointer<Atomic<Int>> {
        (descriptor + LogLayout.positionInDescriptor).assumingMemoryBound(to: Atomic<Int>.self)
    }

    @inlinable
    @inline(__always)
    static func mark(_ descriptor: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Atomic<UInt64>>
    {
        (descriptor + LogLayout.markInDescriptor).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    /// Bytes of the data ring that a payload of `length` takes.
    @inlinable
    @inline(__always)
    static func padded(_ length: Int) -> Int { (length &+ 7) & ~7 }

    /// Where a block of `size` bytes starts that is placed at or after `position`: records are
    /// never split, so a block that does not fit before the end of the ring starts at its start.
    func place(_ size: Int, at position: Int) -> Int {
        position & rings.dataMask &+ size > dataCapacity ? rings.lapStart(position) : position
    }

    /// The data position behind the record at `offset`, whose descriptor must be written.
    func endPosition(_ offset: Offset) -> Int {
        let word = Self.keyAndLength(descriptor(offset)).pointee.load(ordering: .relaxed)
        let length = Int(truncatingIfNeeded: word & LogLayout.lengthMask)
        return rings.place(offset).pointee.load(ordering: .relaxed) &+ Self.padded(length)
    }
}
