import UrrPlatform

extension ArrivalSpec {
    /// The same curve with every rate multiplied by `factor`, which is above 0. A closed loop has no
    /// rate and stays as it is.
    public func scaled(by factor: Double) -> ArrivalSpec {
        ArrivalSpec(executor.scaled(by: factor), variance: variance)
    }
}

extension ArrivalSpec.Executor {
    /// Bursts smaller than this come more often instead of becoming larger: rounding their size to
    /// whole messages would change the load.
    private static let smallBurst = 100

    fileprivate func scaled(by factor: Double) -> Self {
        switch self {
        case .constant(let rate): return .constant(rate: rate * factor)
        case .ramping(let start, let stages):
            let scaled = stages.map { stage in
                RampStage(
                    target: stage.target * factor, duration: stage.duration, name: stage.name)
            }
            return .ramping(startRate: start * factor, stages: scaled)
        case .spike(var shape):
            shape.baseline *= factor
            shape.peak *= factor
            return .spike(shape)
        case .burst(var shape):
            if Double(shape.size) * min(1, factor) >= Double(Self.smallBurst) {
                shape.size = Int((Double(shape.size) * factor).rounded())
            } else {
                shape.every = max(1, Nanoseconds((Double(shape.every) / factor).rounded()))
                shape.spread = Nanoseconds(Double(shape.spread) / factor)
            }
            return .burst(shape)
        case .closed: return self
        }
    }
}
