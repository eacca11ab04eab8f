/// The state of a consumer group, in the words of Burrow (LinkedIn's lag monitor), from good to
/// bad; see `LagRules` for when each holds.
public enum LagState: String, Codable, Sendable, Equatable, Comparable, CaseIterable {
    /// The group keeps up, or works its lag off.
    case ok = "OK"
    /// The group commits, and its lag never falls.
    case warn = "WARN"
    /// The group has lag, and its committed offset does not move.
    case stall = "STALL"
    /// As STALL, and the group has not been heard of for the whole window.
    case stop = "STOP"
    /// The committed offset went backwards.
    case rewind = "REWIND"

    private var rank: Int {
        switch self {
        case .ok: 0
        case .warn: 1
        case .stall: 2
        case .stop: 3
        case .rewind: 4
        }
    }

    /// Whether `left` is the better state.
    public static func < (left: LagState, right: LagState) -> Bool { left.rank < right.rank }
}
