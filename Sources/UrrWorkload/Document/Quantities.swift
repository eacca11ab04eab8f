import UrrPlatform

/// A number with a unit, as text: `5s`, `1.5ms`, `64MiB`.
enum Quantities {
    /// Units of time and their nanoseconds.
    static let timeUnits: [(name: String, scale: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
    ]
    /// Units of size and their bytes.
    static let byteUnits: [(name: String, scale: Double)] = [
        ("B", 1), ("bytes", 1), ("KiB", 0x1p10), ("MiB", 0x1p20), ("GiB", 0x1p30), ("TiB", 0x1p40),
        ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
    ]

    /// Nanoseconds of a text such as `5s`, rounded to the nearest; nil where it is not one or is
    /// longer than 100 years.
    static func nanoseconds(_ text: String) -> Nanoseconds? {
        guard let value = scaled(text, timeUnits), value <= 100 * 365 * 24 * 3600e9 else {
            return nil
        }
        return Nanoseconds(value.rounded())
    }

    /// Bytes of a text such as `64MiB`; nil where it is not one, is not whole or exceeds 2^53.
    static func bytes(_ text: String) -> Int? {
        scaled(text, byteUnits).flatMap { $0 <= 0x1p53 ? Int(exactly: $0) : nil }
    }

    private static func scaled(
        _ text: String, _ units: [(name: String, scale: Double)]
    ) -> Double? {
        guard let (number, unit) = split(text), !number.hasPrefix("-"), !number.contains("e"),
            let value = Double(number), let match = units.first(where: { $0.name == unit })
        else { return nil }
        return value * match.scale
    }

    /// Cuts a text into a decimal number (sign and exponent allowed) and what follows; nil where it
    /// does not start with one.
    static func split(_ text: String) -> (number: String, unit: String)? {
        let bytes = Array(text.utf8)
        guard bytes.count <= 64 else { return nil }
        var offset = bytes.first == UInt8(ascii: "-") ? 1 : 0
        func digits() -> Bool {
            let start = offset
            while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) { offset += 1 }
            return offset > start
        }
        guard digits() else { return nil }
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            guard digits() else { return nil }
        }
        let beforeExponent = offset
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "e") {
            offset += 1
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "-") { offset += 1 }
            if !digits() { offset = beforeExponent }
        }
        let number = String(decoding: bytes[..<offset], as: UTF8.self)
        return (number, String(decoding: bytes[offset...], as: UTF8.self))
    }

    /// A time as short text: `1.5ms`, `30s`.
    static func text(_ time: Nanoseconds) -> String {
        let scales: [(String, Nanoseconds)] = [
            ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
            ("ms", 1_000_000), ("us", 1000),
        ]
        for (unit, scale) in scales where time >= scale && time % scale == 0 {
            return "\(time / scale)\(unit)"
        }
        for (unit, scale) in scales.dropFirst(2) where time >= scale {
            return "\(Double(time) / Double(scale))\(unit)"
        }
        return time == 0 ? "0s" : "\(time)ns"
    }
}
