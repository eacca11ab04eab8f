import UrrPlatform

/// Percentiles of the latencies of one trial, in nanoseconds.
///
/// The window percentiles are robust against what the machine steals: the percentile inside each
/// window of 10,000 consecutive messages, and the median over the windows; and the same with windows
/// of 1,000, for machines that steal in most of the long ones. 99.9 and the maximum
/// over the whole trial say what the machine did, not what the code does.
public struct LatencyFigures: Codable, Sendable {
    /// Samples.
    public var count: Int
    /// Median over all samples.
    public var p50: Double
    /// Median over the windows of the windows' 99th percentile.
    public var windowP99: Double
    /// The same with short windows.
    public var shortWindowP99: Double
    /// Over all samples.
    public var p99: Double
    /// Over all samples.
    public var p999: Double
    /// The largest sample.
    public var maximum: Double

    static let windowLength = 10_000
    static let shortWindowLength = 1000

    /// The figures of `samples`, which must not be empty and are sorted by this. A window that is
    /// not full counts only where there is no other.
    init(_ samples: UnsafeMutableBufferPointer<UInt32>) {
        var samples = samples
        invariant(!samples.isEmpty, "latency figures of nothing")
        count = samples.count
        // Looking at a window sorts it, so each length needs the samples as they came.
        let copy = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: samples.count)
        defer { copy.deallocate() }
        _ = copy.initialize(from: samples)
        windowP99 = Self.tail(copy, Self.windowLength)
        shortWindowP99 = Self.tail(samples, Self.shortWindowLength)
        samples.sort()
        p50 = Double(Self.percentile(samples, 50))
        p99 = Double(Self.percentile(samples, 99))
        p999 = Double(Self.percentile(samples, 99.9))
        maximum = Double(samples[samples.count - 1])
    }

    /// The median over windows of `length` samples of the 99th percentile in each. Sorts the windows.
    private static func tail(_ samples: UnsafeMutableBufferPointer<UInt32>, _ length: Int) -> Double
    {
        let length = min(length, samples.count)
        var tails: [UInt32] = []
        var start = 0
        while start + length <= samples.count {
            var window = UnsafeMutableBufferPointer(rebasing: samples[start..<start + length])
            window.sort()
            tails.append(percentile(window, 99))
            start += length
        }
        tails.sort()
        return Double(tails[tails.count / 2])
    }

    /// The smallest value with at least `percent` of the sorted samples at or below it.
    private static func percentile(
        _ sorted: UnsafeMutableBufferPointer<UInt32>, _ percent: Double
    ) -> UInt32 {
        let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
        return sorted[max(0, min(sorted.count, rank) - 1)]
    }
}

/// Where a thread notes latencies: memory that was touched before, one store per sample.
struct LatencySamples: @unchecked Sendable {
    let samples: UnsafeMutableBufferPointer<UInt32>

    init(count: Int) {
        samples = .allocate(capacity: count)
        samples.initialize(repeating: 0)
    }

    func deallocate() { samples.deallocate() }

    /// Notes a latency; one that is negative or longer than 4.29 s is kept as the nearest value
    /// that fits. The caller counts negative ones, so that none is hidden.
    @inline(__always)
    func set(_ index: Int, _ value: Nanoseconds) {
        invariant(index < samples.count, "more latencies than room")
        samples.baseAddress.unsafelyUnwrapped[index] = UInt32(clamping: value)
    }

    /// The figures of the first `count` samples; nil where there are none.
    func figures(_ count: Int) -> LatencyFigures? {
        let kept = min(count, samples.count)
        if kept == 0 { return nil }
        return LatencyFigures(UnsafeMutableBufferPointer(rebasing: samples[0..<kept]))
    }
}
