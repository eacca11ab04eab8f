import Synchronization
import UrrPlatform

/// A view of one log's memory: pointers and limits, no ownership. Trivial, so that an appender or a
/// reader can hold a copy without a reference count; the `PartitionLog` keeps the memory alive.
@usableFromInline
struct LogMemory: @unchecked Sendable {
    @usableFromInline typealias Word = UnsafeMutablePointer<Atomic<Int64>>
    @usableFromInline typealias Pair = UnsafeMutablePointer<Atomic<WordPair>>

    let base: UnsafeMutableRawPointer
    let rings: LogRings
    @usableFromInline let isShared: Bool
    @usableFromInline let overwrites: Bool
    let recordCapacity: Int64
    let maximumMessageBytes: Int
    let maximumGroups: Int
    let retentionBytes: Int?
    let retentionTime: Nanoseconds?

    init(base: UnsafeMutableRawPointer, layout: LogLayout, configuration: LogConfiguration) {
        self.base = base
        rings = LogRings(base: base, layout: layout, configuration: configuration)
        isShared = configuration.appender == .shared
        overwrites = configuration.whenFull == .overwrite
        recordCapacity = Int64(configuration.recordCapacity)
        maximumMessageBytes = configuration.maximumMessageBytes
        maximumGroups = configuration.maximumGroups
        retentionBytes = configuration.retentionBytes
        retentionTime = configuration.retentionTime
    }

    var dataCapacity: Int { rings.dataMask + 1 }

    /// Bytes of the data ring that a record of `length` takes.
    func blockByteCount(_ length: Int) -> Int {
        isShared ? LogDescriptor.byteCount(length) : LogFrame.byteCount(length)
    }

    // MARK: Words that several threads use

    private func word(_ offset: Int) -> Word {
        (base + offset).assumingMemoryBound(to: Atomic<Int64>.self)
    }

    private func pair(_ offset: Int) -> Pair {
        (base + offset).assumingMemoryBound(to: Atomic<WordPair>.self)
    }

    /// End of what an exclusive appender has published.
    var published: Word { word(LogLayout.publishedOffset) }
    /// The next place that a shared appender may claim.
    var claim: Pair { pair(LogLayout.claimOffset) }
    /// The oldest record that is not given free, and where it is; in an exclusive log the position
    /// is where a reader goes on to it, in a shared log the end of the record before it.
    var freed: Pair { pair(LogLayout.freedOffset) }
    /// The oldest retained offset as readers check it.
    var earliest: Word { word(LogLayout.earliestOffset) }

    /// First byte of a group's line; the slot `maximumGroups` is for queries.
    func group(_ slot: Int) -> UnsafeMutableRawPointer {
        base + LogLayout.groupsOffset + slot * falseSharingByteCount
    }

    /// The word of a group's line that holds records for as long as a call lasts.
    func pin(_ line: UnsafeMutableRawPointer) -> Word {
        (line + LogLayout.pinInGroup).assumingMemoryBound(to: Atomic<Int64>.self)
    }

    /// The word of a group's line that says what was handled, and, under back-pressure, holds all
    /// that was not.
    func committed(_ line: UnsafeMutableRawPointer) -> Word {
        (line + LogLayout.committedInGroup).assumingMemoryBound(to: Atomic<Int64>.self)
    }

    /// The offset behind the newest record: published, or, in a shared log, claimed.
    func endOffset() -> Offset {
        // Acquires the records of an exclusive log; those of a shared one have their own marks.
        isShared
            ? LogPlace(claim.pointee.load(ordering: .acquiring)).offset
            : published.pointee.load(ordering: .acquiring)
    }

    /// Writes the configuration and the empty state into fresh, zeroed memory.
    func initialize(_ configuration: LogConfiguration) {
        func write(_ value: UInt64, at offset: Int) {
            (base + offset).storeBytes(of: value, as: UInt64.self)
        }
        write(LogLayout.magic, at: LogLayout.magicOffset)
        write(UInt64(configuration.dataCapacity), at: LogLayout.dataCapacityOffset)
        write(UInt64(configuration.recordCapacity), at: LogLayout.recordCapacityOffset)
        write(UInt64(configuration.maximumGroups), at: LogLayout.groupCountOffset)
        write((isShared ? 1 : 0) | (overwrites ? 2 : 0), at: LogLayout.modeOffset)
        write(LogLayout.lapBit, at: LogLayout(configuration).endOffset + LogLayout.bitsInHeader)
        for slot in 0...maximumGroups {
            let line = group(slot) - base
            write(UInt64(Int64.max), at: line + LogLayout.committedInGroup)
            write(UInt64(Int64.max), at: line + LogLayout.pinInGroup)
        }
    }
}

/// An offset and the data position that goes with it; two words of memory.
struct LogPlace: Equatable {
    var offset: Offset
    var position: Int

    init(offset: Offset, position: Int) {
        self.offset = offset
        self.position = position
    }

    init(_ pair: WordPair) {
        offset = Offset(bitPattern: UInt64(pair.first))
        position = Int(bitPattern: pair.second)
    }

    var pair: WordPair {
        WordPair(first: UInt(bitPattern: Int(offset)), second: UInt(bitPattern: position))
    }
}
