import UrrPlatform

/// Parameters of a log-normal distribution from the numbers that people know about it.
enum LognormalParameters {
    /// The 0.99 quantile of the standard normal distribution.
    static let z99 = DeterministicMath.normalQuantile(0.99)

    /// The spread that gives a median and a 99th percentile; `p99 = p50 * exp(z99 * sigma)`.
    static func sigma(p50: Double, p99: Double) -> Double {
        DeterministicMath.logarithm(p99 / p50) / z99
    }

    /// The smaller of the two spreads that give a mean and a 99th percentile, nil where none does.
    ///
    /// `ln(p99 / mean) = z99 * sigma - sigma^2 / 2`, which is at most `z99^2 / 2`: the 99th
    /// percentile of a log-normal never exceeds 14.97 means.
    static func sigma(mean: Double, p99: Double) -> Double? {
        let ratio = DeterministicMath.logarithm(p99 / mean)
        let discriminant = z99 * z99 - 2 * ratio
        return ratio >= 0 && discriminant >= 0 ? z99 - discriminant.squareRoot() : nil
    }
}

extension WorkloadDecoder {
    private static let sigmaRange = 0.0...5.0
    private static let defaultSizeSigma = 0.5

    // MARK: Message sizes

    /// Sizes of messages; nil where they are unusable.
    func messageSize(_ node: DecodingNode) -> SizeSpec? {
        guard let members = node.value.members else { return size(node).map { .fixed($0) } }
        let forms = ["fixed", "uniform", "mean", "weights"]
        let given = forms.filter { form in members.contains { $0.key == form } }
        guard given.count == 1 else {
            return node.fail(
                "must have exactly one of \"fixed\", \"uniform\", \"mean\", \"weights\"")
        }
        if given[0] == "mean" { return lognormalSize(node) }
        guard let inner = node.object([given[0]])?.required(given[0]) else { return nil }
        switch given[0] {
        case "fixed": return size(inner).map { .fixed($0) }
        case "uniform": return uniformSize(inner)
        default: return weightedSizes(inner)
        }
    }

    private func size(_ node: DecodingNode) -> Int? {
        let smallest = WorkloadLimits.smallestMessageBytes
        guard let size = node.bytes(0...WorkloadLimits.largestMessageBytes) else { return nil }
        if size >= smallest { return size }
        return node.fail(
            "must be at least \(smallest) bytes, which the trace header of a message takes "
                + "(times, sequence, key, origin, checksum)")
    }

    private func uniformSize(_ node: DecodingNode) -> SizeSpec? {
        guard let bounds = node.list(2...2, of: "sizes"), let minimum = size(bounds[0]),
            let maximum = size(bounds[1])
        else { return nil }
        if minimum > maximum { return node.fail("must have the smaller size first") }
        return .uniform(minimum: minimum, maximum: maximum)
    }

    private func lognormalSize(_ node: DecodingNode) -> SizeSpec? {
        guard let object = node.object(["mean", "distribution", "sigma", "p99"]) else { return nil }
        _ = object.optional("distribution")?.word(["lognormal"])
        guard let mean = object.required("mean").flatMap(size) else { return nil }
        if object.has("sigma") && object.has("p99") {
            return node.fail("must not have both \"sigma\" and \"p99\"")
        }
        guard let node = object.optional("p99") else {
            let sigma = object.optional("sigma").map { $0.number(Self.sigmaRange) }
            return (sigma ?? Self.defaultSizeSigma).map {
                .lognormal(mean: Double(mean), sigma: $0)
            }
        }
        guard let p99 = size(node) else { return nil }
        guard let sigma = LognormalParameters.sigma(mean: Double(mean), p99: Double(p99)) else {
            return node.fail("must be 1 to 14.97 times the mean in a log-normal distribution")
        }
        return .lognormal(mean: Double(mean), sigma: sigma)
    }

    private func weightedSizes(_ node: DecodingNode) -> SizeSpec? {
        guard let nodes = node.list(1...WorkloadLimits.weights, of: "[size, weight] pairs") else {
            return nil
        }
        let pairs = nodes.compactMap { pair -> WeightedSize? in
            guard let parts = pair.list(2...2, of: "numbers: size and weight") else { return nil }
            guard let size = size(parts[0]), let weight = parts[1].number(0...1e15) else {
                return nil
            }
            return WeightedSize(size: size, weight: weight)
        }
        guard pairs.count == nodes.count else { return nil }
        let isPositive = pairs.contains { $0.weight > 0 }
        return isPositive ? .weights(pairs) : node.fail("must have a weight greater than 0")
    }

    // MARK: Service times

    /// Service times; nil where they are unusable.
    func serviceTime(_ node: DecodingNode) -> ServiceTimeSpec? {
        guard let members = node.value.members else { return time(node).map { .fixed($0) } }
        let peek = DecodingObject(members: members, path: node.path, log: log)
        switch peek.required("distribution")?.word(["fixed", "exponential", "lognormal"]) {
        case "fixed":
            let object = node.object(["distribution", "value"])
            return object?.required("value").flatMap { time($0) }.map { .fixed($0) }
        case "exponential":
            let object = node.object(["distribution", "mean"])
            return object?.required("mean").flatMap { time($0, from: 1) }.map {
                .exponential(mean: $0)
            }
        case "lognormal": return lognormalTime(node)
        default: return nil
        }
    }

    private func time(_ node: DecodingNode, from least: Nanoseconds = 0) -> Nanoseconds? {
        node.duration(least...WorkloadLimits.longestServiceTime)
    }

    private func lognormalTime(_ node: DecodingNode) -> ServiceTimeSpec? {
        guard let object = node.object(["distribution", "p50", "p99", "mean", "sigma"]) else {
            return nil
        }
        let given = ["p50", "p99", "mean", "sigma"].filter(object.has)
        if given == ["p50", "p99"] {
            guard let p50 = object.required("p50").flatMap({ time($0, from: 1) }),
                let node = object.required("p99"), let p99 = time(node, from: 1)
            else { return nil }
            if p99 < p50 { return node.fail("must not be below \"p50\"") }
            return .lognormal(
                median: Double(p50),
                sigma: LognormalParameters.sigma(p50: Double(p50), p99: Double(p99)))
        }
        if given == ["mean", "sigma"] {
            guard let mean = object.required("mean").flatMap({ time($0, from: 1) }),
                let sigma = object.required("sigma")?.number(Self.sigmaRange)
            else { return nil }
            let median = Double(mean) * DeterministicMath.exponential(-sigma * sigma / 2)
            return .lognormal(median: median, sigma: sigma)
        }
        return node.fail("must have either \"p50\" and \"p99\" or \"mean\" and \"sigma\"")
    }
}
