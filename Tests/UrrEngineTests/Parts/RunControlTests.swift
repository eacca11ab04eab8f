import Testing
import UrrPlatform

@testable import UrrEngine

struct RunControlTests {
    @Test func everyStateKeepsItsStart() {
        let control = RunControl(workers: 2)
        #expect(control.state == .ready)
        let states: [RunState] = [.warmup, .settle, .measure, .drain, .stop]
        for (index, state) in states.enumerated() {
            control.enter(state, at: Nanoseconds(index) * 10 + 5)
            #expect(control.state == state)
            for (earlier, known) in states.prefix(index + 1).enumerated() {
                #expect(control.start(of: known) == Nanoseconds(earlier) * 10 + 5)
            }
        }
    }

    @Test func statesMayBeLeftOut() {
        let control = RunControl(workers: 1)
        control.enter(.measure, at: 3)
        control.enter(.stop, at: 4)
        #expect(control.state == .stop && control.start(of: .measure) == 3)
    }

    @Test func noStateIsEnteredTwice() async {
        await #expect(processExitsWith: .failure) {
            let control = RunControl(workers: 1)
            control.enter(.measure, at: 1)
            control.enter(.measure, at: 2)
        }
    }

    @Test func noStateIsGoneBackTo() async {
        await #expect(processExitsWith: .failure) {
            let control = RunControl(workers: 1)
            control.enter(.measure, at: 1)
            control.enter(.warmup, at: 2)
        }
    }

    @Test func reportsAreOfOneWorkerAndCoverEarlierStates() {
        let control = RunControl(workers: 3)
        control.reportFinished(worker: 1, state: .measure)
        #expect(control.hasFinished(worker: 1, state: .warmup))
        #expect(control.hasFinished(worker: 1, state: .measure))
        #expect(!control.hasFinished(worker: 1, state: .drain))
        #expect(!control.hasFinished(worker: 0, state: .warmup))
        #expect(!control.hasFinished(worker: 2, state: .warmup))
        #expect(control.hasFinished(worker: 2, state: .ready))
    }
}
