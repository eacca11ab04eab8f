import UrrResults

/// One file of results that a report is about.
public enum ReportSubject: Sendable {
    /// The result of a run.
    case run(RunRecord, file: String)
    /// The result of a sweep.
    case sweep(SweepRecord, file: String)
    /// The result of a search for the knee.
    case knee(KneeRecord, file: String)
    /// A capacity plan.
    case plan(PlanRecord, file: String)
}

extension ReportDocument {
    /// The report on `subjects`: plans first, because they answer what the others are evidence of;
    /// then the comparison of several runs, and everything else in its order. Pure.
    public init(_ subjects: [ReportSubject]) {
        var runs = subjects.compactMap { subject -> RunSubject? in
            guard case .run(let record, let file) = subject else { return nil }
            return RunSubject(record: record, file: file)
        }
        for (index, mark) in RunSubject.marks(runs.count).enumerated() { runs[index].mark = mark }
        var parts = subjects.compactMap { subject -> ReportPart? in
            guard case .plan(let record, let file) = subject else { return nil }
            return PlanReport.part(record, file: file)
        }
        if runs.count > 1 { parts.append(SideBySide.part(runs)) }
        var rest = runs[...]
        for subject in subjects {
            switch subject {
            case .run: if let run = rest.popFirst() { parts.append(run.part()) }
            case .sweep(let record, let file): parts.append(SweepReport.part(record, file: file))
            case .knee(let record, let file): parts.append(KneeReport.part(record, file: file))
            case .plan: break
            }
        }
        self.init(
            title: (parts.first.map(\.title) ?? "nothing") + " - urrbench report", parts: parts)
    }
}
