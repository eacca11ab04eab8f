import UrrPlatform

/// What was seen in a window of time, by fingerprint: entries in order of arrival, in chunks that
/// are used again as the window moves on, and chains from the youngest entry to older ones.
///
/// An entry is 24 bytes (and what the user adds), its share of the buckets 8. Forgetting is nothing
/// but moving the start of the window: links that lead to before it end their chain, and since
/// chains go from young to old nothing behind them is missed.
///
/// ```
///  word  0-3  fingerprint    4  distance to the next older entry of the chain, 0 at its end
///        5    time since the entry before, ns; all ones where that is in the list of gaps
///        6-   the user's
/// ```
///
/// Most of what is asked for is new. A bucket therefore holds, beside the youngest entry of its
/// chain, one bit for each entry that came into it: in nine of ten cases that says that there is
/// nothing to find, and the only memory touched at random is the bucket's.
struct WindowTable: ~Copyable {
    private static let chunkShift: UInt64 = 12
    private static let chunkEntries = 1 << 12
    static let entryWords = 6
    /// What word 5 cannot hold.
    private static let gap = UInt64(UInt32.max)

    /// The chain of a bucket.
    struct Head: BitwiseCopyable {
        /// The lower half of the youngest entry's position.
        var youngest: UInt32 = 0
        /// See `bit`. Also of entries that were forgotten meanwhile, until all of them are.
        var bits: UInt32 = 0
    }

    private let region: MemoryRegion
    private let entries: UnsafeMutablePointer<UInt32>
    private let words: Int
    /// Chunk of each stretch of 4096 positions, by the stretch's number modulo the capacity.
    private let directory: UnsafeMutablePointer<UInt32>
    private let directoryMask: UInt64
    private let freeChunks: UnsafeMutablePointer<UInt32>
    private var freeChunkCount = 0
    private var chunkEnd: UInt32 = 0
    private var heads: ChainHeads<Head>
    private let capacity: Int
    private let window: Nanoseconds
    /// Positions `first..<end` are remembered.
    private(set) var first: UInt64 = 1
    private(set) var end: UInt64 = 1
    /// Where the entry `end` will be, unless a new chunk begins with it.
    private var next: UnsafeMutablePointer<UInt32>
    /// When the first and the last of them arrived.
    private var firstTime: Nanoseconds = 0
    private var lastTime: Nanoseconds = 0
    private var gaps: GapList

    init(capacity: Int, window: Nanoseconds, extraWords: Int = 0) throws(MemoryError) {
        let chunks = capacity / Self.chunkEntries + 2
        let words = Self.entryWords + extraWords
        let region = try MemoryRegion(
            byteCount: chunks * Self.chunkEntries * words * 4, pages: .huge)
        let heads = try ChainHeads<Head>(entries: capacity)
        self.words = words
        self.heads = heads
        entries = region.base.bindMemory(to: UInt32.self, capacity: region.byteCount / 4)
        next = entries
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
        gaps = GapList(capacity: Int(UInt64(window) / Self.gap) + 2)
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
        UnsafeRawPointer(entry + at).loadUnaligned(as: UInt64.self)
    }

    @inline(__always)
    private func set64(_ entry: UnsafeMutablePointer<UInt32>, _ at: Int, _ value: UInt64) {
        UnsafeMutableRawPointer(entry + at).storeBytes(of: value, as: UInt64.self)
    }

    /// The user's words of a remembered entry.
    @inline(__always)
    func extra(_ position: UInt64) -> UnsafeMutablePointer<UInt32> {
        entry(position) + Self.entryWords
    }

    /// Forgets what arrived a window or longer before `now`.
    @inline(__always)
    mutating func expire(_ now: Nanoseconds) {
        if first < end, now &- firstTime >= window { forget(now) }
    }

    private mutating func forget(_ now: Nanoseconds) {
        while first < end, now &- firstTime >= window {
            first &+= 1
            if first & 0xfff == 0 { releaseChunk(first &- 1) }
            guard first < end else { return }
            let step = UInt64(entry(first)[5])
            firstTime &+= step < Self.gap ? Nanoseconds(step) : gaps.removeFirst()
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

    /// Which of the bits of a bucket stands for a fingerprint: of the half of it that does not
    /// choose the bucket.
    @inline(__always)
    private func bit(_ high: UInt64) -> UInt32 { 1 &<< UInt32(truncatingIfNeeded: high &>> 59) }

    /// Grows the hash table until `count` more ids have room: until then no head moves.
    @inline(__always)
    mutating func makeRoom(_ count: Int) {
        while heads.isFull(self.count &+ count &- 1) { split() }
    }

    /// The bucket of a fingerprint.
    @inline(__always)
    func head(_ print: Fingerprint) -> UnsafeMutablePointer<Head> { heads.head(print.low) }

    /// Asks for the first entry of the bucket, which should have arrived, where it will be looked at.
    @inline(__always)
    func prefetchEntry(_ known: UnsafePointer<PreparedEntry>) {
        let head = known.pointee.windowHead.unsafelyUnwrapped.pointee
        guard head.bits & bit(known.pointee.print.high) != 0 else { return }
        let at = position(head.youngest)
        if at != 0 { prefetch(entry(at)) }
    }

    /// The youngest remembered entry with this fingerprint, or 0.
    @inline(__always)
    func find(_ known: UnsafePointer<PreparedEntry>) -> UInt64 {
        let head = known.pointee.windowHead.unsafelyUnwrapped.pointee
        guard head.bits & bit(known.pointee.print.high) != 0 else { return 0 }
        return find(known.pointee.print, from: head.youngest)
    }

    @inline(never)
    private func find(_ print: Fingerprint, from youngest: UInt32) -> UInt64 {
        var at = position(youngest)
        while at != 0 {
            let found = entry(at)
            if word64(found, 0) == print.low, word64(found, 2) == print.high { return at }
            if found[4] == 0 { return 0 }
            at = position(UInt32(truncatingIfNeeded: at) &- found[4])
        }
        return 0
    }

    /// Remembers a fingerprint; without a bucket it takes a position that cannot be found. Ask
    /// `hasRoom` and `makeRoom` before.
    @inline(__always)
    mutating func append(_ known: UnsafePointer<PreparedEntry>, at time: Nanoseconds) -> UInt64 {
        let position = end
        if position & 0xfff == 0 || chunkEnd == 0 { takeChunk(position) }
        let new = next
        next += words
        new[5] = stepTo(time)
        set64(new, 0, known.pointee.print.low)
        set64(new, 2, known.pointee.print.high)
        var distance: UInt32 = 0
        if let head = known.pointee.windowHead {
            let old = head.pointee
            let older = self.position(old.youngest)
            if older != 0 { distance = UInt32(truncatingIfNeeded: position &- older) }
            let bits = (older != 0 ? old.bits : 0) | bit(known.pointee.print.high)
            head.pointee = Head(youngest: UInt32(truncatingIfNeeded: position), bits: bits)
        }
        new[4] = distance
        end = position &+ 1
        return position
    }

    /// What word 5 of an entry says that arrives now.
    @inline(__always)
    private mutating func stepTo(_ time: Nanoseconds) -> UInt32 {
        if first == end {
            firstTime = time
            lastTime = time
            return 0
        }
        // Times do not go back, so that this is not negative.
        let step = UInt64(bitPattern: time &- lastTime)
        lastTime = time
        if step < Self.gap { return UInt32(truncatingIfNeeded: step) }
        gaps.append(Nanoseconds(bitPattern: step))
        return UInt32.max
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
        next = entry(position)
    }

    /// Divides one chain in two; both stay in order from young to old.
    private mutating func split() {
        let (from, to) = heads.grow()
        var at = position(heads.at(from).pointee.youngest)
        // The entries that the next one of either chain has to be linked to.
        var tails: (from: UInt64, to: UInt64) = (0, 0)
        // Any position outside the window will do for an empty chain.
        let none = Head(youngest: UInt32(truncatingIfNeeded: first &- 1))
        heads.at(from).pointee = none
        heads.at(to).pointee = none
        while at != 0 {
            let found = entry(at)
            let distance = found[4]
            let bucket = heads.bucket(word64(found, 0))
            // A link that is 2^32 positions old may lead into another chain; what is ours ends here.
            guard bucket == from || bucket == to else { return }
            append(at, toChainOf: bucket, tail: bucket == to ? tails.to : tails.from)
            if bucket == to { tails.to = at } else { tails.from = at }
            at = distance == 0 ? 0 : position(UInt32(truncatingIfNeeded: at) &- distance)
        }
    }

    private func append(_ position: UInt64, toChainOf bucket: Int, tail: UInt64) {
        let head = heads.at(bucket)
        if tail == 0 {
            head.pointee.youngest = UInt32(truncatingIfNeeded: position)
        } else {
            entry(tail)[4] = UInt32(truncatingIfNeeded: tail &- position)
        }
        head.pointee.bits |= bit(word64(entry(position), 2))
        entry(position)[4] = 0
    }
}

/// Times between two entries that are too long for their word (over 4.29 s), oldest first. Within
/// a window there is room for so many only, which is what the list holds.
struct GapList: ~Copyable {
    private let gaps: UnsafeMutablePointer<Nanoseconds>
    private let capacity: Int
    private var start = 0
    private var count = 0

    init(capacity: Int) {
        gaps = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { gaps.deallocate() }

    mutating func append(_ gap: Nanoseconds) {
        invariant(count < capacity, "more gaps than a window has room for")
        (gaps + (start + count) % capacity).initialize(to: gap)
        count += 1
    }

    mutating func removeFirst() -> Nanoseconds {
        invariant(count > 0, "no gap is left")
        let gap = gaps[start]
        start = (start + 1) % capacity
        count -= 1
        return gap
    }
}
