import Testing

@testable import UrrAnalysis

@Suite struct ScalabilityTests {
    private static let counts: [Double] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]

    /// Points of a law with errors between -size and size, as in reference/scalability.py.
    private static func points(
        _ model: ScalabilityModel, errors size: Double, counts: [Double] = counts
    ) -> [ScalabilityPoint] {
        counts.enumerated().map { index, count in
            let multiple = Double(index + 1) * 0.6180339887498949
            let error = size * (2 * (multiple - multiple.rounded(.down)) - 1)
            return ScalabilityPoint(
                members: count, throughput: model.throughput(count) * (1 + error))
        }
    }

    struct Reference: Sendable {
        let truth: ScalabilityModel
        let size: Double
        let kind: ScalabilityModel.Kind
        let fitted: ScalabilityModel
        let squares: Double
        let criterion: Double

        init(
            _ rate: Double, _ contention: Double, _ coherency: Double, _ size: Double,
            _ parameters: Int, _ fitted: (Double, Double, Double), _ squares: Double,
            _ criterion: Double
        ) {
            truth = ScalabilityModel(rate: rate, contention: contention, coherency: coherency)
            self.size = size
            kind = ScalabilityModel.Kind.allCases[parameters - 1]
            self.fitted = ScalabilityModel(
                rate: fitted.0, contention: fitted.1, coherency: fitted.2)
            self.squares = squares
            self.criterion = criterion
        }
    }

    /// reference/scalability.py.
    static let references = [
        Reference(
            1000, 0.03, 0.0005, 0.02, 1, (511.423234843, 0, 0), 36968686.3321, 156.944252754),
        Reference(
            1000, 0.03, 0.0005, 0.02, 2, (1111.44127266, 0.0530569775373, 0), 615688.043024,
            120.279105976),
        Reference(
            1000, 0.03, 0.0005, 0.02, 3, (979.027623379, 0.0246609695029, 0.000643113582144),
            39444.292976, 98.8005955808),
        Reference(
            52000, 0.1, 0, 0.03, 1, (16581.6401574, 0, 0), 77198130873.7, 233.384845606),
        Reference(
            52000, 0.1, 0, 0.03, 2, (52407.307783, 0.101537448622, 0), 190794555.34,
            177.641226876),
        Reference(
            52000, 0.1, 0, 0.03, 3, (50615.8012431, 0.0898341896559, 0.000267941730288),
            131846943.306, 179.945671944),
        Reference(250, 0, 0.002, 0.01, 1, (120.202879281, 0, 0), 4551187.16419, 135.997421505),
        Reference(
            250, 0, 0.002, 0.01, 2, (352.64363135, 0.0888167301051, 0), 351872.357966,
            114.684386764),
        Reference(
            250, 0, 0.002, 0.01, 3, (250.683165654, 0, 0.00201344106305), 1100.53632135,
            63.0096781184),
        Reference(800, 0, 0, 0.02, 1, (796.959890038, 0, 0), 156443.90778, 102.292962864),
        Reference(
            800, 0, 0, 0.02, 2, (813.322363073, 0.000857557798528, 0), 91509.1625844,
            101.216092908),
        Reference(
            800, 0, 0, 0.02, 3, (809.156385963, 0, 2.30640487693e-05), 71693.1147352,
            104.775649002),
        Reference(
            1000, 0.4, 0.01, 0.05, 1, (79.7958379346, 0, 0), 11999270.4874, 145.691998916),
        Reference(
            1000, 0.4, 0.01, 0.05, 2, (1195.14268335, 0.683171109914, 0), 345764.580141,
            114.509283252),
        Reference(
            1000, 0.4, 0.01, 0.05, 3, (997.148873244, 0.396974503309, 0.0100632925506),
            20485.01864, 92.2486400692),
    ]

    @Test(arguments: references)
    func fitsAsTheReference(reference: Reference) throws {
        let points = Self.points(reference.truth, errors: reference.size)
        let fit = try #require(ScalabilityFit(reference.kind, to: points))
        #expect(agree(fit.model.rate, reference.fitted.rate, within: 1e-6))
        #expect(abs(fit.model.contention - reference.fitted.contention) < 1e-7)
        #expect(abs(fit.model.coherency - reference.fitted.coherency) < 1e-9)
        #expect(agree(fit.squaredError, reference.squares, within: 1e-8))
        #expect(agree(try #require(fit.criterion), reference.criterion, within: 1e-8))
    }

    @Test func exactPointsGiveTheLawBack() throws {
        let truth = ScalabilityModel(rate: 3.2e6, contention: 0.07, coherency: 0.0021)
        let fit = try #require(
            ScalabilityFit(.universal, to: Self.points(truth, errors: 0)))
        #expect(agree(fit.model.rate, truth.rate, within: 1e-9))
        #expect(agree(fit.model.contention, truth.contention, within: 1e-7))
        #expect(agree(fit.model.coherency, truth.coherency, within: 1e-7))
        #expect(fit.explained > 1 - 1e-12 && fit.relativeError < 1e-9)
    }

    /// Members that help each other more than they hinder are outside of the law: the fit stays at
    /// its bound instead of leaving it.
    @Test func superlinearPointsStayWithinTheBounds() throws {
        let points = Self.counts.map {
            ScalabilityPoint(members: $0, throughput: 100 * $0 * (1 + 0.01 * $0))
        }
        let fit = try #require(ScalabilityFit(.universal, to: points))
        #expect(fit.model.contention == 0 && fit.model.coherency == 0)
    }

    @Test func throughputThatDoesNotGrowIsFullContention() throws {
        let points = Self.counts.map { ScalabilityPoint(members: $0, throughput: 500) }
        let fit = try #require(ScalabilityFit(.amdahl, to: points))
        #expect(agree(fit.model.contention, 1, within: 1e-6))
        #expect(agree(fit.model.throughput(32), 500, within: 1e-6))
    }

    // MARK: Properties of the law

    @Test func peakAndKneeAreWhereTheCurveSaysSo() throws {
        let model = ScalabilityModel(rate: 1000, contention: 0.05, coherency: 0.001)
        let peak = try #require(model.peakMembers)
        #expect(agree(peak, (0.95 / 0.001).squareRoot(), within: 1e-12))
        #expect(model.throughput(peak) > model.throughput(peak * 0.99))
        #expect(model.throughput(peak) > model.throughput(peak * 1.01))
        let knee = try #require(model.kneeMembers)
        #expect(agree(knee * 1000, try #require(model.ceiling), within: 1e-12))
        #expect(knee < peak)
    }

    @Test func withoutCoherencyThereIsNoPeak() {
        let amdahl = ScalabilityModel(rate: 1000, contention: 0.05)
        #expect(amdahl.peakMembers == nil)
        #expect(amdahl.ceiling == 20_000)
        #expect(amdahl.kneeMembers == 20)
        let linear = ScalabilityModel(rate: 1000)
        #expect(linear.ceiling == nil && linear.kneeMembers == nil)
    }

    // MARK: Analysis

    @Test func theIntervalsHoldTheTruth() throws {
        let truth = ScalabilityModel(rate: 1000, contention: 0.03, coherency: 0.0005)
        let analysis = try ScalabilityAnalysis(Self.points(truth, errors: 0.02), seed: 1)
        #expect(analysis.chosen.kind == .universal)
        #expect(analysis.caveats == [])
        let pairs: [(ScalabilityAnalysis.Estimate?, Double?)] = [
            (analysis.rate, truth.rate), (analysis.contention, truth.contention),
            (analysis.coherency, truth.coherency), (analysis.peak, truth.peakMembers),
            (analysis.ceiling, truth.ceiling), (analysis.knee, truth.kneeMembers),
        ]
        for (estimate, value) in pairs {
            let estimate = try #require(estimate), value = try #require(value)
            #expect(estimate.lower < value && value < estimate.upper ?? .infinity)
            #expect(estimate.lower <= estimate.value)
        }
        let band = try #require(analysis.band(at: 20))
        #expect(band.lower < truth.throughput(20) && truth.throughput(20) < band.upper)
    }

    @Test func theSameSeedGivesTheSameIntervals() throws {
        let points = Self.points(ScalabilityModel(rate: 10, contention: 0.1), errors: 0.05)
        let first = try ScalabilityAnalysis(points, seed: 7)
        let second = try ScalabilityAnalysis(points, seed: 7)
        #expect(first.contention == second.contention)
    }

    /// The simplest model that explains the points is preferred.
    @Test(arguments: [
        (ScalabilityModel(rate: 800), ScalabilityModel.Kind.linear),
        (ScalabilityModel(rate: 800, contention: 0.1), .amdahl),
        (ScalabilityModel(rate: 800, contention: 0.05, coherency: 0.002), .universal),
    ])
    func theRightModelIsChosen(truth: ScalabilityModel, kind: ScalabilityModel.Kind) throws {
        let analysis = try ScalabilityAnalysis(Self.points(truth, errors: 0.02), seed: 1)
        #expect(analysis.chosen.kind == kind)
    }

    @Test func aPeakThatIsNotInSightIsNotBounded() throws {
        let points = Self.points(ScalabilityModel(rate: 800), errors: 0.02)
        let analysis = try ScalabilityAnalysis(points, seed: 1)
        #expect(analysis.peak?.upper == nil)
    }

    @Test func tooFewCountsAreRefusedAndFewAreToldOf() throws {
        let model = ScalabilityModel(rate: 10, contention: 0.1, coherency: 0.01)
        let three = Self.points(model, errors: 0.01, counts: [1, 1, 2, 2, 4, 4])
        #expect(throws: ScalabilityError.tooFewCounts(3)) {
            try ScalabilityAnalysis(three, seed: 1)
        }
        let five = Self.points(model, errors: 0.01, counts: [1, 2, 4, 8, 16])
        let analysis = try ScalabilityAnalysis(five, seed: 1)
        #expect(analysis.caveats.count == 1 && analysis.caveats[0].contains("only 5 different"))
    }

    @Test func aLawThatDoesNotFitIsSaidNotTo() throws {
        let points = zip(Self.counts, [100.0, 700, 90, 800, 60, 900, 100, 950, 50, 1000]).map {
            ScalabilityPoint(members: $0, throughput: $1)
        }
        let analysis = try ScalabilityAnalysis(points, seed: 1)
        #expect(analysis.caveats.contains { $0.contains("does not fit") })
    }

    @Test(arguments: [0, -1, Double.nan, .infinity])
    func impossibleThroughputsAreRefused(throughput: Double) {
        var points = Self.points(ScalabilityModel(rate: 10), errors: 0.01)
        points[3].throughput = throughput
        #expect(throws: ScalabilityError.unusablePoints) {
            try ScalabilityAnalysis(points, seed: 1)
        }
        #expect(ScalabilityFit(.linear, to: []) == nil)
    }

    @Test func onePointADistanceFromTheRestDoesNotHang() throws {
        let points = [1.0, 1, 2, 1e6, 1e9].map { ScalabilityPoint(members: $0, throughput: 1) }
        _ = try ScalabilityAnalysis(points, seed: 1)
    }
}
