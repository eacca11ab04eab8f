import Testing
import UrrMeasure
import UrrPlatform

/// What a first-come, first-served queue with equal service times does, by the textbook recursion:
/// a message starts when it is there and the server that is free first is free.
struct QueueModel {
    var service: Nanoseconds
    var servers = 1
    /// Times in which nothing starts.
    var frozen: [Range<Nanoseconds>] = []

    /// Response times of messages that arrive at `arrivals`, which must not decrease.
    func responses(_ arrivals: [Nanoseconds]) -> [Nanoseconds] {
        var free = [Nanoseconds](repeating: .min, count: servers)
        return arrivals.map { arrival in
            let server = free.indices.min { free[$0] < free[$1] }!
            var start = max(arrival, free[server])
            for freeze in frozen where freeze.contains(start) { start = freeze.upperBound }
            free[server] = start + service
            return start + service - arrival
        }
    }

    /// `count` arrivals, one every `interval` from 0 on.
    static func steady(_ count: Int, every interval: Nanoseconds) -> [Nanoseconds] {
        (0..<count).map { Nanoseconds($0) * interval }
    }
}

extension Histogram {
    private var contents: [[UInt64]] {
        var cells: [[UInt64]] = []
        forEachBucket { low, _, count in cells.append([UInt64(low), count]) }
        return cells
    }

    /// Fails where the histogram does not hold exactly `values`, to the resolution of its cells,
    /// with their exact extremes.
    func expect(
        _ values: [Nanoseconds], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let expected = try Histogram()
        defer { expected.deallocate() }
        for value in values { expected.record(value) }
        #expect(count == expected.count, sourceLocation: sourceLocation)
        #expect(minimum == expected.minimum, sourceLocation: sourceLocation)
        #expect(maximum == expected.maximum, sourceLocation: sourceLocation)
        #expect(contents == expected.contents, sourceLocation: sourceLocation)
        #expect(anomalies == 0 && overflow == 0, sourceLocation: sourceLocation)
    }
}
