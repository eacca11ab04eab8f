/// Finds the model with the least squared error.
///
/// The bounds are met by trying which of them hold as equations: the free fit first; where it lies
/// outside, the best of the fits on the bounds, each again a free fit in fewer parameters. The
/// least squares within the bounds are always among these.
struct ScalabilitySearch {
    let points: [ScalabilityPoint]

    /// What one parameter may do in a search.
    private enum Freedom: Equatable {
        case free
        case fixed(Double)
    }

    func best(_ kind: ScalabilityModel.Kind) -> ScalabilityModel {
        let zero = Freedom.fixed(0)
        switch kind {
        case .linear: return search(zero, zero)
        case .amdahl: return best(of: [(.free, zero)], else: [(zero, zero), (.fixed(1), zero)])
        case .universal:
            return best(
                of: [(.free, .free)],
                else: [
                    (.free, zero), (zero, .free), (.fixed(1), .free), (zero, zero),
                    (.fixed(1), zero),
                ])
        }
    }

    private func best(
        of inner: [(Freedom, Freedom)], else bounds: [(Freedom, Freedom)]
    ) -> ScalabilityModel {
        for (contention, coherency) in inner {
            let model = search(contention, coherency)
            if isWithinBounds(model) { return model }
        }
        let models = bounds.map { search($0.0, $0.1) }.filter(isWithinBounds)
        return models.min { error($0) < error($1) } ?? search(.fixed(0), .fixed(0))
    }

    private func isWithinBounds(_ model: ScalabilityModel) -> Bool {
        (0...1).contains(model.contention) && model.coherency >= 0 && model.rate > 0
    }

    private func error(_ model: ScalabilityModel) -> Double {
        points.reduce(0) { sum, point in
            let difference = point.throughput - model.throughput(point.members)
            return sum + difference * difference
        }
    }

    // MARK: Levenberg and Marquardt

    private static let mostSteps = 200

    /// The least squares of the free parameters: Levenberg 1944, with Marquardt's scaling (1963).
    private func search(_ contention: Freedom, _ coherency: Freedom) -> ScalabilityModel {
        var model = start(contention, coherency)
        let isFree = [true, contention == .free, coherency == .free]
        var best = error(model)
        var damping = 1e-3
        for _ in 0..<Self.mostSteps {
            let (matrix, gradient) = normalEquations(model, isFree)
            var improved = false
            while damping < 1e12 {
                let next = step(model, matrix, gradient, isFree, damping)
                let squares = next.map { isDefined($0) ? error($0) : .infinity } ?? .infinity
                if squares <= best, let next {
                    let isDone = best - squares <= 1e-15 * best && distance(model, next) < 1e-11
                    model = next
                    best = squares
                    damping = max(damping / 10, 1e-12)
                    if isDone { return model }
                    improved = true
                    break
                }
                damping *= 10
            }
            if !improved { return model }
        }
        return model
    }

    /// From the law written as a line: `N / X = (1 + contention (N - 1) + ...) / rate`, taken as it
    /// is at its ends.
    private func start(_ contention: Freedom, _ coherency: Freedom) -> ScalabilityModel {
        func value(_ freedom: Freedom, _ guess: Double) -> Double {
            if case .fixed(let value) = freedom { value } else { guess }
        }
        var model = ScalabilityModel(
            rate: 1, contention: value(contention, 0.02), coherency: value(coherency, 1e-4))
        // The best scale of a given shape has a closed form.
        var product = 0.0
        var squares = 0.0
        for point in points {
            let shape = model.shape(point.members)
            product += shape * point.throughput
            squares += shape * shape
        }
        model.rate = squares > 0 ? product / squares : 1
        return model
    }

    /// Whether the curve is one over all points: outside of the bounds its divisor may be zero.
    private func isDefined(_ model: ScalabilityModel) -> Bool {
        points.allSatisfy { model.divisor($0.members) > 1e-9 }
    }

    private func distance(_ left: ScalabilityModel, _ right: ScalabilityModel) -> Double {
        max(
            abs(left.rate - right.rate) / max(abs(left.rate), 1e-300),
            abs(left.contention - right.contention), abs(left.coherency - right.coherency))
    }

    private func normalEquations(
        _ model: ScalabilityModel, _ isFree: [Bool]
    ) -> (matrix: [[Double]], gradient: [Double]) {
        var matrix = [[Double]](repeating: [0, 0, 0], count: 3)
        var gradient = [0.0, 0, 0]
        for point in points {
            let members = point.members
            let shape = model.shape(members)
            let slope = -model.rate * shape / model.divisor(members) * (members - 1)
            let derivatives = [shape, slope, slope * members]
            let error = point.throughput - model.rate * shape
            for row in 0..<3 where isFree[row] {
                gradient[row] += derivatives[row] * error
                for column in 0..<3 where isFree[column] {
                    matrix[row][column] += derivatives[row] * derivatives[column]
                }
            }
        }
        return (matrix, gradient)
    }

    private func step(
        _ model: ScalabilityModel, _ matrix: [[Double]], _ gradient: [Double], _ isFree: [Bool],
        _ damping: Double
    ) -> ScalabilityModel? {
        var damped = matrix
        for index in 0..<3 {
            damped[index][index] = isFree[index] ? matrix[index][index] * (1 + damping) : 1
        }
        guard let change = solve(damped, gradient) else { return nil }
        return ScalabilityModel(
            rate: model.rate + change[0], contention: model.contention + change[1],
            coherency: model.coherency + change[2])
    }

    /// Gauss's elimination with pivots; nil where the equations are singular.
    private func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
        var rows = (0..<3).map { matrix[$0] + [right[$0]] }
        for column in 0..<3 {
            let pivot = (column..<3).max { abs(rows[$0][column]) < abs(rows[$1][column]) }!
            guard abs(rows[pivot][column]) > 1e-300 else { return nil }
            rows.swapAt(column, pivot)
            for row in 0..<3 where row != column {
                let factor = rows[row][column] / rows[column][column]
                for index in column..<4 { rows[row][index] -= factor * rows[column][index] }
            }
        }
        let solution = (0..<3).map { rows[$0][3] / rows[$0][$0] }
        return solution.allSatisfy(\.isFinite) ? solution : nil
    }
}
