import UrrPlatform

/// What measuring costs on this machine, in nanoseconds per operation: medians of short trials at
/// the start of a run, so that a result can say how much of what it measured was the measuring.
public struct MeasurementCost: Sendable, Equatable {
    /// One reading of the clock of the run.
    public var clockReadNs: Double
    /// One value counted in a histogram, values varying from 1 microsecond to 1 ms.
    public var histogramRecordNs: Double
    /// One verification step; 0 where none was given.
    public var verificationNs: Double

    /// Costs that are known already.
    public init(clockReadNs: Double, histogramRecordNs: Double, verificationNs: Double) {
        self.clockReadNs = clockReadNs
        self.histogramRecordNs = histogramRecordNs
        self.verificationNs = verificationNs
    }

    /// Trials of each operation. An odd number, so that the median is one of them; an interrupt
    /// spoils a trial or two, not the median.
    static let trials = 21
    /// Operations in a trial: a few microseconds each, so that reading the clock twice does not
    /// count.
    static let operations = 2000

    /// Measures all three; takes about a millisecond in a release build. `verification` is called
    /// with 0, 1, 2 ... and does what the run does to check one message.
    public static func measure(
        clock: some MonotonicClock, verification: ((UInt64) -> Void)? = nil
    ) throws(MemoryError) -> MeasurementCost {
        let histogram = try Histogram()
        defer { histogram.deallocate() }
        let values = (0..<UInt64(operations)).map { Nanoseconds(1000 + mix64($0) % 1_000_000) }
        let loop = medianTrial { Int(truncatingIfNeeded: values.reduce(0, &+)) }
        let record = medianTrial {
            for value in values { histogram.record(value) }
            return values.count
        }
        let read = medianTrial {
            var sum: Nanoseconds = 0
            for _ in 0..<operations { sum &+= clock.now() }
            return Int(truncatingIfNeeded: sum)
        }
        var verify = 0.0
        if let verification {
            var next: UInt64 = 0
            verify = medianTrial {
                for _ in 0..<operations {
                    verification(next)
                    next += 1
                }
                return Int(truncatingIfNeeded: next)
            }
        }
        return MeasurementCost(
            clockReadNs: read, histogramRecordNs: max(0, record - loop), verificationNs: verify)
    }

    /// Share of `workerTime` (nanoseconds of all workers together) that went into measuring: the
    /// given numbers of operations times their costs, 0...1 and not capped where the costs were
    /// over-estimated. 0 where no time passed.
    public func share(
        clockReads: UInt64, records: UInt64, verifications: UInt64, workerTime: Nanoseconds
    ) -> Double {
        guard workerTime > 0 else { return 0 }
        let spent =
            Double(clockReads) * clockReadNs + Double(records) * histogramRecordNs
            + Double(verifications) * verificationNs
        return spent / Double(workerTime)
    }

    private static func medianTrial(_ body: () -> Int) -> Double {
        let clock = SystemClock()
        var costs: [Double] = []
        for _ in 0..<trials {
            let from = clock.now()
            keep(body())
            costs.append(Double(clock.now() - from) / Double(operations))
        }
        return costs.sorted()[trials / 2]
    }

    /// Makes the compiler believe that a result is used, so that its computation stays.
    @inline(never)
    @_optimize(none)
    private static func keep(_ value: Int) {}
}
