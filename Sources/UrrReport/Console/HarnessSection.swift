import UrrResults

/// What the measuring cost, so that a reader can tell the system from the tool.
enum HarnessSection {
    /// Workers listed one by one; a run on a large machine may have many.
    private static let listedWorkers = 8

    static func lines(_ record: RunRecord, _ style: TextStyle) -> [String] {
        let harness = record.harness
        var lines = [ConsoleSummary.heading("Harness", nil, style)]
        lines += ConsoleSummary.paragraph(costs(harness), style)
        lines += ConsoleSummary.paragraph(allocations(record), style)
        if let placement = harness.placement {
            lines += ConsoleSummary.paragraph(placed(placement), style)
        }
        return lines + workers(harness).lines(style, indent: 2) + more(harness)
    }

    static func costs(_ harness: HarnessRecord) -> String {
        "measuring took about \(Quantity.percent(harness.estimatedShare)) of the workers' time: "
            + "clock reading \(nanoseconds(harness.clockReadNs)), "
            + "counting \(nanoseconds(harness.histogramRecordNs)), "
            + "checking \(nanoseconds(harness.verificationNs)) each"
    }

    static func allocations(_ record: RunRecord) -> String {
        guard let bytes = record.harness.allocatedBytesPerMessage else {
            return "allocations: not counted (\(printable(record.machine.allocator)))"
        }
        let amount = bytes == 0 ? "none" : "\(Quantity.number(bytes)) bytes per message"
        let stores = record.harness.workers.compactMap(\.storeAllocatedBytes).reduce(0, +)
        let apart =
            stores > 0 ? "; beside that \(Quantity.bytes(stores)) by idempotency stores" : ""
        return "allocations by the workers in the measured phase: \(amount)\(apart)"
    }

    static func placed(_ placement: PlacementRecord) -> String {
        let label = placement.label.map { " (\(printable($0)))" } ?? ""
        return "a message between two workers cost \(nanoseconds(placement.beforeNs)) before the"
            + " run and \(nanoseconds(placement.afterNs)) after it\(label)"
    }

    private static func workers(_ harness: HarnessRecord) -> TextTable {
        var table = TextTable(workerHeader)
        for worker in harness.workers.prefix(listedWorkers) { table.add(cells(worker)) }
        return table
    }

    static let workerHeader = ["worker", "role", "CPU", "busy", "processor", "messages"]

    /// A worker under `workerHeader`.
    static func cells(_ worker: WorkerRecord) -> [String] {
        let processor =
            worker.wallTimeNs > 0
            ? Quantity.percent(Double(worker.processorTimeNs) / Double(worker.wallTimeNs))
            : Quantity.absent
        return [
            printable(worker.name), printable(worker.role),
            worker.cpu.map { String($0) } ?? Quantity.absent,
            Quantity.percent(worker.busyShare), processor, Quantity.count(worker.messages),
        ]
    }

    private static func more(_ harness: HarnessRecord) -> [String] {
        let rest = harness.workers.count - listedWorkers
        return rest > 0 ? ["  and \(ConsoleSummary.plural(rest, "more worker"))"] : []
    }

    /// Costs are often below ten nanoseconds, where a tenth matters.
    private static func nanoseconds(_ value: Double) -> String {
        value < 100 ? Quantity.decimal(value, 1) + " ns" : Quantity.duration(seconds: value / 1e9)
    }
}
