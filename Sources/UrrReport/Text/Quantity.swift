/// Numbers as people read them. Everything is computed with whole numbers or rounds half away from
/// zero, and nothing depends on a locale.
public enum Quantity {
    /// `1,234,567`.
    public static func count(_ value: UInt64) -> String {
        let digits = String(value)
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return result
    }

    /// `-1,234,567`.
    public static func count(_ value: Int64) -> String {
        (value < 0 ? "-" : "") + count(value.magnitude)
    }

    /// A time with three significant digits: `412 ns`, `1.20 us`, `35.2 ms`, `4.90 s`, `1,830 s`.
    public static func duration(_ nanoseconds: Int64) -> String {
        let sign = nanoseconds < 0 ? "-" : ""
        let value = nanoseconds.magnitude
        if value < 1000 { return "\(sign)\(value) ns" }
        for (unit, scale) in [("us", UInt64(1000)), ("ms", 1_000_000)] {
            if let text = threeDigits(value, scale) { return "\(sign)\(text) \(unit)" }
        }
        let second = UInt64(1_000_000_000)
        let text = threeDigits(value, second) ?? count(rounded(value, second, times: 1))
        return "\(sign)\(text) s"
    }

    /// A time given in seconds; see `duration`. Anything that is not a number gives `-`.
    public static func duration(seconds: Double) -> String {
        let nanoseconds = (seconds * 1e9).rounded()
        guard nanoseconds > -9e18, nanoseconds < 9e18 else { return absent }
        return duration(Int64(nanoseconds))
    }

    /// A rate or any other number: whole with thousands separators from 100 on, three significant
    /// digits below. Anything that is not a number gives `-`.
    public static func number(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 9e18 else { return absent }
        let magnitude = value.magnitude
        let digits = magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : magnitude >= 0.9995 ? 2 : 3
        return decimal(value, digits)
    }

    /// `number` with `/s`.
    public static func rate(_ value: Double) -> String { number(value) + "/s" }

    /// A share of 1 in percent: `99.98 %`, `45.2 %`, `0.40 %`. Shows 100 only where it is exactly 1, and 0
    /// only where it is exactly 0: a rounded 100 % would hide what is missing.
    public static func percent(_ share: Double) -> String {
        guard share.isFinite else { return absent }
        if share == 1 { return "100 %" }
        if share == 0 { return "0 %" }
        if share > 0.9999, share < 1 { return "> 99.99 %" }
        if share > 0, share < 0.0001 { return "< 0.01 %" }
        let percent = share.magnitude * 100
        // What is missing to 100 matters as much as what is there, so both ends get two decimals.
        return decimal(share * 100, (9.995..<98.95).contains(percent) ? 1 : 2) + " %"
    }

    /// Bytes with a binary unit: `512 B`, `7.8 GiB`.
    public static func bytes(_ value: UInt64) -> String {
        guard value >= 1024 else { return "\(value) B" }
        var scaled = Double(value)
        var unit = ""
        for next in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] where scaled >= 1023.95 {
            scaled /= 1024
            unit = next
        }
        return decimal(scaled, 1) + " " + unit
    }

    /// A number of bytes that was computed, rounded to whole ones; see `bytes`. Anything that is no
    /// such number gives `-`.
    public static func bytes(_ value: Double) -> String {
        guard value >= 0, value < 1.8e19 else { return absent }
        return bytes(UInt64(value.rounded()))
    }

    /// A number as short as it can be written: `99`, `99.9`.
    static func trimmed(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 9e15
            ? decimal(value, 0) : String(value)
    }

    /// What stands where there is no value.
    static let absent = "-"

    /// `value` with a fixed number of decimals (0...3) and thousands separators.
    static func decimal(_ value: Double, _ digits: Int) -> String {
        let scale = UInt64([1, 10, 100, 1000][digits])
        guard value.isFinite, value.magnitude < 9e15 else { return absent }
        let scaled = UInt64((value.magnitude * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + count(scaled) }
        return sign + count(scaled / scale) + "." + fraction(scaled % scale, digits)
    }

    private static func fraction(_ value: UInt64, _ digits: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// `value / scale` with three significant digits, or nil where it rounds to 1000 or more.
    private static func threeDigits(_ value: UInt64, _ scale: UInt64) -> String? {
        let hundredths = rounded(value, scale, times: 100)
        if hundredths < 1000 { return "\(hundredths / 100)." + fraction(hundredths % 100, 2) }
        let tenths = rounded(value, scale, times: 10)
        if tenths < 1000 { return "\(tenths / 10).\(tenths % 10)" }
        let whole = rounded(value, scale, times: 1)
        return whole < 1000 ? String(whole) : nil
    }

    /// `value * times / scale`, rounded half up; saturates instead of overflowing.
    private static func rounded(_ value: UInt64, _ scale: UInt64, times: UInt64) -> UInt64 {
        let product = value.multipliedReportingOverflow(by: times)
        if product.overflow { return value / scale * times }
        return product.partialValue / scale + (product.partialValue % scale * 2 >= scale ? 1 : 0)
    }
}
