/// Why a cold operation on a log was refused. The hot path answers with values instead.
public enum LogError: Error, Equatable, CustomStringConvertible {
    /// The configuration cannot be used; every problem is listed.
    case configuration([String])
    /// The machine, or a limit that this process has, leaves less memory than is needed.
    case notEnoughMemory(byteCount: Int, available: Int)
    /// The memory could not be mapped; `code` is the system's error number.
    case outOfMemory(byteCount: Int, code: Int32)
    /// An exclusive log has an appender already, and has only one.
    case appenderTaken
    /// The log was opened for the other kind of appender.
    case wrongAppenderKind
    /// All group slots are in use.
    case tooManyGroups(maximum: Int)
    /// The cursor does not belong to a group that is attached to this log.
    case unknownGroup(slot: Int)
    /// The offset is not in the retained range, or no start was given where one is needed.
    case offsetOutOfRange(Offset?, retained: Range<Offset>)

    /// What was refused, with the limits.
    public var description: String {
        switch self {
        case .configuration(let problems):
            return "log configuration: " + problems.joined(separator: "; ")
        case .notEnoughMemory(let byteCount, let available):
            return "needs \(byteCount) bytes of memory, and \(available) are available"
        case .outOfMemory(let byteCount, let code):
            return "could not map \(byteCount) bytes of memory (error \(code))"
        case .appenderTaken:
            return "the log has its exclusive appender already"
        case .wrongAppenderKind:
            return "the log was opened for the other kind of appender"
        case .tooManyGroups(let maximum):
            return "maximumGroups: must be above the groups attached, got \(maximum)"
        case .unknownGroup(let slot):
            return "group \(slot) is not attached to this log"
        case .offsetOutOfRange(let offset, let retained):
            let wanted = offset.map { "got \($0)" } ?? "got none"
            return "offset: must be \(retained.lowerBound) to \(retained.upperBound), \(wanted)"
        }
    }
}

/// What an append, a claim or a commit on the hot path came to. A refusal appends nothing, and an
/// exclusive appender then publishes what it appended before.
@frozen
public enum AppendResult: UInt8, Sendable {
    /// The record is in the log.
    case appended
    /// There is no room at this moment.
    case full
    /// The payload is longer than the log allows, now and for ever.
    case tooLarge
    /// The log was closed: nothing is appended any more.
    case closed
}

/// What a seek came to.
@frozen
public enum SeekResult: Equatable, Sendable {
    /// The reader goes on at this offset.
    case moved(Offset)
    /// The offset is not retained or lies behind the end; the reader stays where it was.
    case outOfRange(retained: Range<Offset>)
    /// The reader was superseded by another one of the same group, and cannot move it.
    case fenced
}
