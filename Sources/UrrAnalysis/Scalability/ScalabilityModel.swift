/// How throughput grows with the number of members (consumers, partitions, instances) that share
/// the work: the Universal Scalability Law and its two special cases.
///
///     X(N) = rate N / (1 + contention (N - 1) + coherency N (N - 1))
///
/// N. J. Gunther, "Guerrilla Capacity Planning", Springer 2007, chapters 4 to 6. Contention is the
/// share of the work that cannot be done side by side; coherency is what members lose by keeping
/// each other informed, which makes throughput fall beyond a peak.
public struct ScalabilityModel: Sendable, Equatable {
    /// Which parameters are free.
    public enum Kind: String, Sendable, Equatable, CaseIterable, Codable {
        /// `contention` and `coherency` are 0: every member brings as much as the first.
        case linear
        /// `coherency` is 0: Amdahl's law.
        case amdahl
        /// All three.
        case universal

        /// Free parameters.
        public var parameters: Int {
            switch self {
            case .linear: 1
            case .amdahl: 2
            case .universal: 3
            }
        }
    }

    /// Throughput of one member, messages per second.
    public var rate: Double
    /// 0...1.
    public var contention: Double
    /// 0 or above.
    public var coherency: Double

    /// A model with the given parameters.
    public init(rate: Double, contention: Double = 0, coherency: Double = 0) {
        self.rate = rate
        self.contention = contention
        self.coherency = coherency
    }

    /// Throughput of one member's worth of rate: the curve without its scale.
    func shape(_ members: Double) -> Double {
        members / divisor(members)
    }

    func divisor(_ members: Double) -> Double {
        1 + contention * (members - 1) + coherency * members * (members - 1)
    }

    /// Messages per second of `members` members, 1 or more.
    public func throughput(_ members: Double) -> Double { rate * shape(members) }

    /// The number of members with the greatest throughput; nil where throughput never falls.
    /// `sqrt((1 - contention) / coherency)`, from the derivative; at least 1.
    public var peakMembers: Double? {
        coherency > 0 ? max(1, ((1 - contention) / coherency).squareRoot()) : nil
    }

    /// The greatest throughput, or the one that it approaches with ever more members; nil where
    /// nothing bounds it.
    public var ceiling: Double? {
        if let peakMembers { return throughput(peakMembers) }
        return contention > 0 ? rate / contention : nil
    }

    /// The knee: where the line of members that do not hinder each other reaches the ceiling. Up to
    /// there more members pay; beyond, the ceiling holds them down (the crossing of the asymptotic
    /// bounds, as in operational analysis: Denning and Buzen 1978). Nil where there is no ceiling.
    public var kneeMembers: Double? { ceiling.map { max(1, $0 / rate) } }
}

/// A measured throughput.
public struct ScalabilityPoint: Sendable, Equatable {
    /// Members that shared the work, 1 or more.
    public var members: Double
    /// Messages per second, above 0.
    public var throughput: Double

    /// A point.
    public init(members: Double, throughput: Double) {
        self.members = members
        self.throughput = throughput
    }
}
