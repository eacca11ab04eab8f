import UrrResults

/// What was run, for how long, where.
enum HeaderSection {
    static func lines(_ record: RunRecord, _ style: TextStyle) -> [String] {
        let name = style.paint(printable(record.workload.name), .strong)
        var lines = ["Workload \(name) on driver \(printable(record.driver.name))"]
        lines += ConsoleSummary.paragraph(source(record), style)
        lines += ConsoleSummary.paragraph(time(record), style)
        lines += ConsoleSummary.paragraph(machine(record), style)
        if !record.workload.overrides.isEmpty {
            let changes = record.workload.overrides.map { printable($0) }.joined(separator: ", ")
            lines += ConsoleSummary.paragraph("changed by --set: \(changes)", style)
        }
        lines += warnings(record).flatMap { warning in
            ConsoleSummary.paragraph(warning, style).map { style.paint($0, .doubtful) }
        }
        return lines
    }

    private static func source(_ record: RunRecord) -> String {
        let file = record.workload.file.map { "file \(printable($0)), " } ?? ""
        let durability =
            record.driver.semantics["durability"]
            .map { ", durability: \(printable($0))" } ?? ""
        return "\(file)seed \(record.seed.value), run \(printable(record.runId))\(durability)"
    }

    private static func time(_ record: RunRecord) -> String {
        let phases = record.phases.map { phase in
            "\(printable(phase.name)) \(Quantity.duration(phase.endNs - phase.startNs))"
        }
        let parts = phases.isEmpty ? "" : ": " + phases.joined(separator: ", ")
        return "\(Quantity.duration(record.durationNs))\(parts), "
            + "started \(printable(record.startedAt))"
    }

    private static func machine(_ record: RunRecord) -> String {
        let machine = record.machine
        let processors = "\(machine.allowedCPUs.count) of \(machine.logicalCPUs) CPUs"
        let commit = printable(machine.gitCommit)
        // 12 digits name a commit; what is behind them says whether the tree differed.
        let short =
            commit.prefix(12) + (commit.count > 12 ? commit.drop { $0 != "-" && $0 != "+" } : "")
        return [
            printable(machine.cpuModel), processors, Quantity.bytes(machine.memoryBytes),
            printable(machine.kernel), "Swift \(printable(machine.swiftVersion))",
            "\(printable(machine.buildMode)) build", "commit \(short)",
        ].joined(separator: ", ")
    }

    static func warnings(_ record: RunRecord) -> [String] {
        var warnings: [String] = []
        if record.interrupted {
            warnings.append(
                "INTERRUPTED: stopped before its end; what follows was measured so far.")
        }
        if record.simulated {
            warnings.append("SIMULATED: time was virtual; these are answers of a model.")
        }
        if record.machine.buildMode == "debug" {
            warnings.append("DEBUG BUILD: the times say nothing about a release build.")
        }
        return warnings
    }
}
