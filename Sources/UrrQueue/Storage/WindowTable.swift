import UrrPlatform

/// What was seen in a window of time, by fingerprint: entries in order of arrival, in chunks that
/// are used again as the window moves on, and chains from the youngest entry to older ones.
///
/// An entry is 28 bytes (and what the user adds), its share of the buckets 4. Forgetting is
/// nothing but moving the start of the window: links that lead to before it end their chain, and
/// since chains go from young to old nothing behind them is missed.
///
/// ```
///  word  0-3  fingerprint    4  distance to the next older entry of the chain, 0 at its end
///        5-6  time of arrival    7-  the user's
/// ```
struct WindowTable: ~Copyable {
    private static let chunkShift: UInt64 = 12
    private static let chunkEntries = 1 << 12
    static let entryWords = 7

    private let region: MemoryRegion
    private let entries: UnsafeMutablePointer<UInt32>
    private let words: Int
    /// Chunk of each stretch of 4096 positions, by the stretch's number modulo the capacity.
    private let directory: UnsafeMutablePointer<UInt32>
    private let directoryMask: UInt64
    private let freeChunks: UnsafeMutablePointer<UInt32>
    private var freeChunkCount = 0
    private var chunkEnd: UInt32 = 0
    private var heads: ChainHeads
    private let capacity: Int
    private let window: Nanoseconds
    /// Positions `first..<end` are remembered.
    private(set) var first: UInt64 = 1
    private(set) var end: UInt64 = 1

    init(capacity: Int, window: Nanoseconds, extraWords: Int = 0) throws(MemoryError) {
        let chunks = capacity / Self.chunkEntries + 2
        let words = Self.entryWords + extraWords
        let region = try MemoryRegion(
            byteCount: chunks * Self.chunkEntries * words * 4, pages: .huge)
        let heads = try ChainHeads(entries: capacity)
        self.words = words
        self.heads = heads
        entries = region.base.bindMemory(to: UInt32.self, capacity: region.byteCount / 4)
        self.region = region
        var size = 2
        while size < chunks { size *= 2 }
        directoryMask = UInt64(size - 1)
        directory = .allocate(capacity: size)
        directory.initialize(repeating: 0, count: size)
        freeChunks = .allocate(capacity: chunks)
        freeChunks.initialize(repeating: 0, count: chunks)
        self.capacity = capacity
        self.window = window
    }

    deinit {
        directory.deallocate()
        freeChunks.deallocate()
    }

    @inline(__always)
    var count: Int { Int(truncatingIfNeeded: end &- first) }

    @inline(__always)
    var hasRoom: Bool { count < capacity }

    private var chunkBytes: Int { Self.chunkEntries * words * 4 }
    var usedBytes: Int { (Int(chunkEnd) - freeChunkCount) * chunkBytes + heads.usedBytes }
    var touchedBytes: Int { Int(chunkEnd) * chunkBytes + heads.usedBytes }

    @inline(__always)
    private func entry(_ position: UInt64) -> UnsafeMutablePointer<UInt32> {
        let chunk = directory[Int(position &>> Self.chunkShift & directoryMask)]
        let index = Int(chunk) &* Self.chunkEntries &+ Int(position & 0xfff)
        return entries + index &* words
    }

    @inline(__always)
    private func word64(_ entry: UnsafeMutablePointer<UInt32>, _ at: Int) -> UInt64 {
        UInt64(entry[at]) | UInt64(entry[at &+ 1]) &<< 32
    }

    @inline(__always)
    private func set64(_ entry: UnsafeMutablePointer<UInt32>, _ at: Int, _ value: UInt64) {
        entry[at] = UInt32(truncatingIfNeeded: value)
        entry[at &+ 1] = UInt32(truncatingIfNeeded: value &>> 32)
    }

    /// The user's words of a remembered entry.
    @inline(__always)
    func extra(_ position: UInt64) -> UnsafeMutablePointer<UInt32> {
        entry(position) + Self.entryWords
    }

    /// Forgets what arrived a window or longer before `now`.
    mutating func expire(_ now: Nanoseconds) {
        while first < end {
            let time = Nanoseconds(bitPattern: word64(entry(first), 5))
            guard now &- time >= window else { return }
            first &+= 1
            if first & 0xfff == 0 { releaseChunk(first &- 1) }
        }
    }

    private mutating func releaseChunk(_ position: UInt64) {
        freeChunks[freeChunkCount] = directory[Int(position &>> Self.chunkShift & directoryMask)]
        freeChunkCount &+= 1
    }

    /// The position that a link leads to, or 0 where that is forgotten or there is none.
    @inline(__always)
    private func position(_ low: UInt32) -> UInt64 {
        let distance = low &- UInt32(truncatingIfNeeded: first)
        return UInt64(distance) < end &- first ? first &+ UInt64(distance) : 0
    }

    /// Asks for the bucket of a fingerprint that will be looked for.
    @inline(__always)
    func prefetchBucket(_ print: Fingerprint) { prefetch(heads.head(print.low)) }

    /// Asks for the first entry of the bucket, which should have arrived.
    @inline(__always)
    func prefetchEntry(_ print: Fingerprint) {
        let at = position(heads.head(print.low).pointee)
        if at != 0 { prefetch(entry(at)) }
    }

    /// The youngest remembered entry with this fingerprint, or 0.
    @inline(__always)
    func find(_ print: Fingerprint) -> UInt64 {
        var at = position(heads.head(print.low).pointee)
        while at != 0 {
            let found = entry(at)
            if word64(found, 0) == print.low, word64(found, 2) == print.high { return at }
            if found[4] == 0 { return 0 }
            at = position(UInt32(truncatingIfNeeded: at) &- found[4])
        }
        return 0
    }

    /// Remembers a fingerprint; nil takes a position that cannot be found. Ask `hasRoom` before.
    @inline(__always)
    mutating func append(_ print: Fingerprint?, at time: Nanoseconds) -> UInt64 {
        invariant(hasRoom, "window is full")
        let position = end
        if position & 0xfff == 0 || chunkEnd == 0 { takeChunk(position) }
        if heads.isFull(count) { split() }
        let new = entry(position)
        set64(new, 5, UInt64(bitPattern: time))
        new[4] = 0
        set64(new, 0, print?.low ?? 0)
        set64(new, 2, print?.high ?? 0)
        if let print {
            let head = heads.head(print.low)
            let older = self.position(head.pointee)
            if older != 0 { new[4] = UInt32(truncatingIfNeeded: position &- older) }
            head.pointee = UInt32(truncatingIfNeeded: position)
        }
        end = position &+ 1
        return position
    }

    private mutating func takeChunk(_ position: UInt64) {
        var chunk = chunkEnd
        if freeChunkCount > 0 {
            freeChunkCount &-= 1
            chunk = freeChunks[freeChunkCount]
        } else {
            chunkEnd &+= 1
        }
        directory[Int(position &>> Self.chunkShift & directoryMask)] = chunk
    }

    /// Divides one chain in two; both stay in order from young to old.
    private mutating func split() {
        let (from, to) = heads.grow()
        var at = position(heads.at(from).pointee)
        // The entries that the next one of either chain has to be linked to.
        var tails: (from: UInt64, to: UInt64) = (0, 0)
        // Any position outside the window will do for an empty chain.
        let none = UInt32(truncatingIfNeeded: first &- 1)
        heads.at(from).pointee = none
        heads.at(to).pointee = none
        while at != 0 {
            let found = entry(at)
            let distance = found[4]
            let moves = heads.bucket(word64(found, 0)) == to
            append(at, toChainOf: moves ? to : from, tail: moves ? tails.to : tails.from)
            if moves { tails.to = at } else { tails.from = at }
            at = distance == 0 ? 0 : position(UInt32(truncatingIfNeeded: at) &- distance)
        }
    }

    private func append(_ position: UInt64, toChainOf bucket: Int, tail: UInt64) {
        if tail == 0 {
            heads.at(bucket).pointee = UInt32(truncatingIfNeeded: position)
        } else {
            entry(tail)[4] = UInt32(truncatingIfNeeded: tail &- position)
        }
        entry(position)[4] = 0
    }
}
