import UrrPlatform

/// A value that is being decoded, its path, and where to report what is wrong with it.
///
/// Every accessor reports what it finds wrong and returns nil, so that decoding goes on and all
/// problems come to light at once.
struct DecodingNode {
    let value: JSONValue
    let path: JSONPath
    let log: ProblemLog

    /// Reports that the value breaks `rule`; returns nil for the caller to pass on.
    func fail<Result>(_ rule: String) -> Result? {
        log.report(path, rule, got: value.excerpt)
        return nil
    }

    // MARK: Structure

    /// The value as an object; only members in `keys` are allowed in it. Those in `reserved` get an
    /// error of their own: the format knows them and this version does not.
    func object(_ keys: [String], reserved: [String] = []) -> DecodingObject? {
        guard let members = value.members else { return fail("must be an object") }
        for member in members where !keys.contains(member.key) && !log.omit() {
            if reserved.contains(member.key) {
                log.report(path.appending(member.key), "not supported by this version")
                continue
            }
            log.report(
                path.appending(member.key),
                "unknown key; " + didYouMean(member.key, among: keys, plural: "known keys"))
        }
        return DecodingObject(members: members, path: path, log: log)
    }

    /// The elements of an array with a number of them in `counts`.
    func list(_ counts: ClosedRange<Int>, of what: String) -> [DecodingNode]? {
        guard let elements = value.elements else { return fail("must be an array of \(what)") }
        guard counts.contains(elements.count) else {
            log.report(
                path, "must have \(counts.lowerBound) to \(counts.upperBound) \(what)",
                got: "\(elements.count)")
            return nil
        }
        return elements.enumerated().map { index, element in
            DecodingNode(value: element, path: path.appending(index), log: log)
        }
    }

    // MARK: Simple values

    /// Any text up to `limit` bytes.
    func text(limit: Int = 1000) -> String? {
        guard let text = value.text else { return fail("must be text") }
        return text.utf8.count <= limit ? text : fail("must have at most \(limit) bytes")
    }

    /// A name: 1 to 249 letters, digits, `.`, `_`, `-` (Kafka's rule for topics).
    func name() -> String? {
        let rule = "must be a name of 1 to 249 letters, digits, '.', '_' or '-'"
        guard let text = value.text else { return fail(rule) }
        return isValidName(text) ? text : fail(rule)
    }

    func boolean() -> Bool? {
        if case .bool(let flag) = value.content { flag } else { fail("must be true or false") }
    }

    /// One of the words of an enumeration.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_: Choice.Type) -> Choice? {
        word(Choice.allCases.map(\.rawValue)).flatMap { Choice(rawValue: $0) }
    }

    /// One of `words`.
    func word(_ words: [String]) -> String? {
        if let text = value.text, words.contains(text) { return text }
        let quoted = words.map { "\"\($0)\"" }
        let list =
            quoted.count < 2
            ? quoted.joined()
            : quoted.dropLast().joined(separator: ", ") + " or " + quoted.suffix(1).joined()
        if let text = value.text, let meant = suggestion(for: text, among: words) {
            return fail("must be \(list) (did you mean \"\(meant)\"?)")
        }
        return fail("must be \(list)")
    }

    /// A whole number in `range`.
    func integer(_ range: ClosedRange<Int>) -> Int? {
        guard case .number(let number) = value.content, let integer = number.integer,
            range.contains(integer)
        else {
            return fail("must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    /// A number in `range`; above its lower bound where `aboveLower`.
    func number(_ range: ClosedRange<Double>, aboveLower: Bool = false) -> Double? {
        guard case .number(let number) = value.content else { return fail("must be a number") }
        let double = number.double
        if double < range.lowerBound || (aboveLower && double == range.lowerBound) {
            let bound = JSONNumber.short(range.lowerBound)
            return fail(aboveLower ? "must be greater than \(bound)" : "must be at least \(bound)")
        }
        if double > range.upperBound {
            return fail("must be at most \(JSONNumber.short(range.upperBound))")
        }
        return double
    }

    /// A time in `range`.
    func duration(_ range: ClosedRange<Nanoseconds>) -> Nanoseconds? {
        guard let text = value.text, let time = Quantities.nanoseconds(text) else {
            return fail("must be a duration such as \"5s\", \"200ms\" or \"100us\"")
        }
        if time < range.lowerBound {
            return fail(
                range.lowerBound == 1
                    ? "must be longer than 0"
                    : "must be at least \(Quantities.text(range.lowerBound))")
        }
        if time > range.upperBound {
            return fail("must be at most \(Quantities.text(range.upperBound))")
        }
        return time
    }

    /// A number of bytes in `range`: a whole number, or text such as `64MiB`.
    func bytes(_ range: ClosedRange<Int>) -> Int? {
        let bytes: Int?
        switch value.content {
        case .number(let number): bytes = number.integer
        case .string(let text): bytes = Quantities.bytes(text)
        default: bytes = nil
        }
        guard let bytes else {
            return fail("must be a whole number of bytes or text like \"64MiB\"")
        }
        guard range.contains(bytes) else {
            return fail("must be \(range.lowerBound) to \(range.upperBound) bytes")
        }
        return bytes
    }
}

/// The members of an object that is being decoded.
struct DecodingObject {
    let members: [JSONMember]
    let path: JSONPath
    let log: ProblemLog

    /// A member that may be missing.
    func optional(_ key: String) -> DecodingNode? {
        members.first { $0.key == key }.map {
            DecodingNode(value: $0.value, path: path.appending(key), log: log)
        }
    }

    /// A member that must be there.
    func required(_ key: String) -> DecodingNode? {
        let node = optional(key)
        if node == nil { log.report(path.appending(key), "is required, got nothing") }
        return node
    }

    func has(_ key: String) -> Bool { members.contains { $0.key == key } }
}

/// Whether `text` is a name: see `DecodingNode.name`.
func isValidName(_ text: String) -> Bool {
    let bytes = text.utf8
    return (1...249).contains(bytes.count) && bytes.allSatisfy(isNameByte) && text != "."
        && text != ".."
}

extension JSONNumber {
    /// A number for a message: whole numbers without a fraction.
    static func short(_ value: Double) -> String {
        Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}
