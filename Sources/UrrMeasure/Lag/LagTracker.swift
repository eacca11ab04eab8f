import UrrPlatform

/// The lag of one consumer group over a run: peak, age, area, slope, recovery and states.
///
/// Fed by whoever samples, with all partitions of the group at one instant; pure arithmetic over
/// what it was fed, so the same samples give the same answers. Between two samples the lag is
/// taken as linear. Keeps every sample (32 bytes each: a day at ten a second is 28 MB).
public struct LagTracker: Sendable {
    /// Every sample, in order of time.
    public private(set) var samples: [LagSample] = []
    /// Changes of the state of the group, the first sample's OK included.
    public private(set) var states: [(at: Nanoseconds, state: LagState)] = []
    /// Samples that cannot be: committed beyond the end, an age below zero, or a time that is not
    /// after the one before. An impossible lag or age counts as 0 here, an impossible time drops
    /// the sample.
    public private(set) var anomalies: UInt64 = 0

    private var partitions: [LagStateMachine]

    /// A tracker of `partitions` partitions, whose states follow `rules`.
    public init(partitions: Int, rules: LagRules = LagRules()) {
        self.partitions = Array(repeating: LagStateMachine(rules: rules), count: partitions)
    }

    /// Adds one instant; `readings` has one entry per partition, always in the same order.
    /// O(partitions).
    public mutating func add(at: Nanoseconds, _ readings: [LagReading]) {
        invariant(readings.count == partitions.count, "one reading per partition")
        if let last = samples.last, at <= last.at {
            anomalies += 1
            return
        }
        var sample = LagSample(at: at, lag: 0, age: 0)
        for (index, reading) in readings.enumerated() {
            include(reading, in: &sample)
            partitions[index].add(at: at, reading)
        }
        samples.append(sample)
        let state =
            zip(readings, partitions).map { $0.state ?? $1.state }.max() ?? .ok
        if states.last?.state != state { states.append((at, state)) }
    }

    private mutating func include(_ reading: LagReading, in sample: inout LagSample) {
        if reading.lag < 0 { anomalies += 1 }
        guard reading.lag > 0 else { return }
        sample.lag += reading.lag
        guard let append = reading.oldestUnreadAppend else {
            // A partition whose age is unknown must not hide behind the known ones.
            sample.age = nil
            return
        }
        if append > sample.at { anomalies += 1 }
        if let age = sample.age { sample.age = max(age, sample.at - append) }
    }
}

// MARK: - Answers

extension LagTracker {
    /// The sample with the greatest lag, the first where several have it; nil before the first
    /// sample.
    public var peak: LagSample? {
        var peak = samples.first
        for sample in samples where sample.lag > peak!.lag { peak = sample }
        return peak
    }

    /// Greatest known age of the oldest unread message in seconds; nil where none is known.
    public var peakSeconds: Double? {
        samples.lazy.compactMap(\.age).max().map { Double($0) / Double(nanosecondsPerSecond) }
    }

    /// Lag of the last sample; nil before the first.
    public var finalLag: Int64? { samples.last?.lag }

    /// Lag integrated over time in message-seconds, by the trapezoid rule: exact where the lag is
    /// linear between samples. 1000 messages behind for 10 s are 10,000 message-seconds.
    public var area: Double {
        var sum = 0.0
        for (left, right) in zip(samples, samples.dropFirst()) {
            sum += (Double(left.lag) + Double(right.lag)) / 2 * Double(right.at - left.at)
        }
        return sum / Double(nanosecondsPerSecond)
    }

    /// The first sample at or after `from` at which the lag is at most `threshold` and stays so:
    /// for `hold` nanoseconds, or, without `hold`, until the last sample. Nil where that did not
    /// happen, or where the samples end before the hold time does.
    public func recovery(
        from: Nanoseconds, threshold: Int64, hold: Nanoseconds? = nil
    ) -> Nanoseconds? {
        var candidate: Nanoseconds?
        for sample in samples where sample.at >= from {
            if sample.lag > threshold {
                candidate = nil
            } else if candidate == nil {
                candidate = sample.at
            }
            if let hold, let start = candidate, sample.at - start >= hold { return start }
        }
        return hold == nil ? candidate : nil
    }

    /// The greatest lag and age in each interval of `interval` nanoseconds from `from` up to, not
    /// including, `to`; nil for one without samples.
    public func maxima(
        from: Nanoseconds, to: Nanoseconds, interval: Nanoseconds
    ) -> [LagSample?] {
        invariant(interval > 0, "an interval has a length")
        guard to > from else { return [] }
        var maxima = [LagSample?](repeating: nil, count: Int((to - from - 1) / interval + 1))
        for sample in samples where sample.at >= from && sample.at < to {
            let index = Int((sample.at - from) / interval)
            guard let other = maxima[index] else {
                maxima[index] = sample
                continue
            }
            let ages = [sample.age, other.age].compactMap { $0 }
            maxima[index]!.age = ages.max()
            if sample.lag > other.lag {
                maxima[index]!.lag = sample.lag
                maxima[index]!.at = sample.at
            }
        }
        return maxima
    }
}
