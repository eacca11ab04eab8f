import Glibc

/// Whether proofs run in their long form: `URRBENCH_LONG` in the environment, which
/// `scripts/bench --long` sets to the number of operations of each random run, or to anything else
/// for a million.
public enum LongForm {
    /// Whether it is set.
    public static let isOn = getenv("URRBENCH_LONG") != nil

    /// How often something is done in this form.
    public static func count(short: Int, long: Int) -> Int { isOn ? long : short }
}
