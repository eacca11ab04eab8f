/// Why a text is not JSON, and where.
public struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    /// Line, from 1.
    public let line: Int
    /// Column in bytes, from 1.
    public let column: Int
    /// What is wrong.
    public let message: String

    /// `line:column: message`.
    public var description: String { "\(line):\(column): \(message)" }
}

/// A strict reader of JSON (RFC 8259) for hostile input: bounded depth, bounded number of values,
/// no recovery, no extensions. Numbers beyond the range of a 64-bit float are errors. Repeated
/// names are kept, for whoever checks the document to report.
public struct JSONParser {
    /// Deepest nesting of arrays and objects.
    public static let maximumDepth = 64
    /// Most values in one document.
    public static let maximumValues = 1_000_000

    private let bytes: UnsafeBufferPointer<UInt8>
    var offset = 0
    private var line: Int32 = 1
    private var lineStart = 0
    private var values = 0

    /// Reads one document. O(bytes).
    public static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        // The result leaves the closure by value: a closure's typed error would be erased.
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONValue, JSONSyntaxError> in
            var parser = JSONParser(buffer)
            do throws(JSONSyntaxError) {
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Reads one document from a text.
    public static func parse(_ text: String) throws(JSONSyntaxError) -> JSONValue {
        try parse([UInt8](text.utf8))
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    // MARK: Structure

    private mutating func document() throws(JSONSyntaxError) -> JSONValue {
        try checkEncoding()
        skipBlanks()
        if offset == bytes.count { throw error("expected a JSON object, got an empty file") }
        let value = try self.value(depth: 0)
        skipBlanks()
        if offset < bytes.count { throw unexpected("the end of the file") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        values += 1
        if values > Self.maximumValues {
            throw error("more than \(Self.maximumValues) values")
        }
        let position = JSONPosition(line: line, column: column)
        let content: JSONValue.Content
        switch peek() {
        case UInt8(ascii: "{"): content = .object(try members(depth: depth + 1))
        case UInt8(ascii: "["): content = .array(try elements(depth: depth + 1))
        case UInt8(ascii: "\""): content = .string(try string())
        case UInt8(ascii: "t"): content = try literal("true", .bool(true))
        case UInt8(ascii: "f"): content = try literal("false", .bool(false))
        case UInt8(ascii: "n"): content = try literal("null", .null)
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
            content = .number(try number())
        default: throw unexpected("a value")
        }
        return JSONValue(content, position: position)
    }

    private mutating func members(depth: Int) throws(JSONSyntaxError) -> [JSONMember] {
        try enter(depth)
        var members: [JSONMember] = []
        if take(UInt8(ascii: "}")) { return members }
        while true {
            if peek() != UInt8(ascii: "\"") { throw unexpected("a key in double quotes") }
            let key = try string()
            skipBlanks()
            if !take(UInt8(ascii: ":")) { throw unexpected("':' after the key") }
            skipBlanks()
            members.append(JSONMember(key, try value(depth: depth)))
            skipBlanks()
            if take(UInt8(ascii: "}")) { return members }
            try separator("'}'", closing: UInt8(ascii: "}"))
        }
    }

    private mutating func elements(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
        try enter(depth)
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value(depth: depth))
            skipBlanks()
            if take(UInt8(ascii: "]")) { return elements }
            try separator("']'", closing: UInt8(ascii: "]"))
        }
    }

    private mutating func enter(_ depth: Int) throws(JSONSyntaxError) {
        if depth > Self.maximumDepth {
            throw error("nested deeper than \(Self.maximumDepth) levels")
        }
        offset += 1
        skipBlanks()
    }

    private mutating func separator(_ end: String, closing: UInt8) throws(JSONSyntaxError) {
        if !take(UInt8(ascii: ",")) { throw unexpected("',' or \(end)") }
        skipBlanks()
        if peek() == closing { throw error("a comma before \(end) is not allowed") }
    }

    private mutating func literal(
        _ word: StaticString, _ content: JSONValue.Content
    ) throws(JSONSyntaxError) -> JSONValue.Content {
        let count = word.utf8CodeUnitCount
        let matches =
            offset + count <= bytes.count
            && (0..<count).allSatisfy { bytes[offset + $0] == word.utf8Start[$0] }
        if !matches { throw unexpected("a value") }
        offset += count
        return content
    }

    // MARK: Numbers

    private mutating func number() throws(JSONSyntaxError) -> JSONNumber {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        if take(UInt8(ascii: "0")) {
            if isDigit(peek()) { throw error("a number must not start with 0") }
        } else {
            try digits()
        }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            offset = start
            throw error("the number is outside the range of a 64-bit float")
        }
        return JSONNumber(validText: text)
    }

    private mutating func digits() throws(JSONSyntaxError) {
        if !isDigit(peek()) { throw unexpected("a digit") }
        while isDigit(peek()) { offset += 1 }
    }

    private func isDigit(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    // MARK: Text

    private mutating func string() throws(JSONSyntaxError) -> String {
        offset += 1
        var start = offset
        var text = ""
        while true {
            guard let byte = peek() else { throw error("the text does not end") }
            if byte < 0x20 { throw error("a control character must be written as an escape") }
            if byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
                offset += 1
                continue
            }
            text += String(decoding: bytes[start..<offset], as: UTF8.self)
            offset += 1
            if byte == UInt8(ascii: "\"") { return text }
            text.unicodeScalars.append(try escape())
            start = offset
        }
    }

    private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
        guard let byte = peek() else { throw error("the text does not end") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default:
            offset -= 1
            throw error("unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let start = offset
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // A high surrogate takes the low one that must follow (RFC 8259, section 7).
        if first < 0xdc00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let second = try hexadecimal()
            if (0xdc00...0xdfff).contains(second),
                let scalar = Unicode.Scalar(
                    0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
            {
                return scalar
            }
        }
        offset = start
        throw error("half of a surrogate pair")
    }

    private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue
            else { throw error("an escape needs four hexadecimal digits") }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }

    // MARK: Bytes

    private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        if peek() != byte { return false }
        offset += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\n"):
                offset += 1
                line += 1
                lineStart = offset
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): offset += 1
            default: return
            }
        }
    }

    private mutating func checkEncoding() throws(JSONSyntaxError) {
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) {
            throw error("the file starts with a byte order mark; save it without one")
        }
        // The bulk check is fast; where it fails, the slow one finds the place.
        if String(validating: bytes, as: UTF8.self) != nil { return }
        var decoder = UTF8()
        var iterator = CountingIterator(bytes)
        while true {
            let start = iterator.consumed
            switch decoder.decode(&iterator) {
            case .scalarValue("\n"):
                line += 1
                lineStart = start + 1
            case .scalarValue: continue
            case .emptyInput: return
            case .error:
                offset = max(lineStart, min(start, bytes.count))
                throw error("the file is not UTF-8")
            }
        }
    }

    private var column: Int32 { Int32(clamping: offset - lineStart + 1) }

    private func error(_ message: String) -> JSONSyntaxError {
        JSONSyntaxError(line: Int(line), column: Int(column), message: message)
    }

    private func unexpected(_ expected: String) -> JSONSyntaxError {
        error("expected \(expected), got \(excerpt())")
    }

    /// The next few characters, for a message.
    private func excerpt() -> String {
        guard offset < bytes.count else { return "the end of the file" }
        let rest = bytes[offset..<min(bytes.count, offset + 64)]
        let text = String(decoding: rest, as: UTF8.self)
        if text.hasPrefix("//") || text.hasPrefix("/*") { return "a comment, which JSON lacks" }
        let word = text.prefix { $0.isLetter || $0.isNumber }
        let shown = word.isEmpty ? text.prefix(1) : word.prefix(20)
        return JSONValue.string(String(shown)).compactText
    }
}

/// Counts the bytes that a decoder has taken.
private struct CountingIterator: IteratorProtocol {
    private var base: UnsafeBufferPointer<UInt8>.Iterator
    private(set) var consumed = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { base = bytes.makeIterator() }

    mutating func next() -> UInt8? {
        guard let byte = base.next() else { return nil }
        consumed += 1
        return byte
    }
}
