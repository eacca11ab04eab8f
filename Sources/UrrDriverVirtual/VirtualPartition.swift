import UrrPlatform

/// A partition that holds what its groups have not committed, however much that is: chunks of
/// headers, which go back to a pool when every group has committed them. Bodies are not kept: nobody
/// looks at them. For one thread.
@usableFromInline
struct VirtualPartition {
    /// Bytes kept of a message: what the engine writes at its start.
    @inlinable static var recordBytes: Int { 40 }
    /// Messages of a chunk, as a power of two.
    @inlinable static var chunkShift: Int64 { 7 }
    @inlinable static var chunkRecords: Int { 1 &<< Int(chunkShift) }

    /// Ring of the chunks `firstChunk ..< nextChunk`, by number and `mask`.
    @usableFromInline var chunks: UnsafeMutablePointer<UnsafeMutableRawPointer>
    @usableFromInline var mask: Int
    @usableFromInline var firstChunk = 0
    @usableFromInline var nextChunk = 0
    /// The chunk that is being written.
    @usableFromInline var current: UnsafeMutableRawPointer
    /// Messages that were appended, and those that can be read.
    @usableFromInline var end: Int64 = 0
    @usableFromInline var published: Int64 = 0
    /// Offset that each of its groups has committed.
    @usableFromInline let committed: UnsafeMutablePointer<Int64>
    @usableFromInline let groups: Int
    /// Number on the board of the member of each group that reads it; -1 for nobody.
    @usableFromInline let readers: UnsafeMutablePointer<Int32>
    @usableFromInline let pool: UnsafeMutablePointer<ChunkPool>

    init(groups: Int, pool: UnsafeMutablePointer<ChunkPool>) {
        chunks = .allocate(capacity: 4)
        mask = 3
        current = UnsafeMutableRawPointer(chunks)
        self.groups = groups
        self.pool = pool
        committed = .allocate(capacity: max(1, groups))
        committed.initialize(repeating: 0, count: max(1, groups))
        readers = .allocate(capacity: max(1, groups))
        readers.initialize(repeating: -1, count: max(1, groups))
    }

    func deallocate() {
        chunks.deallocate()
        committed.deallocate()
        readers.deallocate()
    }

    /// Where the next message goes; it is there from now on and can be read once it is published.
    @inlinable
    @inline(__always)
    mutating func append() -> UnsafeMutableRawPointer {
        let place = Int(truncatingIfNeeded: end) & (Self.chunkRecords &- 1)
        if place == 0 { addChunk() }
        end &+= 1
        return current + place &* Self.recordBytes
    }

    /// The message at `offset`, which must not have been committed by every group.
    @inlinable
    @inline(__always)
    func record(_ offset: Int64) -> UnsafeMutableRawPointer {
        let chunk = chunks[Int(truncatingIfNeeded: offset &>> Self.chunkShift) & mask]
        let place = Int(truncatingIfNeeded: offset) & (Self.chunkRecords &- 1)
        return chunk + place &* Self.recordBytes
    }

    /// Moves a group's committed offset, and gives back what no group needs any more.
    @inlinable
    @inline(__always)
    mutating func commit(group: Int, offset: Int64) {
        let before = committed[group]
        committed[group] = offset
        if offset &>> Self.chunkShift != before &>> Self.chunkShift { giveBack() }
    }

    @inline(never)
    @usableFromInline
    mutating func addChunk() {
        if nextChunk - firstChunk > mask { widen() }
        current = pool.pointee.take()
        chunks[nextChunk & mask] = current
        nextChunk += 1
        if groups == 0 { giveBack() }
    }

    private mutating func widen() {
        let wider = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(
            capacity: 2 * (mask + 1))
        let widerMask = 2 * mask + 1
        for number in firstChunk..<nextChunk { wider[number & widerMask] = chunks[number & mask] }
        chunks.deallocate()
        chunks = wider
        mask = widerMask
    }

    /// Gives back the chunks before the least committed offset, never the one that is written.
    @inline(never)
    @usableFromInline
    mutating func giveBack() {
        var least = end
        for group in 0..<groups { least = min(least, committed[group]) }
        let upTo = min(Int(least &>> Self.chunkShift), nextChunk - 1)
        while firstChunk < upTo {
            pool.pointee.give(chunks[firstChunk & mask])
            firstChunk += 1
        }
    }
}

/// Chunks that are free, and how many there are in all: the memory of the backlog.
@usableFromInline
struct ChunkPool {
    private var free: [UnsafeMutableRawPointer] = []
    private var all: [UnsafeMutableRawPointer] = []
    /// Chunks that are taken at a time from the system.
    private static let slab = 64
    private(set) var used = 0
    private(set) var mostUsed = 0

    static var chunkBytes: Int { VirtualPartition.chunkRecords * VirtualPartition.recordBytes }

    mutating func take() -> UnsafeMutableRawPointer {
        if free.isEmpty {
            let memory = UnsafeMutableRawPointer.allocate(
                byteCount: Self.slab * Self.chunkBytes, alignment: falseSharingByteCount)
            all.append(memory)
            for number in 0..<Self.slab { free.append(memory + number * Self.chunkBytes) }
        }
        used += 1
        mostUsed = max(mostUsed, used)
        return free.removeLast()
    }

    mutating func give(_ chunk: UnsafeMutableRawPointer) {
        used -= 1
        free.append(chunk)
    }

    mutating func deallocate() {
        for memory in all { memory.deallocate() }
        all = []
        free = []
    }
}
