import UrrPlatform

/// Where everything lies in the memory of one partition log. The only file that knows.
///
/// ```
///  byte   what                          written by        ordering
///  ----------------------------------------------------------------------------------------
///     0   configuration                 creator, once     before anybody else sees the log
///   128   published end offset          appender (excl.)  release -> acquire of readers
///   256   claim {offset, position}      appenders (sh.)   compare-exchange of both words
///   384   freed {offset, position}      appenders         release -> acquire, both words at once
///   400   earliest retained offset      appenders         seq-cst <-> seq-cst of holds below
///   512   group 0                       its reader
///   +0      pinned offset                                 seq-cst <-> seq-cst of earliest
///   +8      committed offset                              release -> acquire of appenders
///   +16     read position                                 release; for queries only
///   +24     epoch of the reader         makeReader        relaxed; a check per call
///   640   group 1 ... and one line like a group's for queries; Int64.max holds nothing
///   index   see below
///   data    dataCapacity bytes: byte position p at p & mask
///   end     frame with the lap bit     creator, once     an exclusive log's; see below
/// ```
///
/// Lines of different writers are 128 bytes apart (two cache lines, for the adjacent-line
/// prefetcher). A data position is a byte count that only grows; nothing depends on an address.
///
/// Exclusive log: the data ring holds frames, which a reader follows by their lengths. What bounds
/// the throughput is the lines that go from core to core, and a reader that works through two
/// streams also fetches ahead in both, into lines that are just being written. So everything that
/// it needs is in one stream. Behind the ring stands the header of a lap for good, so that a reader
/// goes from frame to frame by address, without a mask, until a header sends it to the start.
///
/// ```
///   frame   +0 append time, +8 key hash << 32 | lap bit | length, +16 payload, padded to 16
///   index   a waypoint {position, append time} for each 16th offset: for seeking alone
/// ```
///
/// Shared log: the index ring has room for a descriptor of each offset; the one of the first offset
/// of a claim is written, and its mark is what the reader polls. Offset o has slot o & mask, and
/// eight slots share four lines: 0 4, 1 5, 2 6, 3 7. So appenders that follow each other write to
/// different lines. The data ring holds the payloads, padded to 16; those of a batch, which is
/// claimed and published as a whole, as frames of one length that lie together.
///
/// ```
///   index   +0 append time, +8 key hash << 32 | length, +16 mark, +24 position
///           of a batch: latest append time, records << 32 | batch bit | length of each, the same
///           written by the claim's appender; mark: release -> acquire of readers, of appenders
///           that discard the claim, and of `abandon`; the others are ordered by the mark
///   frame   as above; instead of the lap bit: the record was given up
/// ```
@usableFromInline
struct LogLayout: Sendable {
    /// "URRLOG" and the version of this layout.
    static let magic: UInt64 = 0x5552_524c_4f47_0003

    static let magicOffset = 0
    static let dataCapacityOffset = 8
    static let recordCapacityOffset = 16
    static let groupCountOffset = 24
    static let modeOffset = 32

    static let publishedOffset = falseSharingByteCount
    static let claimOffset = 2 * falseSharingByteCount
    static let freedOffset = 3 * falseSharingByteCount
    @inlinable static var earliestOffset: Int { 3 * falseSharingByteCount + 16 }
    static let groupsOffset = 4 * falseSharingByteCount

    @inlinable static var pinInGroup: Int { 0 }
    @inlinable static var committedInGroup: Int { 8 }
    @inlinable static var positionInGroup: Int { 16 }
    @inlinable static var epochInGroup: Int { 24 }

    /// Blocks in the data ring start at multiples of this.
    @inlinable static var blockAlignment: Int { 16 }
    /// Bytes of a frame before its payload.
    @inlinable static var frameHeaderByteCount: Int { 16 }
    /// Where a frame, and a descriptor, has its time and its key hash and length.
    @inlinable static var timeInHeader: Int { 0 }
    @inlinable static var bitsInHeader: Int { 8 }
    /// The bits of the second word that hold the length.
    @inlinable static var lengthMask: UInt64 { 0x7fff_ffff }
    /// The bit of the second word of a frame that is none: what follows is at the start of the
    /// ring, because it did not fit here.
    @inlinable static var lapBit: UInt64 { 0x8000_0000 }
    /// The bit of the second word of a descriptor that stands for a batch.
    @inlinable static var batchBit: UInt64 { 0x8000_0000 }
    /// The bit of the second word of a batch's frame whose record was given up.
    @inlinable static var abortedBit: UInt64 { 0x8000_0000 }
    /// Most records that one descriptor stands for: how far back the descriptor of a record is, and
    /// how many are discarded together.
    @inlinable static var batchLimit: Int { 64 }

    /// Offsets from one waypoint to the next, as a shift.
    @inlinable static var waypointShift: Int64 { 4 }
    /// Bytes of a waypoint, as a shift.
    @inlinable static var waypointByteShift: Int { 4 }
    /// Bytes of a descriptor, as a shift.
    @inlinable static var descriptorByteShift: Int { 5 }
    /// Descriptors that are laid out together; an index ring has at least so many.
    @inlinable static var slotGroup: Int { 8 }
    @inlinable static var markInDescriptor: Int { 16 }
    @inlinable static var positionInDescriptor: Int { 24 }

    /// Where the index starts.
    let indexOffset: Int
    /// Where the data ring starts.
    let dataOffset: Int
    /// Where the data ring ends.
    let endOffset: Int
    /// Bytes of the whole log.
    let byteCount: Int

    init(_ configuration: LogConfiguration) {
        let records = configuration.recordCapacity
        // The line behind the groups' is for queries.
        indexOffset = Self.groupsOffset + (configuration.maximumGroups + 1) * falseSharingByteCount
        let indexByteCount =
            configuration.appender == .shared
            ? max(records, Self.slotGroup) << Self.descriptorByteShift
            : max(1, records >> Int(Self.waypointShift)) << Self.waypointByteShift
        let line = falseSharingByteCount
        dataOffset = (indexOffset + indexByteCount + line - 1) / line * line
        endOffset = dataOffset + configuration.dataCapacity
        byteCount = endOffset + line
    }

    /// Regions start at different lines of their first page, so that the same word of many logs
    /// does not fall on the same few sets of the cache (which the low address bits pick).
    static let colourByteCount = 4096

    /// The distance from the start of the region numbered `number` to the start of its first log.
    static func colour(_ number: Int) -> Int {
        number % (colourByteCount / falseSharingByteCount) * falseSharingByteCount
    }
}
