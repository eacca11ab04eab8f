import UrrPlatform

/// Quantities as command lines give them.
public enum QuantityText {
    /// A time such as `5s`, `200ms` or `10m`; nil where it is none.
    public static func duration(_ text: String) -> Nanoseconds? { Quantities.nanoseconds(text) }

    /// A rate in messages per second above 0, such as `500000/s` or `5e5`; nil where it is none or
    /// more than `WorkloadLimits.rate`.
    public static func rate(_ text: String) -> Double? {
        guard let (number, unit) = Quantities.split(text), unit.isEmpty || unit == "/s",
            let rate = Double(number), rate > 0, rate <= WorkloadLimits.rate
        else { return nil }
        return rate
    }
}
