import UrrPlatform

/// What one reader knows by itself.
@usableFromInline
struct ReaderState {
    @usableFromInline var position: Offset
    /// Records before this one can be read: reloaded only when all of them were.
    @usableFromInline var knownEnd: Offset
    @usableFromInline var committed: Offset
    /// In an exclusive log the data position behind the last record that was read.
    @usableFromInline var dataPosition: Int
    @usableFromInline let rings: LogRings
    @usableFromInline let isShared: Bool
    @usableFromInline let overwrites: Bool
    @usableFromInline var isOutOfRange = false
    @usableFromInline let published: LogMemory.Word
    @usableFromInline let earliest: LogMemory.Word
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
