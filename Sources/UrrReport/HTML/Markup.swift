/// HTML text. Literals stand as they are; every `String` put into one is escaped, so that a name
/// from a file cannot become an element. Only other markup goes in unescaped.
struct Markup: ExpressibleByStringInterpolation, Sendable {
    /// The HTML.
    private(set) var text: String

    struct StringInterpolation: StringInterpolationProtocol {
        var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity * 2)
        }

        mutating func appendLiteral(_ literal: String) { text += literal }

        mutating func appendInterpolation(_ value: String) { text += Markup.escaped(value) }

        mutating func appendInterpolation(_ value: Int) { text += String(value) }

        mutating func appendInterpolation(_ value: Markup) { text += value.text }
    }

    init(stringLiteral value: String) { text = value }

    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    /// Text that is HTML already, from a source that is trusted.
    init(trusted text: String) { self.text = text }

    static let empty = Markup(trusted: "")

    static func + (left: Markup, right: Markup) -> Markup {
        Markup(trusted: left.text + right.text)
    }

    static func += (left: inout Markup, right: Markup) { left.text += right.text }

    /// `text` with every character replaced that HTML acts on, in text and in quoted attributes.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            case "\u{0}": result.append("\u{fffd}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

extension Sequence where Element == Markup {
    /// All pieces, one after the other.
    func joined() -> Markup { Markup(trusted: map(\.text).joined()) }
}
