import UrrResults

/// How far simulations were from measurements, for everything that shows simulated numbers.
public enum PredictionWords {
    /// The greatest errors in one line: `throughput 0.3 %, lag peak 0.3 %, ... (20 configurations)`.
    public static func errors(_ record: PredictionRecord) -> String {
        let errors = record.errors.map { "\(printable($0.metric)) \(Quantity.percent($0.worst))" }
        return "\(errors.joined(separator: ", ")) (\(record.configurations) configurations, each "
            + "simulated and measured on \(printable(record.date)))"
    }

    /// What was compared, and how, in sentences.
    static func method(_ record: PredictionRecord) -> [String] {
        [
            "\(record.configurations) configurations drawn at random (partitions, consumers, rates, "
                + "service times, skew), none of which calibrated anything, were run in real time "
                + "and simulated; measured on \(printable(record.date)) on \(record.cpus) CPUs "
                + "(\(printable(record.cpuModel))) with driver \(printable(record.driver)). "
                + "scripts/validate-plan repeats it and prints every error.",
            "These are errors of the model on that machine. What a broker, a network and service "
                + "times that differ from the file's add is in none of them.",
        ]
    }

    /// Every error with its goal.
    static func table(_ record: PredictionRecord) -> ReportTable {
        var table = ReportTable(
            ["simulated against measured", "greatest error", "median", "goal", "compared in"])
        for error in record.errors {
            table.add([
                ReportTable.Cell(printable(error.metric)),
                ReportTable.Cell(
                    Quantity.percent(error.worst), tone: error.worst > error.goal ? .bad : .plain),
                ReportTable.Cell(Quantity.percent(error.median)),
                ReportTable.Cell(Quantity.percent(error.goal)),
                ReportTable.Cell(Quantity.count(Int64(error.compared))),
            ])
        }
        return table
    }

    /// The section of a page; what is missing is said, too.
    static func section(_ record: PredictionRecord?) -> ReportSection {
        let title = "How far simulations were from measurements"
        guard let record else {
            return ReportSection(
                title: title, remark: nil,
                blocks: [
                    .paragraph(
                        "Not known here: scripts/validate-plan --save finds it out on this "
                            + "machine, and plans made afterwards tell it.")
                ])
        }
        return ReportSection(
            title: title, remark: "measured beside simulated",
            blocks: [.table(table(record))] + method(record).map { .paragraph($0) })
    }
}
