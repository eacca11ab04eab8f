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
///   index   one descriptor of 32 bytes for each of recordCapacity offsets: slot o & mask
///   +0      append time                 the record's      release -> acquire of queries
///   +8      data position               appender          relaxed; ordered by mark/published
///   +16     key hash << 32 | length                       relaxed; ordered by mark/published
///   +24     mark                                          release -> acquire of readers
///   data    dataCapacity bytes of payload: byte position p at p & mask
/// ```
///
/// Lines of different writers are 128 bytes apart (two cache lines, for the adjacent-line
/// prefetcher). A data position is a byte count that only grows; nothing depends on an address.
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

    /// Bytes of one descriptor, as a shift.
    @inlinable static var descriptorShift: Int { 5 }
    @inlinable static var timeInDescriptor: Int { 0 }
    @inlinable static var positionInDescriptor: Int { 8 }
    @inlinable static var lengthInDescriptor: Int { 16 }
    @inlinable static var markInDescriptor: Int { 24 }

    /// Where the index ring starts.
    let indexOffset: Int
    /// Where the data ring starts.
    let dataOffset: Int
    /// Bytes of the whole log.
    let byteCount: Int

    init(_ configuration: LogConfiguration) {
        indexOffset = Self.groupsOffset + configuration.maximumGroups * falseSharingByteCount
        let indexByteCount = configuration.recordCapacity << Self.descriptorShift
        let line = falseSharingByteCount
        dataOffset = (indexOffset + indexByteCount + line - 1) / line * line
        byteCount = dataOffset + configuration.dataCapacity
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
