/// A single queue in equilibrium, whose waiting times are known exactly: what a run over a server
/// of known speed must come out at.
///
/// Rates are messages a second, times are seconds.
public protocol QueueModel: Sendable {
    /// Mean number of messages that arrive in a second.
    var arrivalRate: Double { get }
    /// Mean time that a server needs for a message.
    var meanService: Double { get }
    /// Share of time that a server is busy, above 0 and below 1.
    var utilisation: Double { get }
    /// Mean time between arrival and start of service.
    var meanWait: Double { get }
    /// Probability that a message waits for at most `time`; 0 below 0.
    func waitProbability(atMost time: Double) -> Double
    /// The time that a share `probability` of messages waits for at most; 0 where that share does
    /// not wait at all. `probability` is in 0..<1.
    func waitQuantile(_ probability: Double) -> Double
    /// Probability that a message is done within `time` of its arrival.
    func responseProbability(atMost time: Double) -> Double
    /// The time within which a share `probability` of messages is done. `probability` is in 0..<1.
    func responseQuantile(_ probability: Double) -> Double
}

extension QueueModel {
    /// Mean time between arrival and end of service.
    public var meanResponse: Double { meanWait + meanService }

    /// Mean number of messages that wait (Little's law).
    public var meanQueueLength: Double { arrivalRate * meanWait }
}

/// The first `x` in `low...high` where the non-decreasing `function` reaches `target`, to the
/// resolution of a double. `function(high)` is at least `target`.
func bisect(
    _ target: Double, from low: Double, to high: Double, _ function: (Double) -> Double
) -> Double {
    var low = low
    var high = high
    // 200 halvings are more than any pair of doubles needs.
    for _ in 0..<200 {
        let middle = low + (high - low) / 2
        if middle <= low || middle >= high { break }
        if function(middle) >= target { high = middle } else { low = middle }
    }
    return high
}
