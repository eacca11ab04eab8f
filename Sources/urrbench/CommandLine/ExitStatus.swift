/// What the program tells its caller. One number per class of outcome, so that a script can tell a
/// slow system from a wrong one and both from a bad measurement.
enum ExitStatus: Int32, CaseIterable, Sendable {
    /// All well.
    case ok = 0
    /// A threshold or a regression check failed.
    case checkFailed = 1
    /// Wrong usage, or a file that cannot be used.
    case usage = 2
    /// The target, or what the program needs of the machine, could not be reached or refused.
    case targetRefused = 3
    /// Messages were lost, duplicated beyond the guarantee, reordered or altered.
    case guaranteeBroken = 4
    /// The run is INVALID: its numbers do not say what they seem to say.
    case runInvalid = 5
    /// Interrupted by a signal; what was measured until then is saved.
    case interrupted = 130

    /// Which status wins where several hold: what makes the others meaningless comes first.
    private static let precedence: [ExitStatus] = [
        .usage, .interrupted, .targetRefused, .guaranteeBroken, .runInvalid, .checkFailed, .ok,
    ]

    /// The one of `statuses` to report; `ok` where there is none.
    static func worst(of statuses: [ExitStatus]) -> ExitStatus {
        precedence.first { statuses.contains($0) } ?? .ok
    }

    /// What the status means, for help texts.
    var meaning: String {
        switch self {
        case .ok: "all well"
        case .checkFailed: "a threshold or a regression check failed"
        case .usage: "wrong usage, or a file that cannot be used"
        case .targetRefused: "the target could not be reached or refused; machine not ready"
        case .guaranteeBroken: "messages lost, duplicated beyond the guarantee, or reordered"
        case .runInvalid: "the run is INVALID: its numbers cannot be trusted"
        case .interrupted: "interrupted; what was measured is saved"
        }
    }
}
