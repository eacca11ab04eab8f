import Glibc

/// M/M/c: Poisson arrivals, exponential service, `servers` equal servers, one queue in order of
/// arrival. With one server this is M/M/1.
///
/// Source of the formulas: Erlang (1917); Gross, Shortle, Thompson, Harris, "Fundamentals of
/// Queueing Theory", chapter on birth-death models. The probability of waiting comes from Erlang
/// B's recursion, which has no factorials and no subtraction.
public struct MMcQueue: QueueModel {
    /// Messages that arrive in a second.
    public let arrivalRate: Double
    /// Messages that one server handles in a second.
    public let serviceRate: Double
    /// Number of servers.
    public let servers: Int
    /// Probability that a message has to wait (Erlang C).
    public let waitingProbability: Double

    /// A queue in equilibrium, or nil where there is none: rates that are not positive numbers, no
    /// server, or at least as many arrivals as the servers can handle. O(servers).
    public init?(arrivalRate: Double, serviceRate: Double, servers: Int = 1) {
        guard arrivalRate > 0, serviceRate > 0, servers >= 1, serviceRate.isFinite,
            arrivalRate < serviceRate * Double(servers)
        else { return nil }
        self.arrivalRate = arrivalRate
        self.serviceRate = serviceRate
        self.servers = servers
        let load = arrivalRate / serviceRate
        var blocking = 1.0
        for server in 1...servers {
            blocking = load * blocking / (Double(server) + load * blocking)
        }
        let utilisation = load / Double(servers)
        waitingProbability = blocking / (1 - utilisation * (1 - blocking))
    }

    /// Mean time of a service in seconds.
    public var meanService: Double { 1 / serviceRate }

    /// Share of time that a server is busy.
    public var utilisation: Double { arrivalRate / (serviceRate * Double(servers)) }

    /// How fast the queue empties beyond what arrives: the rate of the wait's exponential tail.
    private var spareRate: Double { serviceRate * Double(servers) - arrivalRate }

    /// Mean wait in seconds: Erlang C over the spare rate.
    public var meanWait: Double { waitingProbability / spareRate }

    /// See `QueueModel`.
    public func waitProbability(atMost time: Double) -> Double {
        time < 0 ? 0 : 1 - waitingProbability * exp(-spareRate * time)
    }

    /// See `QueueModel`.
    public func waitQuantile(_ probability: Double) -> Double {
        let beyond = 1 - probability
        return beyond >= waitingProbability ? 0 : log(waitingProbability / beyond) / spareRate
    }

    /// See `QueueModel`.
    public func responseProbability(atMost time: Double) -> Double {
        guard time > 0 else { return 0 }
        // Service alone, or a wait and a service: a sum of two exponentials with these rates.
        let difference = spareRate - serviceRate
        // (1 - e^-x) / x, which is 1 where the two rates are the same.
        let x = difference * time
        let ratio = x == 0 ? 1 : -expm1(-x) / x
        let beyond =
            exp(-serviceRate * time) * (1 + waitingProbability * serviceRate * time * ratio)
        return 1 - beyond
    }

    /// See `QueueModel`.
    public func responseQuantile(_ probability: Double) -> Double {
        // The response is below the wait's quantile plus the service's, each for half of what is
        // beyond.
        let half = (1 - probability) / 2
        let high = waitQuantile(1 - half) - log(half) / serviceRate
        return bisect(probability, from: 0, to: high, responseProbability(atMost:))
    }
}
