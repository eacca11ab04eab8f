import UrrResults

/// What became of the messages of each queue.
enum QueueReport {
    static func sections(_ record: RunRecord) -> [ReportSection] {
        QueueSection.shown(record).map { queue in
            var blocks: [ReportBlock] = [.table(QueueSection.counts(queue, record).report)]
            if let redrives = QueueSection.redrives(queue) {
                blocks.append(.table(redrives.report))
            }
            if let groups = QueueSection.messageGroups(queue) {
                blocks += [.table(groups.report), .paragraph(QueueSection.explanation)]
            }
            return ReportSection(
                title: "Queue \(printable(queue.name))", remark: QueueSection.remark(queue),
                blocks: blocks)
        }
    }
}
