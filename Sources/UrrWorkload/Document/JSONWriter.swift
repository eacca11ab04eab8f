extension JSONValue {
    /// The value as JSON on one line, with a space after commas and colons.
    public var compactText: String {
        var text = ""
        write(to: &text, indentation: nil)
        return text
    }

    /// The value as JSON over several lines: members in their order, two spaces a level, arrays and
    /// objects that hold only simple values on one line where that is at most 80 characters long.
    /// Ends with a line feed. The same value always gives the same text.
    public var prettyText: String {
        var text = ""
        write(to: &text, indentation: 0)
        return text + "\n"
    }

    /// The value on one line, cut to 60 characters and without passwords: for messages.
    var excerpt: String {
        // Containers are not written out only to be cut: they may be huge.
        let limit = 60
        let text: String
        switch content {
        case .array(let list) where list.count > 8: text = "an array of \(list.count) elements"
        case .object(let list) where list.count > 8: text = "an object of \(list.count) members"
        case .string(let string) where string.utf8.count > 4 * limit:
            text =
                JSONValue.string(withoutCredentials(String(string.prefix(4 * limit)))).compactText
        default: text = withoutCredentials(compactText)
        }
        return text.count <= limit ? text : text.prefix(limit - 3) + "..."
    }

    private func write(to text: inout String, indentation: Int?) {
        switch content {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let number): text += number.text
        case .string(let string): writeQuoted(string, to: &text)
        case .array(let list):
            writeList(list, "[", "]", to: &text, indentation) { element, text, inner in
                element.write(to: &text, indentation: inner)
            }
        case .object(let list):
            writeList(list, "{", "}", to: &text, indentation) { member, text, inner in
                writeQuoted(member.key, to: &text)
                text += ": "
                member.value.write(to: &text, indentation: inner)
            }
        }
    }

    private func writeList<Item>(
        _ items: [Item], _ open: String, _ close: String, to text: inout String,
        _ indentation: Int?, _ writeItem: (Item, inout String, Int?) -> Void
    ) {
        let inner = indentation.flatMap { fitsOnLine ? nil : $0 + 2 }
        text += open
        for (index, item) in items.enumerated() {
            if index > 0 { text += inner == nil ? ", " : "," }
            if let inner { text += "\n" + String(repeating: " ", count: inner) }
            writeItem(item, &text, inner)
        }
        if let inner, !items.isEmpty { text += "\n" + String(repeating: " ", count: inner - 2) }
        text += close
    }

    private var fitsOnLine: Bool {
        let parts: [JSONValue]
        switch content {
        case .array(let list): parts = list
        case .object(let list): parts = list.map(\.value)
        default: return true
        }
        let limit = 80
        guard parts.count <= limit / 2 else { return false }
        for part in parts {
            switch part.content {
            case .string(let string) where string.utf8.count > limit: return false
            case .object(let list) where !list.isEmpty: return false
            case .array(let list) where list.count > 4 || list.contains { $0.elements != nil }:
                return false
            default: continue
            }
        }
        return compactText.count <= limit
    }
}

private func writeQuoted(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
            let digits = String(scalar.value, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: text.unicodeScalars.append(scalar)
        }
    }
    text += "\""
}
