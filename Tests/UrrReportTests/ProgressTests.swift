import Testing

@testable import UrrReport

struct ProgressTests {
    private func snapshot(groups: Int = 1, name: String = "ticket-service-group")
        -> ProgressSnapshot
    {
        ProgressSnapshot(
            elapsedNs: 14_230_000_000, plannedNs: 95_000_000_000, phase: "measure",
            offeredPerSecond: 49_812, sentPerSecond: 49_790,
            groups: (0..<groups).map { _ in
                ProgressSnapshot.Group(
                    name: name, handledPerSecond: 12_000, lag: 141_220, lagSeconds: 4.9,
                    responseP99Ns: 1_200_000_000)
            })
    }

    @Test func aTerminalSeesEverythingThatMatters() {
        let lines = ProgressLine.terminal(snapshot(), width: 100)
        #expect(
            lines == [
                "14.2/95.0 s measure  offered    49,812/s  sent    49,790/s",
                "  ticket-service-group  handled    12,000/s  lag   141,220 (4.90 s)  p99 1.20 s",
            ])
    }

    @Test(arguments: [1, 20, 40, 80, 100])
    func noLineWraps(width: Int) {
        for line in ProgressLine.terminal(snapshot(groups: 9), width: width) {
            #expect(columns(of: line) < max(2, width))
        }
    }

    @Test func manyGroupsAreCounted() {
        let lines = ProgressLine.terminal(snapshot(groups: 9), width: 100)
        #expect(lines.count == 6)
        #expect(lines.last == "  and 5 more groups")
    }

    @Test func plainLinesHoldNoEscapesAndOneLine() {
        var snapshot = snapshot(name: "evil\u{1b}[2J\ngroup")
        snapshot.note = "stopping"
        let line = ProgressLine.plain(snapshot)
        #expect(!line.contains("\u{1b}") && !line.contains("\n"))
        #expect(line.contains("lag   141,220") && line.contains("(stopping)"))
    }

    @Test func whatIsNotKnownIsNotMadeUp() {
        var snapshot = snapshot()
        snapshot.groups[0].lag = nil
        snapshot.groups[0].responseP99Ns = nil
        let line = ProgressLine.plain(snapshot)
        #expect(!line.contains("lag"))
        #expect(line.hasSuffix("p99 -"))
    }

    @Test func theDisplayDrawsOverItself() {
        var display = ProgressDisplay()
        #expect(display.clear() == "")
        #expect(display.draw(["a", "b"]) == "a\u{1b}[K\nb\u{1b}[K\n\u{1b}[J")
        #expect(display.draw(["c"]) == "\u{1b}[2Fc\u{1b}[K\n\u{1b}[J")
        #expect(display.clear() == "\u{1b}[1F\u{1b}[J")
        #expect(display.clear() == "")
    }
}
