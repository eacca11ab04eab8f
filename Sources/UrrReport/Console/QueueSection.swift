import UrrResults

/// What became of the messages of each queue, and how long those of its hottest groups waited.
enum QueueSection {
    /// One section for each queue.
    static func sections(_ record: RunRecord) -> [SummarySection] {
        shown(record).map { queue in
            var pieces = [SummarySection.Piece.table(counts(queue, record))]
            if let redrives = redrives(queue) { pieces.append(.table(redrives)) }
            if let groups = messageGroups(queue) {
                pieces += [.table(groups), .paragraph(explanation)]
            }
            return SummarySection(
                title: "Queue \(printable(queue.name))", remark: remark(queue), pieces: pieces)
        }
    }

    /// The queues that there is something to tell of: a dead-letter queue that nobody uses otherwise
    /// is told with its source.
    private static func shown(_ record: RunRecord) -> [QueueRecord] {
        let queues = record.queues ?? []
        let sources = Set(queues.compactMap(\.deadLetterQueue))
        return queues.filter { $0.accounting.sent > 0 || !sources.contains($0.name) }
    }

    /// What kind of queue it is.
    private static func remark(_ queue: QueueRecord) -> String {
        var remark = queue.fifo ? "FIFO" : "standard"
        if let letters = queue.deadLetterQueue {
            remark += ", dead letters to \(printable(letters))"
        }
        return remark
    }

    /// What became of the messages of `queue`.
    private static func counts(_ queue: QueueRecord, _ record: RunRecord) -> TextTable {
        let it = queue.accounting
        var table = TextTable(["", "messages", ""])
        func add(_ name: String, _ count: UInt64, _ remark: String = "", isFault: Bool = false) {
            table.add(
                [name, Quantity.count(count), remark], tone: isFault && count > 0 ? .bad : nil)
        }
        add("sent", it.sent, it.repeats > 0 ? "\(Quantity.count(it.repeats)) of them repeats" : "")
        if it.refused > 0 { add("refused", it.refused) }
        let late = record.producers.filter { $0.target == queue.name }
            .compactMap(\.fallback?.reprocessed).reduce(0, +)
        if late > 0 { add("sent from fallback", late, "refused before, and not counted as sent") }
        let missed = it.wronglySuppressed + it.notSuppressed
        add(
            "suppressed as duplicates", it.suppressed,
            missed == 0 ? "exactly the repeats inside the window" : "not what was repeated")
        if missed > 0 {
            add("  of them wrongly", it.wronglySuppressed, isFault: true)
            add("repeats not suppressed", it.notSuppressed, isFault: true)
        }
        add("admitted", it.admitted, "handled and deleted")
        add("dead-lettered", it.deadLettered)
        if it.soundDeadLetters > 0 {
            add("  with others", it.soundDeadLetters, "not poison themselves")
        }
        if it.redriven > 0 {
            add(
                "redriven", it.redriven,
                "\(Quantity.count(it.redrivenLate)) of them behind later ones of their group")
            add("dead letters left", it.deadLettersLeft)
        }
        if it.misdirected > 0 {
            add("misdirected", it.misdirected, "against their receive counts", isFault: true)
        }
        add("lost", it.lost, isFault: true)
        add("order breaks", it.orderBreaks, "within message groups", isFault: true)
        if it.early + it.unexpected > 0 {
            add("delivered too early", it.early, "inside a visibility timeout", isFault: true)
            add("delivered again", it.unexpected, "after a delete", isFault: true)
        }
        if it.dropped > 0 { add("gone by retention", it.dropped) }
        if it.remaining > 0 { add("left in the queue", it.remaining) }
        add("deliveries", it.delivered, "\(Quantity.count(it.redelivered)) of them again")
        add("failed attempts", it.failedAttempts)
        if it.crashes > 0 { add("crashes of workers", it.crashes) }
        if it.handledAgain > 0 { add("handled again", it.handledAgain, "could not be deleted") }
        if it.staleHandles > 0 { add("stale handles", it.staleHandles) }
        return table
    }

    /// One line per redrive, the first twenty; nil where there was none.
    private static func redrives(_ queue: QueueRecord) -> TextTable? {
        guard let redrives = queue.redrives, !redrives.isEmpty else { return nil }
        var table = TextTable(["redrive at", "moved", "took", ""])
        for redrive in redrives.prefix(20) {
            var time = Quantity.absent
            if let started = redrive.startedNs, let ended = redrive.endedNs {
                time = Quantity.duration(ended - started)
            }
            table.add([
                Quantity.duration(redrive.startedNs ?? redrive.dueNs),
                Quantity.count(redrive.moved), time,
                redrive.failure.map { printable($0) } ?? "",
            ])
        }
        let rest = redrives.count - min(20, redrives.count)
        if rest > 0 { table.addTitle("and \(rest) more") }
        return table
    }

    /// What the columns of `messageGroups` mean.
    private static let explanation =
        "wait: from sending to the start of the handler; a message waits for all that is before it "
        + "in its group. again: delivered again."

    /// The hottest message groups and the rest; nil where there are none.
    private static func messageGroups(_ queue: QueueRecord) -> TextTable? {
        guard !queue.messageGroups.isEmpty else { return nil }
        var table = TextTable([
            "message group", "share", "admitted", "suppressed", "again", "dead", "breaks",
            "wait p50", "p99", "max",
        ])
        for group in queue.messageGroups {
            let name =
                group.name.map { printable($0) } ?? rest(group, of: queue.messageGroups.count)
            let waiting = ["50", "99"].map { percentile in
                group.waiting.percentilesNs[percentile].map { Quantity.duration($0) }
                    ?? Quantity.absent
            }
            table.add(
                [
                    name, Quantity.percent(group.share), Quantity.count(group.admitted),
                    Quantity.count(group.suppressed), Quantity.count(group.redelivered),
                    Quantity.count(group.deadLettered), Quantity.count(group.orderBreaks),
                ] + waiting
                    + [group.waiting.maxNs.map { Quantity.duration($0) } ?? Quantity.absent],
                tone: group.orderBreaks > 0 ? .bad : nil)
        }
        return table
    }

    private static func rest(_ group: MessageGroupRecord, of classes: Int) -> String {
        let count = Quantity.count(Int64(group.groups))
        return classes > 1 ? "\(count) others" : "all \(count)"
    }
}
