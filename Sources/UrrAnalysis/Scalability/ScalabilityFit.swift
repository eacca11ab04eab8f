import Glibc

/// A scalability model fitted to measured points by least squares of the throughput, under
/// `0 <= contention <= 1` and `0 <= coherency`.
public struct ScalabilityFit: Sendable, Equatable {
    /// Which parameters were free.
    public let kind: ScalabilityModel.Kind
    /// The fitted model.
    public let model: ScalabilityModel
    /// Sum of the squared differences between points and model.
    public let squaredError: Double
    /// Akaike's information criterion with its correction for small samples (Hurvich and Tsai
    /// 1989), the variance of the error counted as a parameter; lower is better, only differences
    /// mean anything. Nil where there are too few points for it.
    public let criterion: Double?
    /// Share of the points' variance that the model explains; at most 1, negative where their mean
    /// would have been the better model.
    public let explained: Double
    /// Root of the mean squared error as a share of the model's value at each point.
    public let relativeError: Double

    /// Fits `kind` to `points`. Nil where there are fewer points than free parameters, or where one
    /// of them is not a throughput of at least one member. O(points) a step, some tens of steps.
    public init?(_ kind: ScalabilityModel.Kind, to points: [ScalabilityPoint]) {
        let usable = points.allSatisfy {
            $0.members.isFinite && $0.members >= 1 && $0.throughput.isFinite && $0.throughput > 0
        }
        guard usable, points.count >= kind.parameters else { return nil }
        // In units of the greatest throughput the steps of the search have one scale.
        let scale = points.map(\.throughput).max() ?? 1
        let scaled = points.map {
            ScalabilityPoint(members: $0.members, throughput: $0.throughput / scale)
        }
        var model = ScalabilitySearch(points: scaled).best(kind)
        model.rate *= scale
        self.init(kind, model, points)
    }

    init(_ kind: ScalabilityModel.Kind, _ model: ScalabilityModel, _ points: [ScalabilityPoint]) {
        let count = Double(points.count)
        let mean = points.reduce(0) { $0 + $1.throughput } / count
        var squares = 0.0
        var spread = 0.0
        var relative = 0.0
        for point in points {
            let expected = model.throughput(point.members)
            let error = point.throughput - expected
            squares += error * error
            spread += (point.throughput - mean) * (point.throughput - mean)
            relative += error / expected * error / expected
        }
        self.kind = kind
        self.model = model
        squaredError = squares
        explained = spread > 0 ? 1 - squares / spread : squares > 0 ? 0 : 1
        relativeError = (relative / count).squareRoot()
        let parameters = Double(kind.parameters + 1)
        let room = count - parameters - 1
        // Points on the curve would make the criterion infinite: no throughput is measured better
        // than to a millionth of a millionth.
        let variance = max(squares / count, mean * mean * 1e-24)
        criterion =
            room > 0
            ? count * log(variance) + 2 * parameters + 2 * parameters * (parameters + 1) / room
            : nil
    }
}
