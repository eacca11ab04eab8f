import Testing
import UrrPlatform

@testable import UrrWorkload

private let second = nanosecondsPerSecond

/// The measure schedule of an executor under a fixed seed.
func schedule(
    _ executor: ArrivalSpec.Executor, seconds: Double, _ variance: ArrivalVariance = .uniform,
    seed: UInt64 = 20_261_120, phase: ArrivalPhase = .measure
) -> ArrivalSchedule {
    ArrivalSchedule(
        ArrivalSpec(executor, variance: variance), phase: phase,
        length: Nanoseconds(seconds * 1e9), seed: seed, producer: "payment-service")
}

/// The intended times of a schedule, at most `limit` of them.
func times(_ schedule: ArrivalSchedule, limit: Int = .max) -> [Nanoseconds] {
    var cursor = schedule.makeCursor()
    var times: [Nanoseconds] = []
    while !cursor.isFinished && times.count < limit {
        times.append(cursor.intended)
        cursor.advance()
    }
    return times
}

private let spike = ArrivalSpec.Executor.spike(
    SpikeShape(
        baseline: 100, peak: 5000, at: 2 * second, rise: second, hold: 2 * second,
        decay: 3 * second))

@Suite struct ArrivalScheduleTests {
    @Test func constantRatesAreEvenAndExact() {
        let arrivals = times(schedule(.constant(rate: 3), seconds: 10))
        #expect(arrivals.count == 30)
        #expect(arrivals[1] == 333_333_333)
        #expect(arrivals[2] == 666_666_667)
        #expect(arrivals[3] == second)
        #expect(arrivals[27] == 9 * second)
    }

    /// Counts by the number of the last message, not by walking: an hour at 30 million a second is
    /// 108 thousand million messages.
    @Test(
        arguments: [
            (3.0, 3600.0, 10_800.0), (1e6 / 3, 3600, 1.2e9), (30e6, 3600, 108e9), (0.1, 3600, 360),
            (1.0 / 3, 10, 4), (1e9, 3600, 3.6e12), (7, 0.9999999, 7), (1e-9, 10, 1),
        ] as [(Double, Double, Double)])
    func countsAreExact(_ rate: Double, _ seconds: Double, _ count: Double) {
        let schedule = schedule(.constant(rate: rate), seconds: seconds)
        #expect(schedule.messageCount == UInt64(count))
    }

    @Test func nothingDriftsInAnHour() throws {
        let schedule = schedule(.constant(rate: 30e6), seconds: 3600)
        for number in [1.0, 2, 3, 1e6 + 1, 54e9 - 1, 108e9 - 1] {
            let piece = try #require(schedule.piece(containing: number))
            // 1e9 / 30e6 ns is 100 / 3; whole numbers up to 1.08e13 keep the quotient exact.
            let exact = (number * 100 / 3).rounded()
            #expect(abs(Double(piece.time(ofCount: number)) - exact) <= 1)
        }
    }

    @Test(arguments: ArrivalVariance.allCases)
    func intendedTimesNeverDecreaseAndStayInTheirSegment(_ variance: ArrivalVariance) {
        let ramp = ArrivalSpec.Executor.ramping(
            startRate: 0,
            stages: [
                RampStage(target: 20_000, duration: second, name: "a"),
                RampStage(target: 20_000, duration: 1, name: "b"),
                RampStage(target: 0, duration: second / 3, name: "c"),
            ])
        let burst = ArrivalSpec.Executor.burst(
            BurstShape(size: 7, every: 10_000_001, spread: 9_999_999))
        for executor in [spike, ramp, burst, .constant(rate: 12_345.678)] {
            let schedule = schedule(executor, seconds: 8, variance)
            var cursor = schedule.makeCursor()
            var last: Nanoseconds = 0
            while !cursor.isFinished {
                let segment = schedule.segments[Int(cursor.segment)]
                #expect(cursor.intended >= last)
                #expect((segment.start..<segment.end).contains(cursor.intended))
                last = cursor.intended
                cursor.advance()
            }
            #expect(last > second)
        }
    }

    @Test func theEndStaysTheEnd() {
        for variance in ArrivalVariance.allCases {
            var cursor = schedule(.constant(rate: 10), seconds: 2, variance).makeCursor()
            while !cursor.isFinished { cursor.advance() }
            let count = cursor.index
            for _ in 0..<5 { cursor.advance() }
            #expect(cursor.intended == .max)
            #expect(cursor.index == count)
            #expect(cursor.isFinished)
        }
        let uniform = schedule(.constant(rate: 10), seconds: 2)
        var cursor = uniform.makeCursor()
        while !cursor.isFinished { cursor.advance() }
        #expect(cursor.index == uniform.messageCount)
    }

    @Test func emptySchedulesAreFinishedAtOnce() {
        let closed = ArrivalSpec.Executor.closed(ClosedLoop(inFlight: 4))
        for schedule in [
            schedule(closed, seconds: 5), schedule(.constant(rate: 5), seconds: 0),
            schedule(.ramping(startRate: 0, stages: []), seconds: 5),
        ] {
            #expect(schedule.makeCursor().isFinished)
            #expect(schedule.makeCursor().index == 0)
            #expect(schedule.expectedCount == 0)
            #expect(schedule.messageCount == 0)
            #expect(schedule.rate(at: 1) == 0)
        }
    }

    @Test func dealingGivesTheSameMessagesToAnyNumberOfWorkers() {
        struct Message: Hashable {
            let intended: Nanoseconds
            let key: UInt32
            let size: Int
        }
        let schedule = schedule(spike, seconds: 8, .poisson)
        let keyDistribution = KeyDistribution(.zipf(cardinality: 1000, exponent: 1.1))
        let keys = keyDistribution.sampler(seed: 7, stream: "keys")
        let sizeDistribution = SizeDistribution(
            .lognormal(mean: 256, sigma: 0.5), maximumMessageSize: 4096)
        let sizes = sizeDistribution.sampler(seed: 7, stream: "sizes")
        func counts(workers: UInt64) -> [Message: Int] {
            var counts: [Message: Int] = [:]
            for worker in 0..<workers {
                var cursor = schedule.makeCursor()
                while !cursor.isFinished {
                    if cursor.index % workers == worker {
                        let message = Message(
                            intended: cursor.intended, key: keys.keyIndex(cursor.index),
                            size: sizes.byteCount(cursor.index))
                        counts[message, default: 0] += 1
                    }
                    cursor.advance()
                }
            }
            return counts
        }
        let alone = counts(workers: 1)
        #expect(alone.values.reduce(0, +) > 10_000)
        #expect(counts(workers: 2) == alone)
        #expect(counts(workers: 8) == alone)
        withExtendedLifetime((schedule, keyDistribution, sizeDistribution)) {}
    }

    @Test func seedNamePhaseAndVarianceSelectTheStream() {
        let reference = times(schedule(.constant(rate: 100), seconds: 5, .poisson))
        #expect(times(schedule(.constant(rate: 100), seconds: 5, .poisson)) == reference)
        #expect(times(schedule(.constant(rate: 100), seconds: 5, .poisson, seed: 1)) != reference)
        #expect(
            times(schedule(.constant(rate: 100), seconds: 5, .poisson, phase: .warmup))
                != reference)
        let other = ArrivalSchedule(
            ArrivalSpec(.constant(rate: 100), variance: .poisson), phase: .measure,
            length: 5 * second, seed: 20_261_120, producer: "another")
        #expect(times(other) != reference)
    }

    /// Pinned values: a change of any of them breaks the promise that a seed replays old runs.
    @Test func streamsArePinned() {
        let poisson = times(schedule(.constant(rate: 1000), seconds: 5, .poisson), limit: 4)
        #expect(poisson == [359_575, 999_102, 1_433_611, 1_627_093])
        let keys = KeyDistribution(.zipf(cardinality: 1000, exponent: 1.1))
        let keySampler = keys.sampler(seed: 42, stream: "keys")
        #expect((0..<6).map { keySampler.keyIndex($0) } == [40, 53, 3, 2, 5, 4])
        let sizes = SizeDistribution(.lognormal(mean: 256, sigma: 0.5), maximumMessageSize: 4096)
        let sizeSampler = sizes.sampler(seed: 42, stream: "sizes")
        #expect((0..<6).map { sizeSampler.byteCount($0) } == [287, 276, 846, 158, 268, 356])
        let service = ServiceTimeSampler(.exponential(mean: 1_000_000), seed: 42, stream: "service")
        #expect((0..<4).map { service.duration($0) } == [89_787, 1_121_851, 373_348, 2_069_087])
        withExtendedLifetime((keys, sizes)) {}
    }
}

@Suite struct ArrivalShapeTests {
    @Test func spikesHaveTheirSegmentsAndCounts() {
        let schedule = schedule(spike, seconds: 10)
        #expect(
            schedule.segments.map(\.name) == ["baseline", "rise", "peak", "decay", "recovery"])
        #expect(schedule.segments.map { $0.end / second } == [2, 3, 5, 8, 10])
        #expect(schedule.segments[0].start == 0)
        // 2 * 100, (100 + 5000) / 2, 2 * 5000, 3 * 2550, 2 * 100
        let expected = [200, 2550, 10_000, 7650, 200]
        var counts = [Int](repeating: 0, count: 5)
        var cursor = schedule.makeCursor()
        while !cursor.isFinished {
            counts[Int(cursor.segment)] += 1
            cursor.advance()
        }
        #expect(counts == expected)
        #expect(schedule.expectedCount == 20_600)
        #expect(schedule.rate(at: 0) == 100)
        #expect(abs(schedule.rate(at: 5 * second / 2) - 2550) < 1e-6)
        #expect(schedule.rate(at: 4 * second) == 5000)
        #expect(abs(schedule.rate(at: 8 * second - 1) - 100) < 1e-4)
        #expect(schedule.rate(at: 10 * second) == 0)
    }

    /// At every instant, the number of messages before it is the integral of the rate.
    @Test func rampsFollowTheIntegral() {
        let executor = ArrivalSpec.Executor.ramping(
            startRate: 0,
            stages: [
                RampStage(target: 2000, duration: 2 * second, name: "up"),
                RampStage(target: 500, duration: 3 * second, name: "down"),
                RampStage(target: 0, duration: second, name: "off"),
            ])
        let schedule = schedule(executor, seconds: 8)
        let arrivals = times(schedule)
        #expect(schedule.segments.map(\.name) == ["up", "down", "off", "held"])
        #expect(arrivals.count == 2000 + 3750 + 250)
        func integral(_ t: Double) -> Double {
            if t <= 2 { return 500 * t * t }
            if t <= 5 { return 2000 + 2000 * (t - 2) - 250 * (t - 2) * (t - 2) }
            let rest = min(t, 6) - 5
            return 5750 + 500 * rest - 250 * rest * rest
        }
        for (number, time) in arrivals.enumerated() {
            #expect(abs(integral(Double(time) / 1e9) - Double(number)) < 0.001)
        }
        for t in stride(from: 0.0, through: 8, by: 0.01) {
            let before = schedule.expectedCount(before: Nanoseconds(t * 1e9))
            #expect(abs(before - integral(t)) < 0.001)
        }
    }

    @Test func messagesWaitForAPositiveRate() {
        let executor = ArrivalSpec.Executor.spike(
            SpikeShape(
                baseline: 0, peak: 1000, at: 2 * second, rise: 0, hold: second, decay: 0))
        let arrivals = times(schedule(executor, seconds: 5))
        #expect(arrivals.count == 1000)
        #expect(arrivals.first == 2 * second)
        #expect(arrivals.last == 2 * second + 999_000_000)
    }

    @Test func burstsAreSteps() {
        let step = schedule(.burst(BurstShape(size: 100, every: second)), seconds: 2.5)
        let arrivals = times(step)
        #expect(arrivals.count == 300)
        #expect(Set(arrivals) == [0, second, 2 * second])
        #expect(step.expectedCount(before: 0) == 0)
        #expect(step.expectedCount(before: 1) == 100)
        #expect(step.expectedCount(before: second) == 100)
        #expect(step.rate(at: 5) == 100)

        let spread = schedule(
            .burst(BurstShape(size: 4, every: second, spread: 400_000_000)), seconds: 2.15)
        #expect(
            times(spread).map { $0 / 100_000_000 } == [0, 1, 2, 3, 10, 11, 12, 13, 20, 21])
        #expect(spread.messageCount == 10)
    }

    @Test func poissonBurstsVaryInSizeOnly() {
        let bursts = times(
            schedule(.burst(BurstShape(size: 50, every: second)), seconds: 200, .poisson))
        let sizes = Dictionary(grouping: bursts, by: { $0 }).mapValues(\.count)
        #expect(sizes.keys.allSatisfy { $0 % second == 0 })
        let mean = Double(bursts.count) / 200
        let variance =
            sizes.values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 199
        // Mean 50 with standard error 0.5, variance 50 with standard error 5.
        #expect(abs(mean - 50) < 2)
        #expect(abs(variance - 50) < 20)
    }

    @Test func warmupHoldsTheInitialRate() {
        let ramp = ArrivalSpec.Executor.ramping(
            startRate: 30, stages: [RampStage(target: 1000, duration: second, name: "up")])
        let burst = ArrivalSpec.Executor.burst(BurstShape(size: 10, every: second))
        for (executor, count) in [
            (spike, 500), (ramp, 150), (.constant(rate: 77), 385), (burst, 50),
        ] as [(ArrivalSpec.Executor, Int)] {
            let warmup = schedule(executor, seconds: 5, phase: .warmup)
            #expect(times(warmup).count == count)
            #expect(warmup.segments.map(\.name) == ["warmup"])
        }
    }
}

@Suite struct PoissonTests {
    /// Interarrival times of a constant rate against the exponential distribution, at 1 %. The
    /// seeds are fixed, so the outcome is too.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func interarrivalsAreExponential(_ seed: UInt64) {
        let arrivals = times(schedule(.constant(rate: 1000), seconds: 20, .poisson, seed: seed))
        let gaps = zip(arrivals, [0] + arrivals).map { Double($0 - $1) / 1e6 }
        let distance = kolmogorovSmirnov(gaps) { 1 - DeterministicMath.exponential(-$0) }
        #expect(distance < kolmogorovSmirnovLimit(gaps.count))
        // Neighbouring gaps must not be correlated: standard error 1 / sqrt(n).
        let products = zip(gaps, gaps.dropFirst()).map { ($0 - 1) * ($1 - 1) }
        let correlation = products.reduce(0, +) / Double(products.count)
        #expect(abs(correlation) < 2.6 / Double(products.count).squareRoot())
        // Mean 20,000, standard deviation 141.
        #expect(abs(arrivals.count - 20_000) < 3 * 141)
    }

    /// A Poisson process seen through its own expected count has unit rate, whatever its shape.
    @Test func rampsAreTimeChangedPoisson() {
        let schedule = schedule(spike, seconds: 10, .poisson)
        let counts = times(schedule).map { schedule.expectedCount(before: $0) }
        let gaps = zip(counts, [0] + counts).map { $0 - $1 }
        let distance = kolmogorovSmirnov(gaps) { 1 - DeterministicMath.exponential(-$0) }
        #expect(distance < kolmogorovSmirnovLimit(gaps.count))
    }

    /// The test above would notice a wrong process: even spacing fails it.
    @Test func theTestHasPower() {
        let arrivals = times(schedule(.constant(rate: 1000), seconds: 20))
        let gaps = zip(arrivals.dropFirst(), arrivals).map { Double($0 - $1) / 1e6 }
        let distance = kolmogorovSmirnov(gaps) { 1 - DeterministicMath.exponential(-$0) }
        #expect(distance > 10 * kolmogorovSmirnovLimit(gaps.count))
    }
}
