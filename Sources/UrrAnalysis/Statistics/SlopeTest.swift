/// A least-squares line through a few points, and how sure its slope is. For points that are taken
/// far enough apart to be independent.
public struct SlopeTest: Sendable, Equatable {
    /// Growth of y for one of x.
    public let slope: Double
    /// Its standard error.
    public let error: Double
    /// Points minus the two parameters of a line.
    public let freedom: Int

    /// Nil with fewer than three points, or all at the same x.
    public init?(_ points: [(x: Double, y: Double)]) {
        guard points.count >= 3 else { return nil }
        let count = Double(points.count)
        let meanX = points.reduce(0) { $0 + $1.x } / count
        let meanY = points.reduce(0) { $0 + $1.y } / count
        let squares = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
        guard squares > 0 else { return nil }
        let slope = points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / squares
        let rest = points.reduce(0) { sum, point in
            let error = point.y - meanY - slope * (point.x - meanX)
            return sum + error * error
        }
        freedom = points.count - 2
        self.slope = slope
        error = (rest / Double(freedom) / squares).squareRoot()
    }

    /// Whether the slope is above `limit`, with one false alarm in a hundred (one-sided).
    public func isAbove(_ limit: Double) -> Bool {
        slope - StudentT.quantile(0.99, freedom: freedom) * error > limit
    }
}
