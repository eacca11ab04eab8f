/// A series of numbers as one line of characters of growing height.
enum Sparkline {
    private static let blocks = Array(" ▁▂▃▄▅▆▇█")
    private static let ascii = Array(" .:-=+*#@")

    /// How several values become one character where the line is too short.
    enum Merge {
        /// The mean: for rates.
        case mean
        /// The greatest: for what must not be overlooked.
        case greatest
    }

    /// One character per value of `values`, which are compared with `top`. Zero, and only zero, is
    /// a blank; nil (not known) is `?`.
    static func line(_ values: [Double?], top: Double, unicode: Bool) -> String {
        let levels = unicode ? blocks : ascii
        return String(
            values.map { value -> Character in
                guard let value else { return "?" }
                guard value > 0, top > 0 else { return levels[0] }
                let level = Int((value / top * Double(levels.count - 1)).rounded(.up))
                return levels[min(max(level, 1), levels.count - 1)]
            })
    }

    /// `values` brought to at most `room` values, each made of equally many neighbours (the last
    /// of fewer).
    static func fitted(_ values: [Double?], room: Int, _ merge: Merge) -> [Double?] {
        let share = step(values.count, room: room)
        return stride(from: 0, to: values.count, by: share).map { start in
            let known = values[start..<min(start + share, values.count)].compactMap { $0 }
            guard !known.isEmpty else { return nil }
            switch merge {
            case .mean: return known.reduce(0, +) / Double(known.count)
            case .greatest: return known.max()
            }
        }
    }

    /// How many values go into one character.
    static func step(_ count: Int, room: Int) -> Int {
        max(1, (count + max(1, room) - 1) / max(1, room))
    }
}
