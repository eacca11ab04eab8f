import UrrMeasure
import UrrResults

/// How far each group fell behind, and whether it came back, told in a sentence or two.
enum LagSection {
    static func lines(_ record: RunRecord, _ style: TextStyle) -> [String] {
        guard !record.groups.isEmpty else { return [] }
        return [ConsoleSummary.heading("Lag", nil, style)]
            + record.groups.flatMap { group in
                ConsoleSummary.paragraph(
                    story(group, of: record) + (keys(group).map { " \($0)" } ?? ""), style)
            }
    }

    /// Whether the hottest key's messages wait longer than the others.
    private static func keys(_ group: GroupRecord) -> String? {
        guard let keys = group.keys, let hottest = keys.first(where: { $0.key != nil }),
            let others = keys.first(where: { $0.key == nil }),
            let own = hottest.waiting.percentilesNs["99"],
            let rest = others.waiting.percentilesNs["99"]
        else { return nil }
        return "The hottest key has \(Quantity.percent(hottest.share)) of the messages; 99 % of"
            + " them wait at most \(Quantity.duration(own)), of the others'"
            + " \(Quantity.duration(rest))."
    }

    static func story(_ group: GroupRecord, of record: RunRecord) -> String {
        let lag = group.lag
        let name = printable(group.name)
        guard lag.peak > 0 else { return "\(name): never behind." }
        let when = Quantity.duration(lag.peakAtNs) + segment(at: lag.peakAtNs, group, record)
        var text = "\(name): lag rose to \(Quantity.count(lag.peak)) at \(when)"
        if let seconds = lag.peakSeconds {
            text += ", the oldest unread message at most \(Quantity.duration(seconds: seconds)) old"
        }
        text += "; " + ending(lag)
        if let states = states(lag) { text += " \(states)" }
        return text
    }

    private static func ending(_ lag: LagRecord) -> String {
        if let recovery = lag.recoveryNs {
            let rest = lag.finalLag > 0 ? ", \(Quantity.count(lag.finalLag)) at the end" : ""
            return "back to normal \(Quantity.duration(recovery)) after that peak\(rest)."
        }
        let rest = "not back to normal before the end, where it was \(Quantity.count(lag.finalLag))"
        guard let slope = lag.slopePerSecond, slope > 0 else { return rest + "." }
        return rest + "; it grew by \(Quantity.rate(slope)) over the measured phase."
    }

    /// ` (in hold)`: the part of the arrival curve that the instant lies in.
    private static func segment(
        at instant: Int64, _ group: GroupRecord, _ record: RunRecord
    ) -> String {
        let feeding = record.producers.filter { group.sources.contains($0.target) }.map(\.name)
        let segment = record.segments.first { segment in
            feeding.contains(segment.producer) && segment.startNs <= instant
                && instant < segment.endNs
        }
        return segment.map { " (in \(printable($0.name)))" } ?? ""
    }

    /// States other than OK and WARN are told: they mean that the group stood still.
    private static func states(_ lag: LagRecord) -> String? {
        let bad = lag.statesTimeline.filter { $0.state != .ok && $0.state != .warn }
        guard let first = bad.first else { return nil }
        let more = bad.count > 1 ? " and \(bad.count - 1) more such changes" : ""
        return "State \(first.state.rawValue) at \(Quantity.duration(first.atNs))\(more)."
    }
}
