import UrrResults

/// Looks for the smallest number of consumers, then of partitions, that meets objectives.
///
/// Says which size has to be tried next and is told whether it held. The consumers are searched with
/// partitions in plenty, several for each, so that a bad division of few partitions does not count
/// against them; the partitions then with those consumers. More consumers are taken never to hurt;
/// of partitions that is true only of multiples of the consumers and between two of them, because a
/// consumer that has one more than the others is the slowest, so these are searched apart. Last, the
/// neighbours with one consumer and one partition fewer are tried, and where one holds the search
/// goes on from there: whatever is found, both neighbours failed or do not exist.
///
/// A value; O(trials) a step. Every trial is asked for once.
public struct PlanSearch: Sendable {
    /// What the search may do.
    public struct Rules: Sendable, Equatable {
        /// Consumers to start with.
        public var start: Int
        /// Most consumers.
        public var mostConsumers: Int
        /// Most partitions; nil for a queue, which has none.
        public var mostPartitions: Int?

        /// Partitions for each consumer that count as plenty.
        static let plenty = 4

        /// Counts of at least 1. Where there are partitions, more consumers than those make no
        /// sense.
        public init(start: Int, mostConsumers: Int, mostPartitions: Int?) {
            self.mostConsumers = max(1, min(mostConsumers, mostPartitions ?? mostConsumers))
            self.mostPartitions = mostPartitions
            self.start = max(1, min(start, self.mostConsumers))
        }

        /// More trials than this are not needed: there and back over powers of two for each count,
        /// and neighbours.
        public var mostTrials: Int {
            let consumers = 2 * Self.halvings(mostConsumers)
            return consumers + (mostPartitions == nil ? 1 : Self.halvings(mostConsumers) + 10)
        }

        private static func halvings(_ count: Int) -> Int {
            Int.bitWidth - count.leadingZeroBitCount
        }
    }

    /// What comes next.
    public enum Request: Sendable, Equatable {
        /// Try this size; `purpose` says what for.
        case trial(PlanSize, purpose: Purpose)
        /// The smallest size.
        case found(PlanSize)
        /// Nothing that is allowed holds; this is the largest that was tried.
        case impossible(PlanSize)
    }

    /// What a size is tried for.
    public enum Purpose: String, Sendable {
        /// The number of consumers.
        case consumers
        /// The number of partitions.
        case partitions
        /// One consumer or one partition fewer than what holds.
        case neighbour
    }

    private struct Unknown: Error {
        let size: PlanSize
        let purpose: Purpose
    }

    private let rules: Rules
    private var known: [PlanSize: Bool] = [:]

    /// A search of which nothing is known yet.
    public init(_ rules: Rules) { self.rules = rules }

    /// Takes note of what a trial of `size` showed.
    public mutating func record(_ size: PlanSize, held: Bool) { known[size] = held }

    /// The smallest size that is known to hold: fewest consumers, then fewest partitions.
    public var smallestKnown: PlanSize? {
        known.filter { $0.value }.keys.min {
            ($0.consumers, $0.partitions ?? 0) < ($1.consumers, $1.partitions ?? 0)
        }
    }

    /// What comes next.
    public var request: Request {
        do throws(Unknown) {
            return try conclude()
        } catch {
            return .trial(error.size, purpose: error.purpose)
        }
    }

    private func holds(
        _ consumers: Int, _ partitions: Int?, _ purpose: Purpose
    ) throws(Unknown) -> Bool {
        let size = PlanSize(consumers: consumers, partitions: partitions)
        guard let held = known[size] else { throw Unknown(size: size, purpose: purpose) }
        return held
    }

    /// The whole search from its beginning over what is known; stops where something is not.
    private func conclude() throws(Unknown) -> Request {
        guard let consumers = try fewestConsumers() else {
            return .impossible(
                PlanSize(
                    consumers: rules.mostConsumers, partitions: plenty(rules.mostConsumers)))
        }
        var size = PlanSize(consumers: consumers, partitions: nil)
        if rules.mostPartitions != nil { size.partitions = try fewestPartitions(consumers) }
        while let smaller = try oneConsumerFewer(size) { size = smaller }
        return .found(size)
    }

    /// A size with one consumer fewer that holds: with the same partitions, or with one for each,
    /// which few keys may fall on better than on plenty.
    private func oneConsumerFewer(_ size: PlanSize) throws(Unknown) -> PlanSize? {
        let consumers = size.consumers - 1
        guard consumers > 0 else { return nil }
        if try holds(consumers, size.partitions, .neighbour) {
            guard let partitions = size.partitions else { return PlanSize(consumers: consumers) }
            return PlanSize(
                consumers: consumers,
                partitions: try fewestPartitions(consumers, below: partitions))
        }
        guard size.partitions != nil, try holds(consumers, consumers, .neighbour) else {
            return nil
        }
        return PlanSize(consumers: consumers, partitions: consumers)
    }

    // MARK: Consumers

    private func plenty(_ consumers: Int) -> Int? {
        rules.mostPartitions.map { most in
            max(1, min(Rules.plenty, most / consumers)) * consumers
        }
    }

    /// Doubles from the start until something holds, then halves the way back.
    private func fewestConsumers() throws(Unknown) -> Int? {
        var missed = 0
        var count = rules.start
        while try !holds(count, plenty(count), .consumers) {
            missed = count
            guard count < rules.mostConsumers else { return nil }
            count = min(rules.mostConsumers, 2 * count)
        }
        while count - missed > 1 {
            let middle = missed + (count - missed) / 2
            if try holds(middle, plenty(middle), .consumers) {
                count = middle
            } else {
                missed = middle
            }
        }
        return count
    }

    // MARK: Partitions

    /// The fewest partitions for `consumers`, of which `below` or plenty are known to hold.
    private func fewestPartitions(
        _ consumers: Int, below: Int? = nil
    ) throws(Unknown) -> Int {
        var holding = below ?? plenty(consumers) ?? consumers
        // First over multiples: of each consumer has as many as the others.
        var missed = 0
        var multiple = (holding + consumers - 1) / consumers
        while multiple - missed > 1 {
            let middle = missed + (multiple - missed) / 2
            if try holds(consumers, middle * consumers, .partitions) {
                multiple = middle
            } else {
                missed = middle
            }
        }
        holding = min(holding, multiple * consumers)
        // Then between the multiple that holds and the one below it.
        var lower = max(missed * consumers, consumers - 1)
        while holding - lower > 1 {
            let middle = lower + (holding - lower) / 2
            if try holds(consumers, middle, .partitions) {
                holding = middle
            } else {
                lower = middle
            }
        }
        return holding
    }
}
