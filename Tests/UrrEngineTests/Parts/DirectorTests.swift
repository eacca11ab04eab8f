import Testing
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// The director alone, with a made-up view of the run and its own clock.
struct DirectorTests {
    private static let second = nanosecondsPerSecond
    private static let lead: Nanoseconds = 100

    private struct View: RunView {
        var finished = RunState.ready
        var backlog: Int64 = 0
        var holds = false

        func producersHaveFinished(_ state: RunState) -> Bool {
            finished.rawValue >= state.rawValue
        }

        func uncommitted() -> Int64 { backlog }

        func isHolding() -> Bool { holds }
        var publishesFollowUps: Bool { false }
    }

    /// A view whose first look at an instant finds nothing, because a message is committed after its
    /// follower's topic was looked at.
    private final class RacingView: RunView {
        var looks = 0
        let publishesFollowUps: Bool
        init(publishesFollowUps: Bool) { self.publishesFollowUps = publishesFollowUps }
        func producersHaveFinished(_ state: RunState) -> Bool { true }
        func uncommitted() -> Int64 {
            looks += 1
            return looks == 2 ? 1 : 0
        }
        func isHolding() -> Bool { false }
    }

    @Test func whatAHandlerPublishesIsSeenByASecondLook() throws {
        for publishes in [false, true] {
            var scenario = Scenario()
            scenario.phases = PhasesSpec(measure: Self.second, drain: 5 * Self.second)
            let control = RunControl(workers: 1)
            var director = Director(plan: try scenario.plan(), control: control, lead: Self.lead)
            let view = RacingView(publishesFollowUps: publishes)
            var wake: Nanoseconds = 1000
            while director.state != .drain { wake = director.advance(now: wake, view: view) }
            _ = director.advance(now: wake, view: view)
            #expect((director.state == .stop) == !publishes)
        }
    }

    /// A director that is called exactly when it wants to be.
    private struct Stage {
        var director: Director
        let control = RunControl(workers: 1)
        var now: Nanoseconds = 1000
        var wake: Nanoseconds = 1000
        var view = View()

        init(warmup: Nanoseconds, measure: Nanoseconds = 2 * second, drain: Nanoseconds) throws {
            var scenario = Scenario()
            scenario.phases = PhasesSpec(warmup: warmup, measure: measure, drain: drain)
            director = Director(plan: try scenario.plan(), control: control, lead: lead)
        }

        /// Calls it at the instant that it asked for.
        mutating func step() {
            now = wake
            wake = director.advance(now: now, view: view)
        }

        /// Steps until the state is another one; at most `limit` times.
        mutating func leave(_ state: RunState, within limit: Int = 10_000) {
            var steps = 0
            while director.state == state, steps < limit {
                step()
                steps += 1
            }
        }
    }

    @Test func withoutWarmupTheMeasurementComesFirst() throws {
        var stage = try Stage(warmup: 0, drain: Self.second)
        stage.step()
        #expect(stage.director.state == .measure && stage.control.state == .measure)
        #expect(stage.control.start(of: .measure) == 1000 + Self.lead)
        #expect(stage.wake == 1000 + Self.lead + 2 * Self.second)
        stage.step()
        #expect(stage.director.state == .drain)
        stage.view.finished = .measure
        stage.leave(.drain)
        #expect(stage.director.state == .stop && stage.director.drained)
        #expect(stage.wake == .max)
        let timeline = stage.director.timeline
        #expect(timeline.warmupStart == 0 && timeline.measureStart == 1000 + Self.lead)
        #expect(timeline.measureEnd == timeline.measureStart + 2 * Self.second)
        #expect(timeline.drainEnd == timeline.measureEnd + Director.lookInterval)
    }

    @Test func theWholeSequenceInOrder() throws {
        var stage = try Stage(warmup: Self.second, drain: Self.second)
        var states: [RunState] = []
        for _ in 0..<20_000 where stage.director.state != .stop {
            if states.last != stage.director.state { states.append(stage.director.state) }
            // Producers end each phase 7 ms after its schedule, consumers 20 ms after that.
            let state = stage.director.state
            let start = stage.control.start(of: state)
            let schedule = state == .warmup ? Self.second : 0
            if state == .warmup || state == .drain,
                stage.wake >= start + schedule + 7 * millisecond
            {
                stage.view.finished = state == .warmup ? .warmup : .measure
            }
            let settled = start + 20 * millisecond
            stage.view.backlog =
                (state == .settle || state == .drain) && stage.wake >= settled ? 0 : 5
            stage.step()
        }
        #expect(states == [.ready, .warmup, .settle, .measure, .drain])
        #expect(stage.director.state == .stop && stage.director.drained)
        #expect(stage.director.leakedBacklog == 0 && !stage.director.interrupted)
        let timeline = stage.director.timeline
        #expect(timeline.warmupStart == 1000 + Self.lead)
        // Two looks of 5 ms until the producers' 7 ms are over, four until the backlog is gone.
        #expect(
            timeline.measureStart == timeline.warmupStart + Self.second + 30 * millisecond
                + Self.lead)
        #expect(timeline.drainEnd == timeline.measureEnd + 20 * millisecond)
    }

    @Test func theDrainWaitsForProducersAndConsumers() throws {
        var stage = try Stage(warmup: 0, drain: Self.second)
        stage.step()
        stage.step()
        // Nothing is uncommitted, but a producer has not ended.
        for _ in 0..<5 { stage.step() }
        #expect(stage.director.state == .drain)
        stage.view = View(finished: .measure, backlog: 1)
        for _ in 0..<5 { stage.step() }
        #expect(stage.director.state == .drain)
        stage.view.backlog = 0
        stage.step()
        #expect(stage.director.state == .stop && stage.director.drained)
    }

    @Test func aDrainThatTakesTooLongEndsUndrained() throws {
        var stage = try Stage(warmup: 0, drain: Self.second / 2)
        stage.view = View(finished: .measure, backlog: 3)
        stage.step()
        stage.leave(.measure)
        stage.leave(.drain)
        #expect(stage.director.state == .stop && !stage.director.drained)
        let timeline = stage.director.timeline
        #expect(timeline.drainEnd == timeline.measureEnd + Self.second / 2)
    }

    @Test func aWarmupThatDoesNotDrainLeaksItsBacklog() throws {
        var stage = try Stage(warmup: Self.second, drain: 3 * Self.second)
        stage.view = View(finished: .warmup, backlog: 41)
        stage.step()
        stage.leave(.warmup)
        #expect(stage.director.state == .settle)
        let settled = stage.now
        stage.leave(.settle)
        #expect(stage.director.state == .measure && stage.director.leakedBacklog == 41)
        #expect(stage.now == settled + 3 * Self.second)
    }

    @Test func aWarmupThatIsNeverSentIsLeftAtTheDeadline() throws {
        // The drain is the longest wait, but at least one second is given.
        var stage = try Stage(warmup: Self.second, drain: 0)
        stage.step()
        stage.leave(.warmup)
        #expect(stage.director.state == .settle)
        #expect(stage.now == stage.director.timeline.warmupStart + 2 * Self.second)
    }

    @Test(arguments: [RunState.ready, .warmup, .settle, .measure, .drain])
    func anInterruptEndsEveryState(_ state: RunState) throws {
        var stage = try Stage(warmup: Self.second, drain: Self.second)
        stage.view.backlog = 1
        while stage.director.state != state {
            if stage.director.state == .warmup { stage.view.finished = .warmup }
            stage.view.backlog = stage.director.state == .settle ? 0 : 1
            stage.step()
        }
        stage.now += 5 * Self.lead
        stage.director.interrupt(now: stage.now)
        #expect(stage.director.state == .stop && stage.control.state == .stop)
        #expect(stage.director.interrupted && !stage.director.drained)
        let timeline = stage.director.timeline
        let isMeasured = state == .measure || state == .drain
        #expect(timeline.measureStart <= timeline.measureEnd)
        #expect(timeline.measureEnd <= timeline.drainEnd && timeline.drainEnd <= stage.now)
        #expect(isMeasured || timeline.measureStart == stage.now)
        if state == .measure { #expect(timeline.measureEnd == stage.now) }
        // A second interrupt and further looks change nothing.
        stage.director.interrupt(now: stage.now + Self.second)
        let next = stage.director.advance(now: stage.now + Self.second, view: stage.view)
        #expect(next == .max && stage.director.timeline.drainEnd == timeline.drainEnd)
    }

    /// The schedule starts a little after the decision; an interrupt may come in between.
    @Test(arguments: [0, Self.second])
    func anInterruptBeforeTheFirstInstantLeavesNoNegativePhase(warmup: Nanoseconds) throws {
        var stage = try Stage(warmup: warmup, drain: Self.second)
        stage.step()
        stage.director.interrupt(now: stage.now + Self.lead / 2)
        let timeline = stage.director.timeline
        #expect(timeline.measureStart <= timeline.measureEnd)
        #expect(timeline.measureEnd <= timeline.drainEnd)
        #expect(timeline.warmupStart <= timeline.measureStart)
    }
}
