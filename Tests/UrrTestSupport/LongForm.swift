import Glibc

/// Whether proofs run in their long form: where `URRBENCH_LONG` is in the environment, as
/// `scripts/bench --long` sees to.
public enum LongForm {
    private static let value = getenv("URRBENCH_LONG").map { String(cString: $0) }

    /// Whether it is asked for.
    public static let isOn = value != nil

    /// How often something is done in this form.
    public static func count(short: Int, long: Int) -> Int { isOn ? long : short }

    /// How many operations a random run has in this form: in the long one what the variable says,
    /// where that is a number greater than 1.
    public static func operations(short: Int, long: Int) -> Int {
        guard let value else { return short }
        return Int(value).flatMap { $0 > 1 ? $0 : nil } ?? long
    }
}
