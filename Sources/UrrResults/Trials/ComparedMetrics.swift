/// Which metrics of a run are compared unless the caller names some.
public enum ComparedMetrics {
    /// Few and telling: each one more makes every other harder to prove, because the chance of a
    /// false alarm is shared between them. A closed loop is judged by what gets through, an open
    /// one by how long messages take and how busy the threads are: its rate is the schedule's.
    public static func standard(for record: RunRecord) -> [String] {
        let isClosed = record.producers.contains { !$0.openLoop }
        return isClosed
            ? ["throughput.handled", "response.p50", "response.p99"]
            : ["response.p50", "response.p99", "cpu.busy"]
    }

    /// Whether `name` is of the far end of a distribution, which varies from run to run several
    /// times as much as its middle.
    public static func isTail(_ name: String) -> Bool {
        let parts = name.split(separator: ".")
        if parts.last == "max" || parts.last == "stddev" || parts.contains("lag") { return true }
        // `p99.9` is two parts.
        guard
            let start = parts.lastIndex(where: {
                $0.first == "p" && $0.dropFirst().allSatisfy(\.isNumber)
            })
        else { return false }
        return (Double(parts[start].dropFirst()) ?? 0) >= 95
    }
}
