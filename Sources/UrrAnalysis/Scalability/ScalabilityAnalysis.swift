/// What measured points say about how a system scales: the three models side by side, how sure the
/// numbers are, and whether they should be used at all.
public struct ScalabilityAnalysis: Sendable {
    /// An estimate with its 95 % bootstrap interval.
    public struct Estimate: Sendable, Equatable {
        /// The value of the fit.
        public let value: Double
        /// Lower end.
        public let lower: Double
        /// Upper end; nil where the replicates do not bound it.
        public let upper: Double?
    }

    /// Different numbers of members that a fit needs: one more than it has parameters.
    public static let fewestCounts = 4
    /// Different numbers of members below which the parameters are not to be trusted (the usual
    /// advice for the law is six or more).
    public static let trustedCounts = 6
    /// Relative error of the fit above which it is called bad.
    public static let worstRelativeError = 0.1
    /// A difference of the criterion below which two models explain the points equally well
    /// (Burnham and Anderson 2002, section 2.6).
    static let decisive = 2.0
    static let replicates = 1000

    /// The measured points.
    public let points: [ScalabilityPoint]
    /// The fits of all three models, the simplest first.
    public let fits: [ScalabilityFit]
    /// The fit of the universal law.
    public let universal: ScalabilityFit
    /// The simplest model that no other beats clearly.
    public let chosen: ScalabilityFit
    /// What speaks against using the numbers, in sentences; empty where nothing does.
    public let caveats: [String]
    private let samples: [ScalabilityModel]

    /// Analyses `points`; the same seed gives the same intervals. Throws where there is nothing to
    /// be had from them. About 1,000 fits.
    public init(_ points: [ScalabilityPoint], seed: UInt64) throws(ScalabilityError) {
        let counts = Set(points.map(\.members)).count
        guard counts >= Self.fewestCounts else { throw .tooFewCounts(counts) }
        let fits = ScalabilityModel.Kind.allCases.compactMap { ScalabilityFit($0, to: points) }
        guard fits.count == ScalabilityModel.Kind.allCases.count, let universal = fits.last
        else { throw .unusablePoints }
        self.points = points
        self.fits = fits
        self.universal = universal
        chosen = Self.choose(fits)
        caveats = Self.caveats(universal, points, counts: counts)
        samples = Self.resample(universal, points, seed: seed)
    }

    /// The first whose criterion is not clearly above the best one.
    private static func choose(_ fits: [ScalabilityFit]) -> ScalabilityFit {
        let best = fits.compactMap(\.criterion).min()
        let good = fits.first { fit in
            guard let best, let criterion = fit.criterion else { return false }
            return criterion - best < decisive
        }
        return good ?? fits[fits.count - 1]
    }

    private static func caveats(
        _ fit: ScalabilityFit, _ points: [ScalabilityPoint], counts: Int
    ) -> [String] {
        var caveats: [String] = []
        if counts < trustedCounts {
            caveats.append(
                "only \(counts) different counts were measured; the law needs \(trustedCounts) or "
                    + "more before its parameters mean much")
        }
        if fit.relativeError > worstRelativeError {
            let percent = Int((fit.relativeError * 100).rounded())
            caveats.append(
                "the law does not fit: it misses the points by \(percent) % (root mean square), "
                    + "so peak and knee are not to be used")
        }
        let most = points.map(\.members).max() ?? 1
        if let peak = fit.model.peakMembers, peak > 1.5 * most {
            caveats.append(
                "the peak lies far beyond the \(Int(most)) that were measured: it is a guess")
        }
        return caveats
    }

    // MARK: Bootstrap

    /// Refits to points with resampled errors. Errors are taken relative to the curve, because
    /// throughput scatters in proportion to itself, and are widened for the parameters that the fit
    /// has used up.
    private static func resample(
        _ fit: ScalabilityFit, _ points: [ScalabilityPoint], seed: UInt64
    ) -> [ScalabilityModel] {
        let count = points.count
        let room = max(1, count - fit.kind.parameters)
        let widening = (Double(count) / Double(room)).squareRoot()
        let expected = points.map { fit.model.throughput($0.members) }
        let errors = zip(points, expected).map { ($0.throughput - $1) / $1 * widening }
        var random = SeededRandom(seed: seed, stream: "scalability")
        return (0..<replicates).compactMap { _ in
            let sample = zip(points, expected).map { point, value in
                // A throughput cannot be negative, whatever the error.
                ScalabilityPoint(
                    members: point.members,
                    throughput: value * max(0.01, 1 + errors[random.below(count)]))
            }
            return ScalabilityFit(.universal, to: sample)?.model
        }
    }

    /// The 95 % interval of what `value` takes from each replicate; a nil counts as infinite.
    private func estimate(_ value: (ScalabilityModel) -> Double?) -> Estimate? {
        guard let own = value(universal.model) else { return nil }
        let sorted = samples.map { value($0) ?? .infinity }.sorted()
        guard !sorted.isEmpty else { return nil }
        let upper = sorted[Int(0.975 * Double(sorted.count - 1))]
        return Estimate(
            value: own, lower: sorted[Int(0.025 * Double(sorted.count - 1))],
            upper: upper.isFinite ? upper : nil)
    }

    /// Throughput of one member.
    public var rate: Estimate? { estimate { $0.rate } }
    /// Contention.
    public var contention: Estimate? { estimate { $0.contention } }
    /// Coherency.
    public var coherency: Estimate? { estimate { $0.coherency } }
    /// Members at the greatest throughput; nil where the fit has no peak.
    public var peak: Estimate? { estimate { $0.peakMembers } }
    /// The greatest throughput; nil where the fit has no ceiling.
    public var ceiling: Estimate? { estimate { $0.ceiling } }
    /// Members at the knee; nil where the fit has no ceiling.
    public var knee: Estimate? { estimate { $0.kneeMembers } }

    /// The 95 % band of the universal law's curve at `members`.
    public func band(at members: Double) -> (lower: Double, upper: Double)? {
        estimate { $0.throughput(members) }.flatMap { estimate in
            estimate.upper.map { (estimate.lower, $0) }
        }
    }
}

/// Why nothing can be said about how a system scales.
public enum ScalabilityError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Too few different numbers of members.
    case tooFewCounts(Int)
    /// A point without a throughput, or with less than one member.
    case unusablePoints

    /// The reason in words.
    public var description: String {
        switch self {
        case .tooFewCounts(let count):
            "a scalability law has three parameters: it needs at least "
                + "\(ScalabilityAnalysis.fewestCounts) different counts, got \(count)"
        case .unusablePoints: "a throughput of 0, or of less than one member, is no point to fit"
        }
    }
}
