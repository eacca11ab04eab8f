/// How far the numbers of a run can be trusted; ordered from good to bad.
public enum Verdict: String, Codable, Sendable, Equatable, Comparable, CaseIterable {
    /// Nothing speaks against the run.
    case valid = "VALID"
    /// Something may have bent the numbers: read the reasons before using them.
    case suspect = "SUSPECT"
    /// The numbers do not say what they seem to say.
    case invalid = "INVALID"

    private var rank: Int { self == .valid ? 0 : self == .suspect ? 1 : 2 }

    /// Whether `left` is the better verdict.
    public static func < (left: Verdict, right: Verdict) -> Bool { left.rank < right.rank }
}
