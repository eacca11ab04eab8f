/// Columns that `text` takes on a terminal: two for each wide character (Chinese, Japanese, Korean,
/// emoji), one for every other. O(n).
public func columns(of text: String) -> Int {
    text.reduce(0) { $0 + columns(of: $1) }
}

func columns(of character: Character) -> Int {
    guard let value = character.unicodeScalars.first?.value, value >= 0x1100 else { return 1 }
    return wideRanges.contains { $0.contains(value) } ? 2 : 1
}

/// Blocks whose characters are wide or full width (Unicode Standard Annex 11), in ascending order.
private let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97c, 0xac00...0xd7a3,
    0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff,
    0x20000...0x3fffd,
]

/// `text` cut to at most `width` columns; where something was cut, the last column says so with `~`.
func cut(_ text: String, to width: Int) -> String {
    guard columns(of: text) > width else { return text }
    guard width > 0 else { return "" }
    var result = ""
    var used = 1
    for character in text {
        used += columns(of: character)
        if used > width { break }
        result.append(character)
    }
    return result + "~"
}

/// `text` filled with blanks to `width` columns, in front where it is to stand on the right.
func padded(_ text: String, to width: Int, right: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - columns(of: text)))
    return right ? blanks + text : text + blanks
}

/// Breaks `text` at blanks into lines of at most `width` columns, indentation included. A word that
/// is longer is broken where the line ends. No line for an empty text. O(n).
public func wrapped(_ text: String, indent: Int, width: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    let room = max(1, width - indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ").flatMap({ pieces(of: $0, room: room) }) {
        if !line.isEmpty, columns(of: line) + 1 + columns(of: word) > room {
            lines.append(margin + line)
            line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty { lines.append(margin + line) }
    return lines
}

private func pieces(of word: Substring, room: Int) -> [String] {
    var pieces: [String] = []
    var piece = ""
    for character in word {
        if !piece.isEmpty, columns(of: piece) + columns(of: character) > room {
            pieces.append(piece)
            piece = ""
        }
        piece.append(character)
    }
    return pieces + [piece]
}
