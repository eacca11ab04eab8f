import Testing
import UrrMeasure
import UrrPlatform

private let second = nanosecondsPerSecond

/// The changes of state, as (second, state), of a group whose partitions are read ten times a
/// second, with a window of 10 s: a slot is a second.
private func timeline(
    seconds: Int, quietLag: Int64 = 0,
    _ partitions: ((Double) -> (end: Int64, committed: Int64, activity: Double?))...
) -> [String] {
    var tracker = LagTracker(
        partitions: partitions.count, rules: LagRules(window: 10 * second, quietLag: quietLag))
    for tenth in 0..<seconds * 10 {
        let time = Double(tenth) / 10
        tracker.add(
            at: Nanoseconds(tenth) * second / 10,
            partitions.map { partition in
                let now = partition(time)
                return LagReading(
                    endOffset: now.end, committed: now.committed,
                    lastActivity: now.activity.map { Nanoseconds($0 * Double(second)) })
            })
    }
    return tracker.states.map { "\($0.at / second) \($0.state.rawValue)" }
}

@Suite struct LagStateTests {
    @Test func keepingUpIsOK() {
        #expect(timeline(seconds: 60) { (Int64($0 * 100), Int64($0 * 100), $0) } == ["0 OK"])
    }

    @Test func fallingBehindIsWarnOnceTheWindowIsFull() {
        // 100 a second come, 60 are committed, in steps of 60 every second: lag falls with every
        // commit and still grows.
        let states = timeline(seconds: 30) { time in
            (Int64(time * 100), Int64(time) * 60 - 60, time)
        }
        #expect(states == ["0 OK", "10 WARN"])
    }

    @Test func aSteadyLagIsWarnAndAFallingOneIsNot() {
        #expect(
            timeline(seconds: 30) { (Int64($0 * 10) + 50, Int64($0 * 10), $0) }.last == "10 WARN")
        #expect(timeline(seconds: 30) { (5000, Int64($0 * 10), $0) } == ["0 OK"])
    }

    @Test func oneMomentWithoutLagInTheWindowIsOK() {
        let states = timeline(seconds: 40) { time in
            (
                Int64(time * 10) + 50,
                time >= 25 && time < 25.5 ? Int64(time * 10) + 50 : Int64(time * 10), time
            )
        }
        // The commit goes back after 25.5 s, which is a rewind as well.
        #expect(states == ["0 OK", "10 WARN", "26 REWIND", "36 WARN"])
    }

    @Test func notCommittingIsStallAndBeingSilentIsStop() {
        let stalled = timeline(seconds: 30) { (Int64($0 * 10) + 5, 3, $0) }
        #expect(stalled == ["0 OK", "10 STALL"])
        // Last heard of at 5 s: the window from 6 s to 16 s is the first that lies after that.
        let stopped = timeline(seconds: 30) { (Int64($0 * 10) + 5, 3, min($0, 5)) }
        #expect(stopped == ["0 OK", "10 STALL", "16 STOP"])
        // Nothing known about activity: STALL is all that can be said.
        #expect(timeline(seconds: 30) { (Int64($0 * 10) + 5, 3, nil) }.last == "10 STALL")
    }

    @Test func anIdleGroupWithoutLagIsOKHoweverSilent() {
        #expect(timeline(seconds: 30) { _ in (7, 7, 0) } == ["0 OK"])
    }

    @Test func aCommitThatGoesBackIsRewindForAWindow() {
        let states = timeline(seconds: 40) { time in
            (10_000, time < 12 ? 5000 : 1000 + Int64(time * 100), time)
        }
        #expect(states == ["0 OK", "10 STALL", "13 REWIND", "23 OK"])
    }

    @Test func quietLagCountsAsNone() {
        #expect(timeline(seconds: 30, quietLag: 5) { _ in (8, 3, 0) } == ["0 OK"])
        #expect(timeline(seconds: 30, quietLag: 4) { _ in (8, 3, 0) }.last == "11 STOP")
    }

    @Test func theGroupIsInItsWorstPartitionsState() {
        let states = timeline(
            seconds: 30, { (Int64($0 * 10), Int64($0 * 10), $0) }, { (Int64($0) + 9, 3, $0) })
        #expect(states == ["0 OK", "10 STALL"])
    }

    @Test func aPauseInTheSamplingStartsANewWindow() {
        var tracker = LagTracker(partitions: 1, rules: LagRules(window: 10 * second))
        for time in Array(0..<8) + Array(20..<29) {
            tracker.add(at: Nanoseconds(time) * second, [LagReading(endOffset: 9, committed: 1)])
        }
        #expect(tracker.states.map(\.state) == [.ok])
        for time in 29..<32 {
            tracker.add(at: Nanoseconds(time) * second, [LagReading(endOffset: 9, committed: 1)])
        }
        #expect(tracker.states.map(\.state) == [.ok, .stall])
    }
}
