import Glibc
import UrrEngine
import UrrPlatform
import UrrReport

/// Shows a run while it goes on, once a second: redrawn lines on a terminal, plain lines anywhere
/// else. Also tells the engine of an interrupt.
final class LiveProgress: RunObserver {
    /// How to show it.
    enum Manner {
        case terminal
        case plain
        case none
    }

    private let manner: Manner
    private let plan: RunPlan
    private var display = ProgressDisplay()
    private let log: HistogramLogFile?

    init(manner: Manner, plan: RunPlan, log: HistogramLogFile?) {
        self.manner = manner
        self.plan = plan
        self.log = log
    }

    /// The manner that `--progress` and the terminal call for.
    static func manner(_ text: String, quiet: Bool) -> Manner {
        if quiet || text == "none" { return .none }
        if text == "plain" || !Console.isTerminal(STDERR_FILENO) { return .plain }
        return .terminal
    }

    var isInterrupted: Bool { Interruption.isRequested }

    func observe(_ report: IntervalReport) {
        if report.state != .warmup { log?.append(report) }
        guard report.to > report.from, report.state != .stop else { return }
        switch manner {
        case .none: return
        case .plain: Console.progress(ProgressLine.plain(snapshot(report)) + "\n")
        case .terminal:
            let lines = ProgressLine.terminal(
                snapshot(report), width: Console.width(STDERR_FILENO) ?? 100)
            Console.progress(display.draw(lines))
        }
    }

    /// Takes the redrawn lines off the terminal.
    func finish() {
        if manner == .terminal { Console.progress(display.clear()) }
    }

    private func snapshot(_ report: IntervalReport) -> ProgressSnapshot {
        let seconds = Double(report.to - report.from) / Double(nanosecondsPerSecond)
        let sent = report.producers.reduce(0) { $0 + $1.sent }
        let groups = zip(plan.groups, report.groups).map { group, state in
            ProgressSnapshot.Group(
                name: group.name, handledPerSecond: Double(state.tally.handled) / seconds,
                lag: state.lag,
                lagSeconds: state.lagAge.map { Double($0) / Double(nanosecondsPerSecond) },
                responseP99Ns: state.responseP99SoFar)
        }
        return ProgressSnapshot(
            elapsedNs: report.to + plan.warmup, plannedNs: plan.warmup + plan.measure,
            phase: "\(report.state)", offeredPerSecond: report.offeredRate,
            sentPerSecond: Double(sent) / seconds, groups: groups)
    }
}
