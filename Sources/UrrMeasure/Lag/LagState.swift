/// The state of a consumer group, in the words of Burrow (LinkedIn's lag monitor); see
/// `LagTracker` for the rules.
public enum LagState: String, Codable, Sendable, Equatable, CaseIterable {
    /// The group keeps up, or works its lag off.
    case ok = "OK"
    /// The group commits, and its lag never falls.
    case warn = "WARN"
    /// The group is there, has lag, and its committed offset does not move.
    case stall = "STALL"
    /// The group has lag and has not been heard of for the whole window.
    case stop = "STOP"
    /// The committed offset went backwards.
    case rewind = "REWIND"
}
