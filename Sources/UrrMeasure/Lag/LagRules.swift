import UrrPlatform

/// When a partition is in which state. A group is in the worst state of its partitions.
///
/// The last `window` nanoseconds are looked at as ten slots of equal length, each time a slot is
/// over. The first rule that applies decides; all but the first wait until ten slots in a row have
/// samples, and the state stays what it was until then.
///
/// 1. REWIND: the committed offset fell between two samples of the window.
/// 2. OK: the lag was at most `quietLag` at some sample of the window.
/// 3. STOP: the committed offset is the same throughout, and the last activity (where known) is
///    before the window.
/// 4. STALL: the committed offset is the same throughout.
/// 5. WARN: the greatest lag of each slot is at least that of the slot before.
/// 6. OK.
///
/// Burrow compares ten successive commits. Samples come far more often than commits here, and lag
/// falls with every commit and rises in between, so the comparison is over slots; and what commits
/// cannot show, whether a silent group is alive, comes from its polls.
public struct LagRules: Sendable, Equatable {
    /// Time that the rules look back, in nanoseconds.
    public var window: Nanoseconds
    /// Lag that counts as none, so that a few messages in flight are no trouble.
    public var quietLag: Int64

    /// Parts that a window is divided into: Burrow's default is ten commits.
    static let slots = 10

    /// Rules for a window, 5 s where nothing is said.
    public init(window: Nanoseconds = 5 * nanosecondsPerSecond, quietLag: Int64 = 0) {
        invariant(window >= Nanoseconds(Self.slots), "a slot is at least 1 ns")
        self.window = window
        self.quietLag = quietLag
    }
}
