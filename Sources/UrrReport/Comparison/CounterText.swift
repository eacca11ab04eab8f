import UrrAnalysis
import UrrResults

/// Counts for people at a terminal.
public enum CounterText {
    private static let columns = [
        ("instructions", "instructions"), ("atomics", "atomics"),
        ("failedExchanges", "retries"), ("systemCalls", "calls"),
        ("allocatedBytes", "alloc B"), ("retainedBytes", "B/record"),
    ]

    /// A table with a row for each case.
    public static func text(_ record: CounterRecord) -> String {
        var table = TextTable(["per message"] + columns.map(\.1))
        for (name, counts) in record.cases.sorted(by: { $0.key < $1.key }) {
            table.add(
                [printable(name)]
                    + columns.map { column in
                        counts[column.0].map { Quantity.decimal($0, 2) } ?? Quantity.absent
                    })
        }
        let missing = record.notCounted.map { "not counted: " + printable($0) }
        return (table.lines(.plain, indent: 0) + missing).joined(separator: "\n") + "\n"
    }
}
