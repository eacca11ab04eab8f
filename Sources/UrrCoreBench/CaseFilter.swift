/// Selects cases by name: a part of the name, or, where it has `*` or `?`, a pattern for the whole
/// of it (`*` stands for any number of characters, `?` for one).
struct CaseFilter {
    private let pattern: [UInt8]
    private let isGlob: Bool

    init(_ text: String) {
        isGlob = text.contains { $0 == "*" || $0 == "?" }
        pattern = Array((isGlob ? text : "*" + text + "*").utf8)
    }

    /// O(length of the pattern times length of the name).
    func matches(_ name: String) -> Bool {
        let name = Array(name.utf8)
        var position = 0
        var next = 0
        // Where to go on when what follows the last star does not match.
        var star: (pattern: Int, name: Int)?
        while position < name.count {
            if next < pattern.count, isGlobStar(next) {
                star = (next, position)
                next += 1
            } else if next < pattern.count, fits(pattern[next], name[position]) {
                next += 1
                position += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                next = last.pattern + 1
                position = last.name + 1
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    private func isGlobStar(_ index: Int) -> Bool { pattern[index] == UInt8(ascii: "*") }

    private func fits(_ expected: UInt8, _ byte: UInt8) -> Bool {
        expected == byte || (isGlob && expected == UInt8(ascii: "?"))
    }
}
