import UrrAnalysis

/// What a series says about how a system scales, in sentences.
enum ScalingWords {
    /// `consumers at partitions=24`.
    static func title(_ series: ScalingSeries) -> String {
        let held = series.held.map { "\(printable($0.name))=\(printable($0.value))" }
        return printable(series.axis) + (held.isEmpty ? "" : " at " + held.joined(separator: ", "))
    }

    /// The answer first, then the parameters, the other models, and what speaks against all this.
    static func sentences(_ series: ScalingSeries) -> [String] {
        let left = excluded(series)
        switch series.analysis {
        case .failure(let error):
            return ["No scalability law: \(error.description)."] + left
        case .success(let analysis):
            return [answer(series, analysis), parameters(analysis), models(analysis)]
                + analysis.caveats.map { "Caution: \($0)." } + left
        }
    }

    private static func answer(_ series: ScalingSeries, _ analysis: ScalabilityAnalysis) -> String {
        let most = Quantity.number(analysis.points.map(\.members).max() ?? 1)
        switch analysis.chosen.kind {
        case .linear:
            return "Throughput grew in proportion up to \(most) \(series.axis): no sign of a "
                + "ceiling among the measured points, so none is claimed."
        case .amdahl:
            return
                "Throughput grows ever slower (Amdahl's law explains the points): the knee is at "
                + "\(estimate(analysis.knee)) \(series.axis), the ceiling at "
                + "\(estimate(analysis.ceiling, Quantity.rate))."
        case .universal:
            return "Throughput peaks at \(estimate(analysis.peak)) \(series.axis) with "
                + "\(estimate(analysis.ceiling, Quantity.rate)); the knee is at "
                + "\(estimate(analysis.knee))."
        }
    }

    private static func parameters(_ analysis: ScalabilityAnalysis) -> String {
        func small(_ value: Double) -> String { short(value) }
        return "Universal Scalability Law: the first brings "
            + "\(estimate(analysis.rate, Quantity.rate)); contention "
            + "\(estimate(analysis.contention, small)), coherency "
            + "\(estimate(analysis.coherency, small)); explains "
            + "\(Quantity.percent(max(0, analysis.universal.explained))) of the variance "
            + "(\(analysis.points.count) points, 95 % bootstrap intervals)."
    }

    private static func models(_ analysis: ScalabilityAnalysis) -> String {
        let criteria = analysis.fits.compactMap(\.criterion)
        guard let best = criteria.min() else {
            return "Too few points to compare the law with simpler ones."
        }
        let names: [ScalabilityModel.Kind: String] = [
            .linear: "linear", .amdahl: "Amdahl", .universal: "universal",
        ]
        let parts = analysis.fits.map { fit in
            let difference = fit.criterion.map { "+" + Quantity.decimal($0 - best, 1) } ?? "none"
            return "\(names[fit.kind] ?? "") \(difference)"
        }
        return "Models by AICc, above the best (below 2: as good): "
            + parts.joined(separator: ", ") + "."
    }

    private static func excluded(_ series: ScalingSeries) -> [String] {
        let reasons = series.points.compactMap(\.excluded)
        return [ScalingSeries.Exclusion.notSaturated, .idle].compactMap { reason in
            let count = reasons.count { $0 == reason }
            guard count > 0 else { return nil }
            return "Left out: \(ConsoleSummary.plural(count, "point")) where the "
                + "\(reason == .idle ? series.axis : "group") \(rest(reason))."
        }
    }

    private static func rest(_ reason: ScalingSeries.Exclusion) -> String {
        switch reason {
        case .notSaturated: "kept up with what was offered, which says nothing about its limit"
        case .idle: "had nothing to do in part"
        }
    }

    /// `42.0 (38.1 to 47.5)`.
    static func estimate(
        _ estimate: ScalabilityAnalysis.Estimate?, _ text: (Double) -> String = Quantity.number
    ) -> String {
        guard let estimate else { return "none" }
        let upper = estimate.upper.map { "to " + text($0) } ?? "and more"
        return "\(text(estimate.value)) (\(text(estimate.lower)) \(upper))"
    }

    /// Three significant digits of a small number: `0.0214`, `0.00064`.
    static func short(_ value: Double) -> String {
        if value == 0 { return "0" }
        guard value.magnitude < 0.1 else { return Quantity.number(value) }
        var scaled = value.magnitude
        var zeros = 0
        while scaled < 0.1, zeros < 12 {
            scaled *= 10
            zeros += 1
        }
        let digits = Quantity.decimal(scaled, 3).dropFirst(2)
        return (value < 0 ? "-" : "") + "0." + String(repeating: "0", count: zeros) + digits
    }
}
