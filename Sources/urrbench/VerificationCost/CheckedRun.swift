import UrrDriverEmbedded
import UrrEngine
import UrrMeasure
import UrrPlatform
import UrrWorkload

/// A run at the engine's limit, with its checks and without them.
struct CheckedRun {
    /// What is told apart: an instant handler takes the shortest way of a message, one with a slot
    /// the longest.
    enum Handler: String, CaseIterable {
        case instant
        case slots

        var name: String {
            switch self {
            case .instant: "handler without a wait"
            case .slots: "handler with slots"
            }
        }
    }

    let handler: Handler
    let isVerified: Bool

    /// Far more than the engine carries, so that it is always at its limit.
    private static let offered = 1e8
    static let length: Nanoseconds = 700_000_000
    static let messageBytes = 128

    /// Messages that were handled in a second.
    func throughput() throws -> Double {
        let plan = try RunPlan(
            spec, processors: PinnedThread.allowedCPUs().count, runTag: 1)
        let outcome = try RunSession(
            plan: plan, driver: EmbeddedDriver(), clock: TimeStampClock(), probe: .none
        ).run()
        let seconds = Double(outcome.measureEnd - outcome.measureStart) / 1e9
        return Double(outcome.consumers.tallies[0].handled) / seconds
    }

    private var spec: WorkloadSpec {
        WorkloadSpec(
            name: "verification-cost", phases: PhasesSpec(measure: Self.length, drain: 0),
            topics: [
                TopicSpec(
                    name: "events", capacityBytes: 16 << 20,
                    smallestMessageBytes: Self.messageBytes)
            ],
            producers: [
                ProducerSpec(
                    name: "source", to: "events",
                    arrivals: ArrivalSpec(.constant(rate: Self.offered)),
                    messageSize: .fixed(Self.messageBytes), partitioning: .partition(0))
            ],
            consumers: [
                ConsumerSpec(
                    group: "group", topics: ["events"], topicIndexes: [0],
                    concurrency: handler == .instant ? 1 : 2)
            ],
            workers: WorkersSpec(producers: 1, consumers: 1),
            verification: isVerified ? .header : .none)
    }
}
