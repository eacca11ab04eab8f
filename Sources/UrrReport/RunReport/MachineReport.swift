import UrrResults

/// Where the run took place, and on what.
enum MachineReport {
    static func section(_ record: RunRecord) -> ReportSection? {
        var table = ReportTable(["", ""], textColumns: [1])
        for (name, value) in facts(record.machine) + facts(record) { table.add([name, value]) }
        return ReportSection(
            title: "Machine, driver and settings", remark: nil, blocks: [.table(table)])
    }

    /// What is known of the machine and the build.
    static func facts(_ machine: MachineRecord) -> [(String, String)] {
        [
            ("processor", "\(printable(machine.cpuModel)) (\(printable(machine.architecture)))"),
            ("CPUs", "\(machine.allowedCPUs.count) of \(machine.logicalCPUs) allowed"),
            ("memory", Quantity.bytes(machine.memoryBytes)),
            ("kernel", printable(machine.kernel)),
            (
                "clock",
                machine.isSimulated
                    ? printable(machine.clockSource)
                    : "\(printable(machine.clockSource)), \(Quantity.decimal(machine.timerCostNs, 1)) ns"
                        + " a reading, spread \(Quantity.number(machine.clockSpreadPPM)) ppm"
            ),
            ("allocator", printable(machine.allocator)),
            (
                "build",
                "Swift \(printable(machine.swiftVersion)), \(printable(machine.buildMode)), commit "
                    + printable(machine.gitCommit)
            ),
        ].filter { !$0.1.isEmpty }
    }

    private static func facts(_ record: RunRecord) -> [(String, String)] {
        let settings = record.settings
        var facts = [
            (
                "threads",
                "\(settings.producerWorkers) sending, \(settings.consumerWorkers) receiving, "
                    + "\(settings.pinned ? "pinned" : "not pinned"), idle: "
                    + printable(settings.idle)
            ),
            ("driver", printable(record.driver.name)),
        ]
        for dictionary in [record.driver.semantics, record.driver.facts] {
            for (name, value) in dictionary.sorted(by: { $0.key < $1.key }) {
                facts.append(("driver: \(printable(name))", printable(value)))
            }
        }
        facts.append(("workload digest", printable(record.workload.digest)))
        return facts
    }
}
