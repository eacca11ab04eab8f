import UrrPlatform

/// What one reader knows by itself.
@usableFromInline
struct ReaderState {
    @usableFromInline var position: Offset
    /// Records before this one can be read: reloaded only when all of them were.
    @usableFromInline var knownEnd: Offset
    @usableFromInline var committed: Offset
    /// Where the next frame is: in an exclusive log, and in a shared one inside a batch.
    @usableFromInline var dataPosition: Int
    /// In a shared log the end of the batch that `dataPosition` is in.
    @usableFromInline var batchEnd = Offset.min
    /// Bytes of each payload of that batch; negative where all of it was given up.
    @usableFromInline var batchLength = 0
    /// Whether `position`, of a shared log, may be that of a record that has no descriptor.
    @usableFromInline var mayBeInside = true
    @usableFromInline let rings: LogRings
    @usableFromInline let isShared: Bool
    @usableFromInline let overwrites: Bool
    @usableFromInline var isOutOfRange = false
    @usableFromInline let published: LogMemory.Word
    @usableFromInline let earliest: LogMemory.Word
    /// Bytes of the last poll of an exclusive log: the next one is taken to be as large.
    @usableFromInline var pollByteCount = 0
    /// Bytes of the last record's frame: the next ones are taken to be as large.
    @usableFromInline var frameByteCount = 0
    @usableFromInline var aborted: UInt64 = 0
    @usableFromInline var missed: UInt64 = 0
    @usableFromInline var outOfRangeCount: UInt64 = 0
    let memory: LogMemory
    let reset: OffsetReset

    init(_ memory: LogMemory, at place: LogPlace, reset: OffsetReset) {
        self.memory = memory
        self.reset = reset
        rings = memory.rings
        isShared = memory.isShared
        overwrites = memory.overwrites
        published = memory.published
        earliest = memory.earliest
        position = place.offset
        knownEnd = place.offset
        committed = place.offset
        dataPosition = place.position
    }
}
