import UrrPlatform

/// The states of several partitions, judged one by one as their samples come in. Allocates nothing
/// after it is made.
public struct LagStates: Sendable {
    private var machines: [LagStateMachine]

    /// States of `partitions` partitions, all OK, that follow `rules`.
    public init(partitions: Int, rules: LagRules = LagRules()) {
        machines = (0..<partitions).map { _ in LagStateMachine(rules: rules) }
    }

    /// Adds a sample of partition number `partition`, not earlier than the one before.
    public mutating func add(at: Nanoseconds, partition: Int, _ reading: LagReading) {
        machines[partition].add(at: at, reading)
    }

    /// The worst of them; OK where there is none.
    public var worst: LagState {
        var worst = LagState.ok
        for machine in machines where machine.state > worst { worst = machine.state }
        return worst
    }
}
