import UrrPlatform

/// One message group that has messages: 64 bytes.
struct GroupRecord: SlabRecord {
    /// A name up to this length is stored in the record itself.
    static let inlineName = 32

    var hash: UInt64 = 0
    /// Oldest and youngest message.
    var first: UInt32 = 0
    var last: UInt32 = 0
    /// Next group of the same bucket.
    var chain: UInt32 = 0
    /// Neighbours in the list of groups that can be received from.
    var nextReady: UInt32 = 0
    var previousReady: UInt32 = 0
    /// Messages in flight: at most ten, because the group is blocked as long as there is one.
    var inFlight: UInt16 = 0
    var nameLength: UInt8 = 0
    /// The list that the group is in, counted from 1; 0 is none.
    var listed: UInt8 = 0
    var name: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    @inline(__always)
    var freeLink: UInt32 {
        get { chain }
        set { chain = newValue }
    }
}

/// The groups that have messages, by name.
struct GroupTable: ~Copyable {
    private var slab: Slab<GroupRecord>
    private var heads: ChainHeads<UInt32>

    init(capacity: Int) throws(MemoryError) {
        let slab = try Slab<GroupRecord>(capacity: capacity)
        let heads = try ChainHeads<UInt32>(entries: capacity)
        self.slab = slab
        self.heads = heads
    }

    var count: Int { slab.count }
    var usedBytes: Int { slab.usedBytes + heads.usedBytes }
    var touchedBytes: Int { slab.touchedBytes + heads.usedBytes }

    @inline(__always)
    func at(_ index: UInt32) -> UnsafeMutablePointer<GroupRecord> { slab.at(index) }

    @inline(__always)
    func name(_ index: UInt32, _ bodies: borrowing BodyStore) -> UnsafeRawBufferPointer {
        let group = at(index)
        let length = Int(group.pointee.nameLength)
        return UnsafeRawBufferPointer(start: nameAddress(group, bodies), count: length)
    }

    @inline(__always)
    private func nameAddress(
        _ group: UnsafeMutablePointer<GroupRecord>, _ bodies: borrowing BodyStore
    ) -> UnsafeMutableRawPointer {
        let inRecord =
            UnsafeMutableRawPointer(group) + MemoryLayout<GroupRecord>.offset(of: \.name)!
        if Int(group.pointee.nameLength) <= GroupRecord.inlineName { return inRecord }
        return bodies.address(inRecord.load(as: UInt32.self))
    }

    /// Grows the hash table until `count` more groups have room: until then no head moves.
    @inline(__always)
    mutating func makeRoom(_ count: Int) {
        while heads.isFull(self.count &+ count &- 1) { split() }
    }

    /// The bucket of a name.
    @inline(__always)
    func head(_ hash: UInt64) -> UnsafeMutablePointer<UInt32> { heads.head(hash) }

    /// The group of this name, or 0.
    @inline(__always)
    func find(
        _ name: UnsafeRawBufferPointer, _ known: UnsafePointer<PreparedEntry>,
        _ bodies: borrowing BodyStore
    ) -> UInt32 {
        var index = known.pointee.groupHead.unsafelyUnwrapped.pointee
        while index != 0 {
            let group = at(index)
            if group.pointee.hash == known.pointee.groupHash,
                sameBytes(self.name(index, bodies), name)
            {
                return index
            }
            index = group.pointee.chain
        }
        return 0
    }

    /// A new group of this name, which must not exist; 0 where there is no room for the name. Ask
    /// `makeRoom` before.
    mutating func insert(
        _ name: UnsafeRawBufferPointer, _ known: UnsafePointer<PreparedEntry>,
        _ bodies: inout BodyStore
    ) -> UInt32 {
        var block: UInt32 = 0
        if name.count > GroupRecord.inlineName {
            block = bodies.allocate(name.count)
            if block == 0 { return 0 }
        }
        let index = slab.allocate()
        let head = known.pointee.groupHead.unsafelyUnwrapped
        let group = at(index)
        group.initialize(to: GroupRecord())
        group.pointee.hash = known.pointee.groupHash
        group.pointee.nameLength = UInt8(truncatingIfNeeded: name.count)
        group.pointee.name.0 = UInt64(block)
        copyBytes(
            to: nameAddress(group, bodies), from: name.baseAddress.unsafelyUnwrapped,
            count: name.count)
        group.pointee.chain = head.pointee
        head.pointee = index
        return index
    }

    mutating func remove(_ index: UInt32, _ bodies: inout BodyStore) {
        let group = at(index)
        let length = Int(group.pointee.nameLength)
        if length > GroupRecord.inlineName {
            bodies.release(UInt32(truncatingIfNeeded: group.pointee.name.0), length: length)
        }
        let head = heads.head(group.pointee.hash)
        if head.pointee == index {
            head.pointee = group.pointee.chain
        } else {
            var before = head.pointee
            while at(before).pointee.chain != index { before = at(before).pointee.chain }
            at(before).pointee.chain = group.pointee.chain
        }
        slab.release(index)
    }

    private mutating func split() {
        let (from, to) = heads.grow()
        var index = heads.at(from).pointee
        heads.at(from).pointee = 0
        while index != 0 {
            let next = at(index).pointee.chain
            let bucket = heads.bucket(at(index).pointee.hash)
            invariant(bucket == from || bucket == to, "entry of another bucket")
            at(index).pointee.chain = heads.at(bucket).pointee
            heads.at(bucket).pointee = index
            index = next
        }
    }
}
