import Glibc

/// Where the knee lies, from every rate that was tried and what became of it.
///
/// Whether a rate holds is taken for a matter of chance: the probability falls from 1 to 0 around the
/// knee along a logistic curve in the logarithm of the rate, whose width is unknown. The rates that
/// were tried depend on earlier outcomes, but given a rate its outcome does not, so the likelihood is
/// the product over all steps. With a flat prior for the knee within the rates that were tried, and
/// one for the width that is flat in its logarithm, the posterior is summed on a grid (Watson and
/// Pelli 1983, Kontsevich and Tyler 1999). Its median is the knee, its quantiles are the interval.
struct KneeEstimate {
    /// One rate that was tried.
    struct Trial: Sendable {
        /// Messages a second.
        var rate: Double
        var held: Bool
    }

    /// Narrowest and widest curve that is considered, in steps of the staircase: from a limit that is
    /// as sharp as a step can tell to a system that scatters over several.
    private static let widths = 0.05...5.0
    private static let widthCount = 12
    private static let rateCount = 400
    /// Rates more steps than this away from where holding ends are not considered.
    private static let reach = 12.0

    /// Messages a second at which holding and missing are equally likely.
    let rate: Double
    /// Interval that holds the knee with a probability of 95 %.
    let interval: ClosedRange<Double>

    /// Nil unless at least one rate held and one was missed. `resolution` is the ratio between
    /// neighbouring rates of the staircase, minus 1. About 5,000 evaluations of the curve per trial.
    init?(_ trials: [Trial], resolution: Double) {
        guard let held = trials.filter(\.held).map(\.rate).max(),
            let missed = trials.filter({ !$0.held }).map(\.rate).min(), resolution > 0
        else { return nil }
        let step = log(1 + resolution)
        let outcomes = trials.map { (position: log($0.rate) / step, held: $0.held) }
        let center = log(held * missed) / 2 / step
        let tried = outcomes.map(\.position)
        let low = max(tried.min() ?? center, center - Self.reach)
        let high = min(tried.max() ?? center, center + Self.reach)
        let places = (0..<Self.rateCount).map {
            low + (high - low) * (Double($0) + 0.5) / Double(Self.rateCount)
        }
        let weights = Self.posterior(at: places, outcomes)
        func quantile(_ share: Double) -> Double {
            exp(step * Self.quantile(share, places, weights))
        }
        rate = quantile(0.5)
        interval = quantile(0.025)...quantile(0.975)
    }

    /// Probability of each place up to a common factor, summed over the widths.
    private static func posterior(
        at places: [Double], _ outcomes: [(position: Double, held: Bool)]
    ) -> [Double] {
        let ratio = log(widths.upperBound / widths.lowerBound) / Double(widthCount - 1)
        var logarithms: [[Double]] = []
        for number in 0..<widthCount {
            let width = widths.lowerBound * exp(ratio * Double(number))
            var row = [Double](repeating: 0, count: places.count)
            for outcome in outcomes {
                let sign = outcome.held ? 1 / width : -1 / width
                for index in places.indices {
                    row[index] -= softplus((outcome.position - places[index]) * sign)
                }
            }
            logarithms.append(row)
        }
        let greatest = logarithms.joined().max() ?? 0
        return places.indices.map { index in
            logarithms.reduce(0) { $0 + exp($1[index] - greatest) }
        }
    }

    /// log(1 + e^x) without an overflow.
    private static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

    private static func quantile(
        _ share: Double, _ places: [Double], _ weights: [Double]
    ) -> Double {
        let target = share * weights.reduce(0, +)
        var sum = 0.0
        for (place, weight) in zip(places, weights) {
            sum += weight
            if sum >= target { return place }
        }
        return places.last ?? 0
    }
}
