import UrrPlatform

/// What a worker will do to its members, earliest first. Cold: asked for its next instant once a
/// round, changed only by faults.
@usableFromInline
struct Agenda {
    /// One entry.
    struct Entry {
        var at: Nanoseconds
        /// Index of the occurrence that it belongs to.
        var fault: Int
        /// Index of the member among the worker's.
        var member: Int
        /// The life of the member that it is meant for; nil for any.
        var turn: Int?
        var action: MemberAction
    }

    /// Latest first, so that the next one is the last.
    private var entries: [Entry] = []
    /// When the next one is due; `.max` where there is none.
    @usableFromInline private(set) var next: Nanoseconds = .max

    /// Nothing to do.
    init() {}

    /// Adds an entry behind those of the same instant. O(n).
    mutating func add(_ entry: Entry) {
        let place = entries.firstIndex { $0.at <= entry.at } ?? entries.count
        entries.insert(entry, at: place)
        next = entries.last?.at ?? .max
    }

    /// Takes out the next entry where it is due.
    mutating func takeDue(_ now: Nanoseconds) -> Entry? {
        guard next <= now, let entry = entries.popLast() else { return nil }
        next = entries.last?.at ?? .max
        return entry
    }
}
