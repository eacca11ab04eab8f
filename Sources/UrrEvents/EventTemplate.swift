import UrrPlatform

/// One form, rendered: the bytes of a message without its fill, and where each field lies.
///
/// ```
///  {"version":2,"trace":"<80 digits>","data":{"type":"...", ... ,"note":"<fill>"}}
///  \__________ body: copied, then patched at `offsets` __________/        \_end_/
/// ```
@frozen
public struct EventTemplate: ~Copyable {
    /// Bytes of the engine's trace, which every message carries as hexadecimal digits.
    @inlinable public static var traceByteCount: Int { 40 }
    /// Where the digits of the trace begin: the same in all forms, so that a reader has the trace
    /// before it knows what a message says.
    @inlinable public static var traceStart: Int { 22 }
    /// Where they end.
    @inlinable public static var traceEnd: Int { traceStart &+ 2 &* traceByteCount }
    @inlinable static var amountWidth: Int { 12 }
    @inlinable static var timeWidth: Int { 14 }
    @usableFromInline static let end: StaticString = "\"}}"

    /// Which form this is.
    public let form: EventForm
    @usableFromInline let body: UnsafeMutableRawPointer
    /// Bytes before the fill.
    @usableFromInline let bodyByteCount: Int
    /// Where the fields lie in the body; -1 where the form has no such field.
    @usableFromInline let entity: Int
    @usableFromInline let saga: Int
    @usableFromInline let user: Int
    @usableFromInline let amount: Int
    @usableFromInline let time: Int
    /// 0xff where a byte of the body is the same in all messages, 0 where it belongs to a field.
    @usableFromInline let mask: UnsafeMutableRawPointer
    @usableFromInline let maskedWords: Int

    /// Renders a form. Cold.
    public init(_ form: EventForm) {
        var text: [UInt8] = []
        var fixed: [UInt8] = []
        var places: [String: Int] = [:]
        for part in Self.parts(of: EventText.template(of: form)) {
            guard let width = Self.width(of: part) else {
                text += Array(part.utf8)
                fixed += Array(repeating: 0xff, count: part.utf8.count)
                continue
            }
            places[part] = text.count
            if part == "{fill}" { break }
            text += Array(repeating: 48, count: width)
            fixed += Array(repeating: 0, count: width)
        }
        self.form = form
        bodyByteCount = text.count
        invariant(places["{trace}"] == Self.traceStart, "the trace has one place in all forms")
        entity = places["{entity}"] ?? -1
        saga = places["{saga}"] ?? -1
        user = places["{user}"] ?? -1
        amount = places["{amount}"] ?? -1
        time = places["{time}"] ?? -1
        maskedWords = text.count / 8
        body = .allocate(byteCount: text.count + 8, alignment: 8)
        mask = .allocate(byteCount: text.count + 8, alignment: 8)
        text.withUnsafeBytes {
            body.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(body), byteCount: $0.count)
        }
        fixed.withUnsafeBytes {
            mask.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(mask), byteCount: $0.count)
        }
    }

    @inlinable
    deinit {
        body.deallocate()
        mask.deallocate()
    }

    /// Bytes of the smallest message of this form: no fill.
    @inlinable
    public var smallestByteCount: Int { bodyByteCount &+ Self.end.utf8CodeUnitCount }

    private static func width(of part: String) -> Int? {
        switch part {
        case "{trace}": traceByteCount * 2
        case "{entity}", "{saga}", "{user}": 16
        case "{amount}": amountWidth
        case "{time}": timeWidth
        case "{fill}": 0
        default: nil
        }
    }

    /// Splits a text at the words in braces; those are parts of their own.
    private static func parts(of text: String) -> [String] {
        let words = ["{trace}", "{entity}", "{saga}", "{user}", "{amount}", "{time}", "{fill}"]
        var parts: [String] = []
        var plain = ""
        var rest = text[...]
        while let character = rest.first {
            if let word = words.first(where: { rest.hasPrefix($0) }) {
                parts += [plain, word]
                plain = ""
                rest = rest.dropFirst(word.count)
            } else {
                plain.append(character)
                rest = rest.dropFirst()
            }
        }
        return parts + [plain]
    }
}
