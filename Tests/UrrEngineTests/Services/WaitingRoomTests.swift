import Testing
import UrrDriverEmbedded
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// Both designs of the waiting room in virtual time.
struct WaitingRoomTests {
    /// 100 people a second for two seconds, of whom 60 are activated every half second.
    private func topic(_ change: (inout Scenario) -> Void = { _ in }) -> Scenario {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            measure: 2 * nanosecondsPerSecond, drain: 20 * nanosecondsPerSecond)
        scenario.topics = [Scenario.topic("queue.send")]
        scenario.producers = [Scenario.producer("room", rate: 100)]
        scenario.producers[0].events = EventsSpec(.waitingRoom)
        scenario.consumers = [Scenario.group("concert", service: .fixed(millisecond))]
        scenario.consumers[0].handler = .concertQueue
        scenario.consumers[0].activation = ActivationSpec(
            atMost: 60, every: 500 * millisecond, room: 1000)
        change(&scenario)
        return scenario
    }

    @Test func aTickActivatesAtMostSoMany() throws {
        // 200 people at once: 60, 60, 60 and 20 at the ticks.
        let run = try Simulated(
            topic {
                $0.producers[0].arrivals = ArrivalSpec(
                    .burst(BurstShape(size: 200, every: 3 * nanosecondsPerSecond)))
            })
        #expect(run.outcome.findings[0].violations == 0)
        #expect(run.group().handled == 200)
        let response = run.latency(.response)
        // The first is activated at half a second, the last at two seconds and as the twentieth.
        #expect(response.minimum.map { $0 / millisecond } == 501)
        #expect(response.maximum.map { abs($0 - 2020 * millisecond) < 20 * millisecond } == true)
        let held = try #require(run.outcome.services[0]).held
        #expect(held.messages == 200)
        #expect(held.bytes > 200 * 150 && held.bytes < 200 * 400)
    }

    @Test func everybodyIsLetInOnce() throws {
        let run = try Simulated(topic())
        #expect(run.outcome.drained)
        #expect(run.group().handled == 200)
        #expect(run.outcome.findings[0].violations == 0)
        let service = try #require(run.outcome.services[0])
        #expect(service.isComplete && service.difference == 0)
        // 50 come between two ticks.
        #expect(service.held.messages >= 50 && service.held.messages < 60)
    }

    @Test func whatACrashLosesComesAgain() throws {
        let run = try Simulated(
            topic {
                $0.consumers[0].sessionTimeout = 100 * millisecond
                $0.faults = [
                    FaultSpec(
                        .consumerCrash(
                            group: 0, member: 0, point: .beforeCommit,
                            downtime: 200 * millisecond), .at(1300 * millisecond))
                ]
            })
        #expect(run.outcome.drained)
        #expect(run.outcome.findings[0].violations == 0)
        #expect(run.outcome.findings[0].lost == 0)
        // One that was let in is let in again, because there is no store.
        #expect(run.group().repeated == 1)
        let service = try #require(run.outcome.services[0])
        #expect(service.difference == 0)
        #expect(service.figures[0].again.count == 1)
    }

    @Test func aRoomThatIsFullLeavesTheRestInTheLog() throws {
        let run = try Simulated(
            topic {
                $0.producers[0].arrivals = ArrivalSpec(
                    .burst(BurstShape(size: 200, every: 3 * nanosecondsPerSecond)))
                $0.consumers[0].activation?.room = 64
            })
        #expect(run.group().handled == 200)
        #expect(try #require(run.outcome.services[0]).held.messages == 64)
    }

    @Test func aWorkerKeepsABatch() throws {
        let run = try Simulated(
            QueueScenario.standard {
                $0.producers[0].events = EventsSpec(.waitingRoom)
                $0.producers[0].messageSize = .fixed(300)
                $0.consumers[0].handler = .ticketWorker
                $0.verification = .full
            })
        #expect(run.outcome.drained)
        #expect(run.outcome.findings[0].violations == 0)
        let service = try #require(run.outcome.services[0])
        #expect(service.isComplete && service.difference == 0)
        #expect(service.figures.map(\.counted.count) == [200])
        #expect(service.held.messages <= 40 && service.held.bytes <= 40 * 400)
    }

    @Test func deadLettersOfEventsAreKnown() throws {
        let run = try Simulated(
            QueueScenario.standard {
                $0.producers[0].events = EventsSpec(.waitingRoom)
                $0.consumers[0].handler = .ticketWorker
                $0.receiving.batch = 1
                $0.receiving.faults.poisonRate = 0.05
                $0.receiving.retryAfter = millisecond
            })
        #expect(run.outcome.findings[0].violations == 0)
        let letters = run.outcome.queues[0].deadLettered.reduce(0, +)
        #expect(letters > 0)
        let service = try #require(run.outcome.services[0])
        #expect(service.figures.map(\.counted.count) == [200 - letters])
    }
}
