import UrrPlatform

/// The number of a record in a partition: 0 for the first, one more for each next.
public typealias Offset = Int64

/// What an append does where the log has no room left.
public enum WhenFull: Sendable {
    /// The append is refused: the slowest attached group's committed offset holds the log.
    /// With no group attached nothing holds it, and old records are discarded.
    case backpressure
    /// The oldest records are discarded; a group that is overrun is told so.
    case overwrite
}

/// How many threads may append.
public enum AppenderKind: Sendable {
    /// One thread, with plain arithmetic and one release store per batch.
    case exclusive
    /// Any number of threads, each claiming its place with one compare-and-exchange.
    case shared
}

/// Where a group starts, or goes on after it was overrun.
public enum OffsetReset: Sendable {
    /// At the oldest retained record.
    case earliest
    /// Behind the newest record.
    case latest
    /// Nowhere by itself: the reader stays where it is until it is told where to go.
    case none
}

/// The immutable properties of a partition log.
public struct LogConfiguration: Sendable {
    /// Bytes that the log holds, a power of two from 64 to 2^40. A record takes its length rounded
    /// up to 16, and 16 more in an exclusive log; it is never split, so the end of the ring may
    /// stay unused.
    public var dataCapacity: Int
    /// Records that the log holds, a power of two from 1 to 2^32.
    public var recordCapacity: Int
    /// Groups that can be attached at one time, 1 to 1,024; each costs 128 bytes.
    public var maximumGroups: Int
    /// Longest payload in bytes, 0 to 16 less than half of `dataCapacity`: so an empty log takes
    /// any record, wherever its ring stands.
    public var maximumMessageBytes: Int
    /// Whether one thread appends or several.
    public var appender: AppenderKind
    /// What an append does where there is no room.
    public var whenFull: WhenFull
    /// Bytes of the data ring (padding included) above which the oldest records are discarded, or
    /// nil for all that fits. Under back-pressure it limits only what can be read again: a record
    /// that an attached group has not committed is never discarded.
    public var retentionBytes: Int?
    /// Age above which a record is discarded, or nil for no limit. Enforced by the appender with
    /// the times that it is given, up to 1/16 late; never against a group under back-pressure.
    public var retentionTime: Nanoseconds?
    /// The pages that the log's memory should use.
    public var pages: MemoryRegion.Pages
    /// Whether every page is written to when the log is opened, so that no page fault is left for
    /// the first lap.
    public var prefault: Bool

    /// A configuration with the given limits. `maximumMessageBytes` defaults to 1 MiB or a quarter
    /// of `dataCapacity`, whichever is less. Nothing is checked here: see `problems()`.
    public init(
        dataCapacity: Int, recordCapacity: Int, maximumGroups: Int = 8,
        maximumMessageBytes: Int? = nil, appender: AppenderKind = .exclusive,
        whenFull: WhenFull = .backpressure, retentionBytes: Int? = nil,
        retentionTime: Nanoseconds? = nil, pages: MemoryRegion.Pages = .huge,
        prefault: Bool = true
    ) {
        self.dataCapacity = dataCapacity
        self.recordCapacity = recordCapacity
        self.maximumGroups = maximumGroups
        self.maximumMessageBytes = maximumMessageBytes ?? min(1 << 20, dataCapacity / 4)
        self.appender = appender
        self.whenFull = whenFull
        self.retentionBytes = retentionBytes
        self.retentionTime = retentionTime
        self.pages = pages
        self.prefault = prefault
    }

    /// Everything that is wrong with this configuration, as `key: rule, got value`; empty where it
    /// can be used.
    public func problems() -> [String] {
        var found: [String] = []
        func check(_ holds: Bool, _ key: String, _ rule: String, _ value: Int) {
            if !holds { found.append("\(key): \(rule), got \(value)") }
        }
        check(
            Self.isPowerOfTwo(dataCapacity, from: 64, through: 1 << 40), "dataCapacity",
            "must be a power of two from 64 to 2^40 bytes", dataCapacity)
        check(
            Self.isPowerOfTwo(recordCapacity, from: 1, through: 1 << 32), "recordCapacity",
            "must be a power of two from 1 to 2^32 records", recordCapacity)
        check(
            (1...1024).contains(maximumGroups), "maximumGroups", "must be 1 to 1024", maximumGroups)
        check(
            maximumMessageBytes >= 0 && maximumMessageBytes <= dataCapacity / 2 - 16
                && maximumMessageBytes <= Int(Int32.max), "maximumMessageBytes",
            "must be 0 to 16 less than half of dataCapacity and below 2^31", maximumMessageBytes)
        if let bytes = retentionBytes {
            // The upper bound keeps sums of positions far from overflow.
            check(
                (1...1 << 60).contains(bytes), "retentionBytes", "must be between 1 and 2^60", bytes
            )
        }
        if let time = retentionTime {
            check(time > 0, "retentionTime", "must be positive", Int(time))
        }
        return found
    }

    private static func isPowerOfTwo(_ value: Int, from low: Int, through high: Int) -> Bool {
        value >= low && value <= high && value & (value - 1) == 0
    }
}
