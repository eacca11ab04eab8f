/// How long files and functions may be. A reader holds one screen in mind; the caps are where
/// splitting is no longer a matter of taste.
enum LengthRules {
    static let fileLines = 700
    static let functionLines = 70

    /// What is too long in one Swift file.
    static func violations(path: String, text: String) -> [String] {
        var found: [String] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        if lines > fileLines { found.append("\(path): \(lines) lines, at most \(fileLines)") }
        for function in functions(in: SwiftSource(text)) where function.lines > functionLines {
            found.append(
                "\(path):\(function.start): \(function.name) has \(function.lines) lines,"
                    + " at most \(functionLines)")
        }
        return found
    }

    struct Function: Equatable {
        let name: String
        /// Line of its keyword, counted from 1.
        let start: Int
        /// Lines from its keyword to its closing brace.
        let lines: Int
    }

    private static let keywords: Set<String> = ["func", "init", "deinit", "subscript"]

    /// Functions with a body, by matching braces.
    static func functions(in source: SwiftSource) -> [Function] {
        var found: [Function] = []
        let code = source.code
        var line = 1
        var index = 0
        while index < code.count {
            if code[index] == "\n" { line += 1 }
            guard isWordStart(code, index) else {
                index += 1
                continue
            }
            let word = self.word(code, index)
            if keywords.contains(word), isDeclaration(code, index, word),
                let body = bodyStart(code, after: index + word.count)
            {
                let end = closingBrace(code, body)
                let length = code[index...end].count { $0 == "\n" } + 1
                found.append(Function(name: name(code, index, word), start: line, lines: length))
            }
            index += word.count
        }
        return found
    }

    private static func isWordStart(_ code: [Character], _ index: Int) -> Bool {
        guard code[index].isLetter || code[index] == "_" else { return false }
        guard index > 0 else { return true }
        let before = code[index - 1]
        return !before.isLetter && !before.isNumber && before != "_"
    }

    private static func word(_ code: [Character], _ index: Int) -> String {
        String(code[index...].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    }

    /// `init` and `subscript` are also written in calls: `.init(`, `self.init(`.
    private static func isDeclaration(_ code: [Character], _ index: Int, _ word: String) -> Bool {
        if word == "func" || word == "deinit" { return true }
        let before = code[..<index].last { !$0.isWhitespace }
        return before.map { !".=,(:?".contains($0) } ?? true
    }

    private static func name(_ code: [Character], _ index: Int, _ keyword: String) -> String {
        guard keyword == "func" else { return keyword }
        let rest = code[(index + keyword.count)...].drop { $0.isWhitespace }
        return String(rest.prefix { !$0.isWhitespace && $0 != "(" && $0 != "<" })
    }

    /// Where the body of the declaration opens; nil where it has none, as in a protocol: then the
    /// protocol ends or the next declaration starts before any brace opens.
    private static func bodyStart(_ code: [Character], after start: Int) -> Int? {
        let others: Set<String> = [
            "func", "init", "deinit", "subscript", "var", "let", "associatedtype", "static",
            "mutating", "case", "typealias", "struct", "enum", "class", "extension", "protocol",
        ]
        var depth = 0
        var index = start
        while index < code.count {
            switch code[index] {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return index
            case "}" where depth == 0: return nil
            default:
                if depth == 0, index > start, isWordStart(code, index) {
                    let word = self.word(code, index)
                    if others.contains(word), startsLine(code, index) { return nil }
                }
            }
            index += 1
        }
        return nil
    }

    private static func startsLine(_ code: [Character], _ index: Int) -> Bool {
        code[..<index].reversed().prefix { $0 != "\n" }.allSatisfy { $0.isWhitespace }
    }

    private static func closingBrace(_ code: [Character], _ open: Int) -> Int {
        var depth = 0
        for index in open..<code.count {
            if code[index] == "{" { depth += 1 }
            if code[index] == "}" { depth -= 1 }
            if depth == 0 { return index }
        }
        return code.count - 1
    }
}
