import UrrPlatform

/// Where everything lies in the memory of one partition log. The only file that knows.
///
/// ```
///  byte   what                          written by        ordering
///  ----------------------------------------------------------------------------------------
///     0   configuration                 creator, once     before anybody else sees the log
///   128   published end offset          appender (excl.)  release -> acquire of readers
///   256   claim {offset, position}      appenders (sh.)   compare-exchange of both words
///   384   freed {offset, position}      appenders         compare-exchange of both words
///   400   earliest retained offset      appenders         seq-cst <-> seq-cst of holds below
///   512   group 0                       its reader
///   +0      committed offset                              release -> acquire of appenders
///   +8      pinned offset                                 seq-cst <-> seq-cst of earliest
///   +16     read position                                 release; for queries only
///   +24     epoch of the reader         makeReader        release -> relaxed check per poll
///   640   group 1 ...
///   index   one descriptor for each of recordCapacity offsets: slot o & mask
///   +0      append time                 the record's      release -> acquire of queries
///   +8      key hash << 32 | length     appender          relaxed; ordered by mark/published
///   +16     mark         (shared only)                    release -> acquire of readers
///   +24     position     (shared only)                    relaxed; ordered by mark
///   places  position of each offset     appender (excl.)  relaxed; ordered by published
///   data    dataCapacity bytes of payload: byte position p at p & mask
/// ```
///
/// Lines of different writers are 128 bytes apart (two cache lines, for the adjacent-line
/// prefetcher). A data position is a byte count that only grows; nothing depends on an address.
///
/// A descriptor of an exclusive log is 16 bytes and its position lies apart, because the bytes that
/// go from the producer's core to the consumer's are what bounds the throughput: a reader that
/// follows the log adds up lengths, and only a seek looks a position up. A shared log's reader
/// polls the mark, and finds all there is to know of the record in the same 32 bytes.
@usableFromInline
struct LogLayout: Sendable {
    /// "URRLOG" and the version of this layout.
    static let magic: UInt64 = 0x5552_524c_4f47_0001

    static let magicOffset = 0
    static let dataCapacityOffset = 8
    static let recordCapacityOffset = 16
    static let groupCountOffset = 24
    static let modeOffset = 32

    @inlinable static var publishedOffset: Int { falseSharingByteCount }
    @inlinable static var claimOffset: Int { 2 * falseSharingByteCount }
    @inlinable static var freedOffset: Int { 3 * falseSharingByteCount }
    @inlinable static var earliestOffset: Int { freedOffset + 16 }
    @inlinable static var groupsOffset: Int { 4 * falseSharingByteCount }

    @inlinable static var committedInGroup: Int { 0 }
    @inlinable static var pinInGroup: Int { 8 }
    @inlinable static var positionInGroup: Int { 16 }
    @inlinable static var epochInGroup: Int { 24 }

    @inlinable static var timeInDescriptor: Int { 0 }
    @inlinable static var lengthInDescriptor: Int { 8 }
    @inlinable static var markInDescriptor: Int { 16 }
    @inlinable static var positionInDescriptor: Int { 24 }

    /// Bytes of a descriptor of an exclusive log, and of a shared one, as shifts.
    @inlinable static var exclusiveShift: Int { 4 }
    @inlinable static var sharedShift: Int { 5 }
    /// Bytes of a position that lies apart, as a shift.
    @inlinable static var placeShift: Int { 3 }

    /// The bits of a descriptor's second word that hold the length.
    @inlinable static var lengthMask: UInt64 { 0x7fff_ffff }
    /// The bit of that word which says that the record starts the data ring anew, leaving what was
    /// left of the ring unused.
    @inlinable static var lapBit: UInt64 { 0x8000_0000 }

    /// Where the index ring starts.
    let indexOffset: Int
    /// Where the positions start that lie apart.
    let placesOffset: Int
    /// Where the data ring starts.
    let dataOffset: Int
    /// Bytes of the whole log.
    let byteCount: Int

    init(_ configuration: LogConfiguration) {
        let isShared = configuration.appender == .shared
        let shift = isShared ? Self.sharedShift : Self.exclusiveShift
        let placesByteCount = isShared ? 0 : configuration.recordCapacity << Self.placeShift
        indexOffset = Self.groupsOffset + configuration.maximumGroups * falseSharingByteCount
        placesOffset = Self.aligned(indexOffset + configuration.recordCapacity << shift)
        dataOffset = Self.aligned(placesOffset + placesByteCount)
        byteCount = dataOffset + configuration.dataCapacity
    }

    private static func aligned(_ offset: Int) -> Int {
        (offset + falseSharingByteCount - 1) / falseSharingByteCount * falseSharingByteCount
    }

    /// Bytes that the log takes beyond its index and data rings.
    static func overhead(groups: Int) -> Int {
        groupsOffset + groups * falseSharingByteCount + colourByteCount
    }

    /// Logs start at different lines of their first page, so that the same word of a thousand logs
    /// does not fall on the same few sets of the cache (which are picked by the low address bits).
    static let colourByteCount = 4096

    /// The distance from the start of the region to the start of the log numbered `number`.
    static func colour(_ number: Int) -> Int {
        number % (colourByteCount / falseSharingByteCount) * falseSharingByteCount
    }
}
