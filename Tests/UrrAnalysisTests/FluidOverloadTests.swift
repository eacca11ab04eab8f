import Testing
import UrrAnalysis

@Suite struct FluidOverloadTests {
    private func overload(
        _ points: [(time: Double, rate: Double)], _ serviceRate: Double
    ) -> FluidOverload? {
        FluidOverload(
            points: points.map { FluidOverload.Point(time: $0.time, rate: $0.rate) },
            serviceRate: serviceRate)
    }

    /// 1000 a second for 1 s at a consumer of 400 a second: 600 behind, worked off in 2 s at the
    /// 300 a second that 100 a second leave.
    @Test func aStepIsArithmeticByHand() throws {
        let lag = try #require(overload([(0, 100), (5, 100), (5, 1000), (6, 1000), (6, 100)], 400))
        #expect(lag.peak == 600)
        #expect(lag.peakTime == 6)
        #expect(lag.recoveryTime == 8)
        #expect(lag.area == 900)
        #expect(lag.lag(at: 5.5) == 300)
        #expect(lag.lag(at: 7) == 300)
        #expect(lag.lag(at: 5) == 0)
        #expect(lag.lag(at: 9) == 0)
        #expect(lag.lag(at: -1) == 0)
    }

    /// Against small steps in reference/queueing.py: digits as far as its steps of 10 µs go.
    @Test func aSpikeWithSlopesAgreesWithTheReference() throws {
        let lag = try #require(
            overload([(0, 500), (10, 500), (11, 5000), (21, 5000), (41, 500)], 2000))
        #expect(agree(lag.peak, 51_000, within: 1e-6))
        #expect(agree(lag.peakTime, 34.33333, within: 1e-6))
        #expect(agree(try #require(lag.recoveryTime), 71.66666, within: 1e-6))
        #expect(agree(lag.area, 1_785_555.5556, within: 1e-7))
    }

    @Test func twoPeaksAreFollowedThroughTheGap() throws {
        let lag = try #require(overload([(0, 0), (10, 100), (20, 0), (30, 100), (40, 0)], 60))
        #expect(agree(lag.peak, 160, within: 1e-9))
        // Both peaks are as high; the first counts.
        #expect(agree(lag.peakTime, 14, within: 1e-9))
        #expect(agree(try #require(lag.recoveryTime), 39.656845, within: 1e-6))
        #expect(agree(lag.area, 2486.7956, within: 1e-6))
        #expect(lag.lag(at: 19.6) > 0)
        #expect(lag.lag(at: 20) == 0)
    }

    @Test func aConsumerThatKeepsUpHasNoLag() throws {
        let lag = try #require(overload([(3, 10), (5, 400), (9, 0)], 400))
        #expect(lag.peak == 0)
        #expect(lag.peakTime == 3)
        #expect(lag.recoveryTime == 3)
        #expect(lag.area == 0)
    }

    @Test func aLagThatIsNeverWorkedOffSaysSo() throws {
        let forever = try #require(overload([(0, 500)], 400))
        #expect(forever.peak == .infinity)
        #expect(forever.recoveryTime == nil)
        #expect(forever.area == .infinity)
        #expect(forever.lag(at: 10) == 1000)
        let level = try #require(overload([(0, 500), (1, 500), (1, 400)], 400))
        #expect(level.peak == 100)
        #expect(level.recoveryTime == nil)
        #expect(level.area == .infinity)
        #expect(level.lag(at: 99) == 100)
    }

    @Test func theLagIsTheIntegralOfWhatIsLeftOver() throws {
        let points: [(Double, Double)] = [(0, 50), (4, 300), (4, 20), (9, 250), (12, 0), (20, 90)]
        let lag = try #require(overload(points, 100))
        var stepped = 0.0
        var area = 0.0
        let step = 1e-3
        for index in 0..<60_000 {
            let time = (Double(index) + 0.5) * step
            let next = points.firstIndex { $0.0 > time }
            let rate: Double
            if let next, next > 0 {
                let (from, to) = (points[next - 1], points[next])
                rate = from.1 + (to.1 - from.1) * (time - from.0) / (to.0 - from.0)
            } else {
                rate = 90
            }
            stepped = max(0, stepped + (rate - 100) * step)
            area += stepped * step
            if index % 100 == 99 {
                #expect(abs(lag.lag(at: Double(index + 1) * step) - stepped) < 0.2)
            }
        }
        #expect(agree(lag.area, area, within: 1e-3))
    }

    @Test func whatIsNoStreamIsRefused() {
        #expect(overload([], 10) == nil)
        #expect(overload([(1, 5), (0, 5)], 10) == nil)
        #expect(overload([(0, -1)], 10) == nil)
        #expect(overload([(0, .nan)], 10) == nil)
        #expect(overload([(.infinity, 1)], 10) == nil)
        #expect(overload([(0, 1)], -1) == nil)
        #expect(overload([(0, 1)], .nan) == nil)
    }
}

@Suite struct FrozenServerTests {
    /// 100 messages a second for 10 s, 4 ms each, and a freeze of 3 s: 5 s until all is well.
    private let server = FrozenServer(
        arrivalRate: 100, serviceTime: 0.004, freeze: 3, window: 10)!

    @Test func isArithmeticByHand() {
        #expect(agree(server.recoveryTime, 5))
        #expect(agree(server.affectedMessages, 500))
        #expect(agree(server.affectedShare, 0.5))
        #expect(agree(server.longestResponse, 3.004))
        #expect(agree(server.meanResponse, 0.754))
        #expect(agree(server.responseQuantile(0.5), 0.004))
        #expect(agree(server.responseQuantile(0.75), 1.504))
        #expect(agree(server.responseQuantile(1), 3.004))
        #expect(server.responseProbability(atMost: 0.001) == 0)
        #expect(agree(server.responseProbability(atMost: 1.504), 0.75))
        #expect(server.responseProbability(atMost: 4) == 1)
    }

    /// Message by message, in a server that serves one after the other.
    @Test func agreesWithASimulation() {
        var free = 0.0
        var responses: [Double] = []
        for index in 0..<1000 {
            let arrival = Double(index) * 0.01
            if arrival >= 2, free < 5 { free = max(free, 5) }
            free = max(free, arrival) + 0.004
            responses.append(free - arrival)
        }
        responses.sort()
        for percent in [40, 60, 75, 90, 99, 100] {
            let measured = responses[percent * 10 - 1]
            // One message more or less is a step of 6 ms.
            #expect(abs(measured - server.responseQuantile(Double(percent) / 100)) < 0.0061)
        }
        let mean = responses.reduce(0, +) / 1000
        #expect(agree(mean, server.meanResponse, within: 0.003))
    }

    @Test func withoutAFreezeAllAreServedAtOnce() throws {
        let server = try #require(
            FrozenServer(arrivalRate: 1, serviceTime: 0.5, freeze: 0, window: 1))
        #expect(server.responseQuantile(0.999) == 0.5)
        #expect(server.responseProbability(atMost: 0.5) == 1)
    }

    @Test func whatDoesNotRecoverIsRefused() {
        #expect(FrozenServer(arrivalRate: 100, serviceTime: 0.01, freeze: 1, window: 9) == nil)
        #expect(FrozenServer(arrivalRate: 100, serviceTime: 0.004, freeze: 3, window: 4.9) == nil)
        #expect(FrozenServer(arrivalRate: 0, serviceTime: 0, freeze: 1, window: 9) == nil)
        #expect(FrozenServer(arrivalRate: 1, serviceTime: -1, freeze: 1, window: 9) == nil)
        #expect(FrozenServer(arrivalRate: 1, serviceTime: 0, freeze: .nan, window: 9) == nil)
        #expect(FrozenServer(arrivalRate: 1, serviceTime: 0, freeze: 1, window: .infinity) == nil)
    }
}
