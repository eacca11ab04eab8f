import UrrDriver
import UrrDriverEmbedded
import UrrEngine
import UrrPlatform
import UrrResults
import UrrWorkload

/// Workloads of one queue, one producer and some workers, to start from.
enum QueueScenario {
    /// Two seconds of a hundred messages each over ten message groups, dead letters after three
    /// deliveries.
    static func standard(_ change: (inout Scenario) -> Void = { _ in }) -> Scenario {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            measure: 2 * nanosecondsPerSecond, drain: 600 * nanosecondsPerSecond)
        scenario.topics = []
        scenario.queues = [
            QueueSpec(
                name: "tickets", maximumMessageSize: 4096,
                redrive: RedriveSpec(
                    maxReceiveCount: 3, deadLetterQueue: "dead", deadLetterQueueIndex: 1)),
            QueueSpec(name: "dead", maximumMessageSize: 4096),
        ]
        scenario.producers = [
            ProducerSpec(
                name: "door", to: "tickets", target: .queue(0),
                arrivals: ArrivalSpec(.constant(rate: 100)), keys: .uniform(cardinality: 10),
                messageSize: .fixed(100), batch: BatchSpec(messages: 10))
        ]
        scenario.consumers = [
            ConsumerSpec(
                group: "workers", topics: [], topicIndexes: [], instances: 4,
                serviceTime: .fixed(millisecond), receiving: ReceivingSpec(queue: "tickets"))
        ]
        change(&scenario)
        return scenario
    }
}

extension Scenario {
    /// How the workers of the first group receive.
    var receiving: ReceivingSpec {
        get { consumers[0].receiving! }
        set { consumers[0].receiving = newValue }
    }
}

extension Simulated {
    /// The books of queue `index`.
    func books(_ index: Int = 0) throws -> QueueAccounting {
        try record().queues![index].accounting
    }
}
