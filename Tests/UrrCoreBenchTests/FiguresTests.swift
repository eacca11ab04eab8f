import Testing

@testable import UrrCoreBench

@Suite struct FiguresTests {
    private func figures(_ samples: [UInt32]) -> LatencyFigures {
        var samples = samples
        return samples.withUnsafeMutableBufferPointer { LatencyFigures($0) }
    }

    @Test func percentilesOfOneWindow() {
        let result = figures((1...100).reversed())
        #expect(result.count == 100)
        #expect(result.p50 == 50)
        #expect(result.p99 == 99)
        #expect(result.windowP99 == 99)
        #expect(result.shortWindowP99 == 99)
        #expect(result.p999 == 100)
        #expect(result.maximum == 100)
    }

    /// One window in five is spoilt: the window percentile does not move, the plain one does.
    @Test func windowsAreRobust() {
        var samples = [UInt32](repeating: 50, count: 50_000)
        for index in 10_000..<20_000 { samples[index] = 90_000 }
        let result = figures(samples)
        #expect(result.windowP99 == 50)
        #expect(result.p99 == 90_000)
        #expect(result.p50 == 50)
    }

    /// Something is stolen in every long window, but in one of ten short ones only.
    @Test func shortWindowsAreMoreRobust() {
        var samples = [UInt32](repeating: 50, count: 50_000)
        for window in 0..<5 {
            for index in 0..<200 { samples[window * 10_000 + 3000 + index] = 90_000 }
        }
        let result = figures(samples)
        #expect(result.windowP99 == 90_000)
        #expect(result.shortWindowP99 == 50)
    }

    @Test func aPartOfAWindowAtTheEndDoesNotCount() {
        var samples = [UInt32](repeating: 10, count: 10_005)
        for index in 10_000..<10_005 { samples[index] = 70 }
        #expect(figures(samples).windowP99 == 10)
        #expect(figures(samples).maximum == 70)
    }

    @Test func spreads() {
        #expect(Spread([]) == nil)
        #expect(Spread([3])?.median == 3)
        #expect(Spread([4, 1, 2])?.median == 2)
        #expect(Spread([4, 1, 2, 3])?.median == 2.5)
        #expect(Spread([4, 1, 2])?.minimum == 1)
        #expect(Spread([4, 1, 2])?.maximum == 4)
    }

    static func trial(
        _ messages: UInt64, _ label: TrialLabel, defect: String? = nil, allocated: UInt64? = 0
    ) -> Trial {
        Trial(
            measurement: TrialMeasurement(
                messages: messages, payloadBytes: messages * 64, nanoseconds: 1_000_000_000,
                processorShare: 1, allocatedBytes: allocated, instructions: messages * 7,
                latency: nil, defect: defect),
            label: label, handOverBefore: 50, handOverAfter: 52)
    }

    @Test func onlyNearTrialsCountWhereThereAreAny() throws {
        let trials = [
            Self.trial(10, .far), Self.trial(100, .near), Self.trial(60, .disturbed),
            Self.trial(120, .near, allocated: 80), Self.trial(900, .sibling),
            Self.trial(500, .near, defect: "wrong"),
        ]
        let figures = try #require(CoreFigures(trials))
        #expect(figures.isClean)
        #expect(figures.rate.median == 110)
        #expect(figures.rate.count == 2)
        #expect(figures.instructions?.median == 7)
        #expect(figures.allocatedBytes == 80.0 / 1190)
    }

    @Test func otherwiseWhatThereIs() throws {
        let disturbed = try #require(
            CoreFigures([Self.trial(10, .far), Self.trial(60, .disturbed)]))
        #expect(!disturbed.isClean && disturbed.rate.median == 60)
        let far = try #require(CoreFigures([Self.trial(10, .far), Self.trial(20, .unplaced)]))
        #expect(!far.isClean && far.rate.median == 15)
        #expect(CoreFigures([]) == nil)
    }

    @Test func theWorseEdgeDecides() {
        #expect(Placement.label(50, 55, share: 0.99) == .near)
        #expect(Placement.label(50, 55, share: 0.97) == .disturbed)
        #expect(Placement.label(50, 55, share: nil) == .near)
        #expect(Placement.label(50, 240, share: 0.9) == .far)
        #expect(Placement.label(240, 50, share: 1) == .far)
        #expect(Placement.label(50, 20, share: 1) == .sibling)
        #expect(Placement.label(20, 240, share: 1) == .far)
        #expect(Placement.label(nil, 50, share: 1) == .unplaced)
    }
}
