import Glibc

/// M/D/1: Poisson arrivals, one server that needs the same time for every message, in order of
/// arrival. The exact distribution of the wait, by sums of positive terms only.
///
/// Erlang's series (1909) for this distribution alternates and loses all digits after a few dozen
/// service times. Franx ("A simple solution for the M/D/c waiting time distribution", Operations
/// Research Letters 29, 2001) gives for `(k-1)D <= t < kD`, with `u = kD - t`:
///
///     P(wait <= t) = sum over j < k of  Q(k-1-j) * Poisson(j; rate * u)
///
/// where `Q(n)` is the probability that at most `n` messages wait. The probabilities of the number
/// `n` in the system come from the recursion for M/G/1 (Tijms, "A First Course in Stochastic
/// Models", section 9.3), whose terms are positive as well:
///
///     p(n) * a(0) = tail(n-1) * p(0) + sum over 0 < i < n of tail(n-i) * p(i)
///
/// with `a` the Poisson probabilities of arrivals during one service and `tail(i)` the probability
/// of more than `i` of them.
public struct MD1Queue: QueueModel {
    /// Messages that arrive in a second.
    public let arrivalRate: Double
    /// Time that every message takes, in seconds.
    public let serviceTime: Double

    /// Above this the sums would need millions of terms.
    public static let highestUtilisation = 0.9999

    /// A wait of so many services has, up to `highestUtilisation`, a probability below e^-200.
    private static let longestWait = 1e6

    /// A queue in equilibrium, or nil where there is none or it cannot be computed: a rate or a
    /// time that is not a positive number, or a utilisation above `highestUtilisation`.
    public init?(arrivalRate: Double, serviceTime: Double) {
        guard arrivalRate > 0, serviceTime > 0, arrivalRate.isFinite,
            arrivalRate * serviceTime <= Self.highestUtilisation
        else { return nil }
        self.arrivalRate = arrivalRate
        self.serviceTime = serviceTime
    }

    /// Mean time of a service in seconds.
    public var meanService: Double { serviceTime }

    /// Share of time that a server is busy.
    public var utilisation: Double { arrivalRate * serviceTime }

    /// Pollaczek and Khinchine: half of what exponential service would give.
    public var meanWait: Double { utilisation * serviceTime / (2 * (1 - utilisation)) }

    /// See `QueueModel`. O(time / serviceTime).
    public func waitProbability(atMost time: Double) -> Double {
        guard time >= 0 else { return 0 }
        var lengths = QueueLengths(utilisation: utilisation)
        return probability(atMost: time, &lengths)
    }

    /// See `QueueModel`. Resolves probabilities up to about 1 - 1e-11.
    public func waitQuantile(_ probability: Double) -> Double {
        guard probability > 1 - utilisation else { return 0 }
        var lengths = QueueLengths(utilisation: utilisation)
        // The tail falls exponentially, so doubling finds the end; the probability is 1 there.
        var high = serviceTime
        while self.probability(atMost: high, &lengths) < probability { high *= 2 }
        return bisect(probability, from: 0, to: high) { self.probability(atMost: $0, &lengths) }
    }

    /// See `QueueModel`.
    public func responseProbability(atMost time: Double) -> Double {
        waitProbability(atMost: time - serviceTime)
    }

    /// See `QueueModel`.
    public func responseQuantile(_ probability: Double) -> Double {
        waitQuantile(probability) + serviceTime
    }

    private func probability(atMost time: Double, _ lengths: inout QueueLengths) -> Double {
        let services = (time / serviceTime).rounded(.down) + 1
        guard services < Self.longestWait else { return 1 }
        let mean = arrivalRate * (services * serviceTime - time)
        var weight = exp(-mean)
        var sum = 0.0
        var j = 0
        // Poisson weights of a mean below 1 vanish after 20 terms or so.
        while Double(j) < services, weight > 1e-30 || j == 0 {
            sum += lengths.atMost(Int(services) - 1 - j) * weight
            j += 1
            weight *= mean / Double(j)
        }
        return min(sum, 1)
    }
}

/// Probabilities of the number of waiting messages in M/D/1, computed as far as they are asked for.
private struct QueueLengths {
    private let utilisation: Double
    /// `tails[i]`: more than `i` arrivals during a service; left out where they are below 1e-300.
    private let tails: [Double]
    /// `system[n]`: exactly `n` messages in the system.
    private var system: [Double]
    /// `waiting[n]`: at most `n` messages wait, that is at most `n + 1` are in the system.
    private var waiting: [Double]

    init(utilisation: Double) {
        self.utilisation = utilisation
        // Summed from the far end, so that small tails keep their digits.
        var probabilities = [exp(-utilisation)]
        while probabilities.last! > 1e-300 {
            probabilities.append(
                probabilities.last! * utilisation / Double(probabilities.count))
        }
        var sum = 0.0
        var tails: [Double] = []
        for probability in probabilities.dropFirst().reversed() {
            sum += probability
            tails.append(sum)
        }
        self.tails = tails.reversed()
        let empty = 1 - utilisation
        let one = empty * expm1(utilisation)
        system = [empty, one]
        waiting = [empty + one]
    }

    /// The probability that at most `n` messages wait. O(n) once, O(1) from then on.
    mutating func atMost(_ n: Int) -> Double {
        while waiting.count <= n {
            // What is beyond this is too small for a double to tell from nothing.
            if system.last! < 1e-18 * (1 - utilisation) { return 1 }
            append()
        }
        return waiting[n]
    }

    private mutating func append() {
        let n = system.count
        var sum = n - 1 < tails.count ? tails[n - 1] * system[0] : 0
        // The terms rise to one peak and fall faster than a geometric series from there on.
        for distance in 1..<min(n, tails.count) {
            let term = tails[distance] * system[n - distance]
            sum += term
            if term < 1e-20 * sum { break }
        }
        let next = sum * exp(utilisation)
        system.append(next)
        waiting.append(waiting.last! + next)
    }
}
