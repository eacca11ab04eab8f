import Glibc
import UrrResults

/// Looks for the highest rate that a system holds, one step at a time: asks for a rate to be tried,
/// takes what became of it, and asks for the next. Pure: the same outcomes give the same search.
///
/// Three stages. Bracket: double or halve from the start until one rate holds and one is missed.
/// Bisect: halve the interval between the two, by ratio. Staircase: from there one step up after a
/// rate that held, one down after one that was missed (the up-and-down method, Dixon and Mood 1948),
/// which circles around the rate at which holding and missing are equally likely. When it has turned
/// often enough, ``KneeEstimate`` tells from all outcomes where that is and how sure it is.
public struct KneeSearch: Sendable {
    /// What a search may do.
    public struct Rules: Sendable, Equatable {
        /// The first rate, in messages a second.
        public var start: Double
        /// Rates that may be tried.
        public var allowed: ClosedRange<Double>
        /// Ratio between neighbouring rates of the staircase, minus 1.
        public var resolution: Double
        /// Turning points of the staircase, after the first two, that end it.
        public var turns: Int
        /// How often a disturbed step is repeated before it counts as missed.
        public var repetitions: Int

        /// Rules with the usual values: 2 % steps, eight turns, two repetitions.
        public init(
            start: Double, allowed: ClosedRange<Double>, resolution: Double = 0.02,
            turns: Int = 8, repetitions: Int = 2
        ) {
            self.start = start
            self.allowed = allowed
            self.resolution = resolution
            self.turns = turns
            self.repetitions = repetitions
        }
    }

    /// Where a search is.
    public enum Stage: String, Sendable, Equatable {
        case bracket
        case bisect
        case staircase
    }

    /// What to do next.
    public enum Request: Sendable, Equatable {
        /// Try this rate.
        case step(Stage, rate: Double)
        /// The search is over.
        case done(KneeFindingRecord)
    }

    /// Most steps of a search; a system that answers at random would otherwise keep it going.
    static let mostSteps = 100

    private let rules: Rules
    private var stage = Stage.bracket
    private var rate: Double
    /// Highest rate that held and lowest that did not.
    private var held: Double?
    private var missed: Double?
    /// Lowest rate at which the tool was at its limit.
    private var limit: Double?
    private var disturbed = 0
    private var steps = 0
    private var finding: KneeFindingRecord?
    /// Logarithms of the rates between which the staircase turned.
    private var turns: [Double] = []
    private var isClimbing: Bool?
    /// Every rate that the system was seen at.
    private var trials: [KneeEstimate.Trial] = []

    /// A search that has not begun. The start is taken as the nearest rate that is allowed.
    public init(_ rules: Rules) {
        self.rules = rules
        rate = min(max(rules.start, rules.allowed.lowerBound), rules.allowed.upperBound)
    }

    /// What to do next; the same until `record` is called.
    public var request: Request {
        finding.map { .done($0) } ?? .step(stage, rate: rate)
    }

    /// Takes what became of the rate that was asked for.
    public mutating func record(_ outcome: KneeOutcome) {
        guard finding == nil else { return }
        steps += 1
        if outcome == .disturbed, disturbed < rules.repetitions {
            disturbed += 1
            return
        }
        disturbed = 0
        // A machine that is never quiet does not hold the rate either.
        let outcome = outcome == .disturbed ? .missed : outcome
        if outcome != .generatorLimit {
            trials.append(KneeEstimate.Trial(rate: rate, held: outcome == .held))
        }
        switch stage {
        case .bracket, .bisect: narrow(outcome)
        case .staircase: climb(outcome)
        }
        if finding == nil, steps >= Self.mostSteps {
            finding = KneeFindingRecord(kind: .undecided, lower: held, upper: missed)
        }
    }

    // MARK: Bracket and bisect

    private mutating func narrow(_ outcome: KneeOutcome) {
        switch outcome {
        case .held: held = max(held ?? rate, rate)
        case .missed: missed = min(missed ?? rate, rate)
        case .generatorLimit, .disturbed: limit = min(limit ?? rate, rate)
        }
        // Above the tool's limit nothing can be learned; a rate that was missed below it counts.
        guard let ceiling = [missed, limit].compactMap({ $0 }).min() else {
            double()
            return
        }
        guard let held else {
            halve()
            return
        }
        // What held above a rate that was missed is the scatter that the staircase is for.
        if ceiling / held > pow(1 + rules.resolution, 3) {
            stage = .bisect
            rate = (held * ceiling).squareRoot()
        } else if missed == nil || (limit ?? .infinity) < (missed ?? .infinity) {
            finding = KneeFindingRecord(kind: .generatorLimit, lower: held, upper: limit)
        } else {
            stage = .staircase
            rate = min(max((held * ceiling).squareRoot(), held), ceiling)
        }
    }

    private mutating func double() {
        if rate >= rules.allowed.upperBound {
            finding = KneeFindingRecord(kind: .aboveAllowed, lower: held)
        }
        rate = min(rate * 2, rules.allowed.upperBound)
    }

    private mutating func halve() {
        if rate <= rules.allowed.lowerBound {
            finding = KneeFindingRecord(
                kind: missed == nil ? .generatorLimit : .belowAllowed, upper: missed ?? limit)
        }
        rate = max(rate / 2, rules.allowed.lowerBound)
    }

    // MARK: Staircase

    private mutating func climb(_ outcome: KneeOutcome) {
        // The tool's limit is no answer of the system: from there on the way leads down, and if it
        // is met again and again the search ends with it.
        if outcome == .generatorLimit { limit = min(limit ?? rate, rate) }
        let goesUp = outcome == .held
        let next = goesUp ? rate * (1 + rules.resolution) : rate / (1 + rules.resolution)
        if let isClimbing, isClimbing != goesUp {
            // A turn lies between the rate that made it and the one before.
            turns.append(log(rate) - (goesUp ? -1 : 1) * log(1 + rules.resolution) / 2)
        }
        isClimbing = goesUp
        if turns.count >= rules.turns + Self.discarded { finish() }
        guard rules.allowed.contains(next) else {
            if finding == nil {
                finding =
                    goesUp
                    ? KneeFindingRecord(kind: .aboveAllowed, lower: rate)
                    : KneeFindingRecord(kind: .belowAllowed, upper: rate)
            }
            return
        }
        rate = next
    }

    /// The first turns lie where the bisection ended, not where the staircase leads.
    private static let discarded = 2

    private mutating func finish() {
        if let limit, let first = turns.first, log(limit) - first < log(1 + rules.resolution) * 2 {
            finding = KneeFindingRecord(kind: .generatorLimit, lower: held, upper: limit)
            return
        }
        guard let estimate = KneeEstimate(trials, resolution: rules.resolution) else { return }
        finding = KneeFindingRecord(
            kind: .found, ratePerSecond: estimate.rate, lower: estimate.interval.lowerBound,
            upper: estimate.interval.upperBound)
    }
}
