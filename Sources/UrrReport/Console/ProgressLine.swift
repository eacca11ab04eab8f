/// What is shown while a run goes on.
public enum ProgressLine {
    /// Groups shown one by one on a terminal.
    private static let shownGroups = 4

    /// The lines for a terminal of `width` columns: one about the run, one for each group. No line
    /// is as wide as the terminal, so that none wraps.
    public static func terminal(_ snapshot: ProgressSnapshot, width: Int) -> [String] {
        var lines = [head(snapshot)]
        let names = snapshot.groups.prefix(shownGroups).map { cut(printable($0.name), to: 24) }
        let nameWidth = names.map { columns(of: $0) }.max() ?? 0
        for (name, group) in zip(names, snapshot.groups) {
            lines.append("  " + padded(name, to: nameWidth) + "  " + state(group))
        }
        let hidden = snapshot.groups.count - names.count
        if hidden > 0 { lines.append("  and \(ConsoleSummary.plural(hidden, "more group"))") }
        return lines.map { cut($0, to: max(1, width - 1)) }
    }

    /// One line for a file or a pipe.
    public static func plain(_ snapshot: ProgressSnapshot) -> String {
        let groups = snapshot.groups.map { "; \(printable($0.name)): \(state($0))" }.joined()
        return head(snapshot) + groups
    }

    private static func head(_ snapshot: ProgressSnapshot) -> String {
        let elapsed = seconds(snapshot.elapsedNs), planned = seconds(snapshot.plannedNs)
        let time = padded(elapsed, to: columns(of: planned), right: true) + "/\(planned) s"
        let note = snapshot.note.map { "  (\(printable($0)))" } ?? ""
        return "\(time) \(padded(printable(snapshot.phase), to: 7))"
            + "  offered \(rate(snapshot.offeredPerSecond))  sent \(rate(snapshot.sentPerSecond))"
            + note
    }

    private static func state(_ group: ProgressSnapshot.Group) -> String {
        var text = "handled \(rate(group.handledPerSecond))"
        if let lag = group.lag {
            let age = group.lagSeconds.map { " (\(Quantity.duration(seconds: $0)))" } ?? ""
            text += "  lag \(padded(Quantity.count(lag), to: 9, right: true))\(age)"
        }
        return text + "  p99 " + (group.responseP99Ns.map { Quantity.duration($0) } ?? "-")
    }

    /// Fixed width, so that a redrawn line stands still.
    private static func rate(_ value: Double) -> String {
        padded(Quantity.rate(value), to: 11, right: true)
    }

    private static func seconds(_ nanoseconds: Int64) -> String {
        Quantity.decimal(Double(nanoseconds) / 1e9, 1)
    }
}

/// Draws progress over itself on a terminal. Holds how many lines stand there; the caller writes
/// what it returns.
public struct ProgressDisplay: Sendable {
    private var drawn = 0

    /// A display that has drawn nothing.
    public init() {}

    /// What to write to show `lines` in place of what was drawn before.
    public mutating func draw(_ lines: [String]) -> String {
        // EL (erase to the end of the line) and ED (erase below): ECMA-48, 8.3.41 and 8.3.39.
        let text = back() + lines.map { $0 + "\u{1b}[K\n" }.joined() + "\u{1b}[J"
        drawn = lines.count
        return text
    }

    /// What to write to take the drawn lines away.
    public mutating func clear() -> String {
        guard drawn > 0 else { return "" }
        let text = back() + "\u{1b}[J"
        drawn = 0
        return text
    }

    /// To the start of the first drawn line (CPL, ECMA-48, 8.3.13).
    private func back() -> String { drawn > 0 ? "\u{1b}[\(drawn)F" : "" }
}
