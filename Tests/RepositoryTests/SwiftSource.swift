/// A Swift file with everything that is not code blanked out, so that braces and words can be
/// looked at without parsing the language. Line numbers stay.
struct SwiftSource {
    /// The code: comments and the contents of string literals are blanks.
    let code: [Character]

    init(_ text: String) {
        var blanker = Blanker(text: Array(text))
        blanker.readCode(until: nil)
        code = blanker.result
    }

    /// The code in lines.
    var lines: [String] {
        code.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    }
}

/// Copies a text while it blanks comments and literals.
private struct Blanker {
    let text: [Character]
    var result: [Character] = []
    private var index = 0

    init(text: [Character]) { self.text = text }

    private func looking(at word: String) -> Bool {
        text[index...].starts(with: word)
    }

    private mutating func keep() {
        result.append(text[index])
        index += 1
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count where index < text.count {
            result.append(text[index].isNewline ? "\n" : " ")
            index += 1
        }
    }

    /// Reads code up to the bracket that closes an interpolation, or to the end of the text.
    mutating func readCode(until closing: Character?) {
        var depth = 0
        while index < text.count {
            if looking(at: "//") {
                while index < text.count, !text[index].isNewline { blank(1) }
            } else if looking(at: "/*") {
                readBlockComment()
            } else if let hashes = literalStart() {
                readLiteral(hashes: hashes)
            } else {
                if text[index] == "(" { depth += 1 }
                if text[index] == ")" {
                    if closing != nil, depth == 0 { return }
                    depth -= 1
                }
                keep()
            }
        }
    }

    private mutating func readBlockComment() {
        var depth = 0
        repeat {
            if looking(at: "/*") {
                depth += 1
                blank(2)
            } else if looking(at: "*/") {
                depth -= 1
                blank(2)
            } else {
                blank(1)
            }
        } while depth > 0 && index < text.count
    }

    /// How many `#` a literal that starts here has in front of its quotes; nil where none starts.
    private func literalStart() -> Int? {
        var end = index
        while end < text.count, text[end] == "#" { end += 1 }
        return end < text.count && text[end] == "\"" ? end - index : nil
    }

    private mutating func readLiteral(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        blank(hashes)
        let quotes = looking(at: "\"\"\"") ? "\"\"\"" : "\""
        blank(quotes.count)
        while index < text.count {
            if looking(at: quotes + fence) {
                blank(quotes.count + hashes)
                return
            }
            if looking(at: "\\" + fence + "(") {
                blank(hashes + 2)
                readCode(until: ")")
                blank(1)
            } else if looking(at: "\\" + fence) {
                blank(hashes + 2)
            } else {
                // A literal on one line that does not end there is no literal.
                if quotes.count == 1, text[index].isNewline { return }
                blank(1)
            }
        }
    }
}
