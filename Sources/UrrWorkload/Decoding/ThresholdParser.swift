import UrrPlatform

extension ThresholdSpec {
    /// What a threshold must look like, for messages.
    static let rule = "must have the form \"metric operator value\", such as \"lag.max < 10000\""

    /// Reads `metric operator value[unit]` or `metric operator [factor *] metric [+ value[unit]]`;
    /// throws the rule that the text breaks.
    ///
    /// Operators: `<`, `<=`, `>`, `>=`, `==`, `!=`. Units: ns, us, ms, s, m, h; /s; messages;
    /// B, bytes, KiB, MiB, GiB and so on; or none.
    public init(parsing text: String) throws(ThresholdSyntaxError) {
        guard text.utf8.count <= 500,
            let start = text.firstIndex(where: { "<>=!".contains($0) })
        else { throw ThresholdSyntaxError(rule: Self.rule) }
        let metric = Self.trimmed(text[..<start])
        let symbols = text[start...].prefix { "<>=!".contains($0) }
        guard let comparison = Comparison(rawValue: String(symbols)) else {
            throw ThresholdSyntaxError(rule: "must use one of the operators < <= > >= == !=")
        }
        guard !metric.isEmpty, metric.utf8.allSatisfy({ isNameByte($0) || $0 == 0x2f }) else {
            throw ThresholdSyntaxError(rule: Self.rule)
        }
        let written = Self.trimmed(text[symbols.endIndex...])
        let reference = try Self.reference(written)
        let limit = try Self.quantity(reference?.rest ?? written)
        self.init(
            expression: text, metric: metric, comparison: comparison, limit: limit.value,
            dimension: limit.dimension, reference: reference?.metric)
    }

    /// The other metric that the right side names, and what follows its plus sign ("0" where there
    /// is none); nil where the right side begins with a number that multiplies nothing.
    private static func reference(
        _ text: String
    ) throws(ThresholdSyntaxError) -> (metric: Reference, rest: String)? {
        var factor = 1.0
        var name = text[...]
        if let star = text.firstIndex(of: "*") {
            let number = trimmed(text[..<star])
            guard let value = Quantities.split(number), value.unit.isEmpty,
                let scale = Double(value.number), scale.isFinite
            else { throw ThresholdSyntaxError(rule: "must have a number before the '*'") }
            factor = scale
            name = text[text.index(after: star)...]
        } else if text.first?.isLetter != true {
            return nil
        }
        let plus = name.firstIndex(of: "+")
        let metric = trimmed(name[..<(plus ?? name.endIndex)])
        guard let first = metric.first, first.isASCII, first.isLetter, isMetric(metric) else {
            throw ThresholdSyntaxError(
                rule: "must have a number after the operator, or the name of a metric")
        }
        let rest = plus.map { trimmed(name[name.index(after: $0)...]) } ?? "0"
        return (Reference(metric: metric, factor: factor), rest)
    }

    private static func quantity(
        _ written: String
    ) throws(ThresholdSyntaxError) -> (value: Double, dimension: Dimension) {
        guard let (number, rest) = Quantities.split(written), let value = Double(number),
            value.isFinite
        else { throw ThresholdSyntaxError(rule: "must have a number after the operator") }
        guard let (dimension, scale) = Self.unit(trimmed(rest[...])) else {
            throw ThresholdSyntaxError(
                rule: "must have one of the units ns us ms s m h /s messages bytes KiB MiB GiB")
        }
        return (value * scale, dimension)
    }

    private static func isMetric(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { isNameByte($0) || $0 == 0x2f }
    }

    private static func unit(_ name: String) -> (Dimension, Double)? {
        if name.isEmpty { return (.plain, 1) }
        if name == "/s" { return (.rate, 1) }
        if name == "messages" || name == "message" { return (.messages, 1) }
        if let unit = Quantities.timeUnits.first(where: { $0.name == name }) {
            return (.time, unit.scale)
        }
        return Quantities.byteUnits.first { $0.name == name }.map { (.bytes, $0.scale) }
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}

/// Which rule of the form of thresholds a text breaks.
public struct ThresholdSyntaxError: Error, Sendable, Equatable {
    /// The rule, as in a `WorkloadProblem`.
    public let rule: String
}
