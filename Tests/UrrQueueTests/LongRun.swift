import Glibc

/// How long a proof runs: short by default, in full where `URRBENCH_LONG` is in the environment.
enum LongRun {
    /// Whether the full form was asked for.
    static var isWanted: Bool { getenv("URRBENCH_LONG") != nil }

    /// `short`, or in the full form `long`, or what the variable says where that is a number
    /// greater than 1.
    static func count(short: Int, long: Int) -> Int {
        guard let text = getenv("URRBENCH_LONG").map({ String(cString: $0) }) else { return short }
        return Int(text).flatMap { $0 > 1 ? $0 : nil } ?? long
    }
}
