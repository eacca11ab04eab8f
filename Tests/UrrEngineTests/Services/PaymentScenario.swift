import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// Payments, the ticket service and statistics, to start from.
enum PaymentScenario {
    static let tickets = 0
    static let stats = 1

    /// Two seconds of 500 payments a second over three partitions.
    static func standard(_ change: (inout Scenario) -> Void = { _ in }) -> Scenario {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            warmup: 200 * millisecond, measure: 2 * nanosecondsPerSecond,
            drain: 10 * nanosecondsPerSecond)
        scenario.topics = [
            "payment-events", "reservation-events", "transfer-events", "membership-events",
        ].map { Scenario.topic($0, partitions: 3, capacityBytes: 1 << 20) }
        scenario.producers = [Scenario.producer("payments", rate: 500)]
        scenario.producers[0].keys = .uniform(cardinality: 100)
        scenario.producers[0].partitioning = .key
        scenario.producers[0].events = EventsSpec(
            .payment, mix: [.paymentConfirmed: 9, .paymentRefunded: 1],
            paymentTypes: [.reservation: 6, .transfer: 3, .membership: 1], withoutType: 0.2)
        scenario.consumers = [
            group("tickets", .ticketService, topics: [0]),
            group("stats", .statsService, topics: [0, 1, 3]),
        ]
        change(&scenario)
        return scenario
    }

    private static func group(
        _ name: String, _ handler: HandlerKind, topics: [Int]
    ) -> ConsumerSpec {
        var group = Scenario.group(name, topics: topics, service: .fixed(500 * microsecond))
        group.handler = handler
        group.instances = 2
        group.maxPollRecords = 50
        group.sessionTimeout = 100 * millisecond
        group.guarantee = .exactlyOnceEffects
        group.idempotency = IdempotencySpec(capacity: 100_000)
        return group
    }

    /// Crashes of both groups at random instants, and a retry storm.
    static func trouble(_ scenario: inout Scenario) {
        for group in [tickets, stats] {
            for point in [CrashPoint.beforeHandling, .beforeCommit] {
                scenario.faults.append(
                    FaultSpec(
                        .consumerCrash(
                            group: group, member: nil, point: point, downtime: 150 * millisecond),
                        .random(count: 4, from: 0, until: 1900 * millisecond)))
            }
        }
        scenario.faults.append(
            FaultSpec(
                .retryStorm(producer: 0, share: 0.3, copies: 2, length: nanosecondsPerSecond),
                .at(500 * millisecond)))
    }
}
