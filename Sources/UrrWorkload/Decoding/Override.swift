/// A value of the document that the command line replaces: `path=value`.
///
/// The path goes by names and indexes: `topics.payment-events.partitions`,
/// `producers.0.arrivals.rate`, `producers[0].arrivals.rate` or, by the entry's `name` or `group`,
/// `producers.payment-service.arrivals.rate`. Names that contain dots are found. The value is read
/// as JSON and, where it is not JSON, taken as text; `null` removes the member.
public struct Override: Sendable, Equatable, CustomStringConvertible {
    /// The override as it was given.
    public let text: String
    let components: [String]
    let value: JSONValue

    /// The override as it was given.
    public var description: String { text }

    /// Reads `path=value`.
    public init(_ text: String) throws(OverrideError) {
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
            throw OverrideError(text: text, reason: "must have the form path=value")
        }
        let path = text[..<sign]
        let plain = path.map { $0 == "[" ? "." : String($0) }.joined()
            .split(separator: "]").joined()
        components = plain.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if components.contains("") {
            throw OverrideError(text: text, reason: "has an empty part in its path")
        }
        if components.count > JSONParser.maximumDepth {
            throw OverrideError(text: text, reason: "has too many parts in its path")
        }
        let written = String(text[text.index(after: sign)...])
        value = (try? JSONParser.parse(written)) ?? .string(written)
        self.text = text
    }

    /// Puts the value into `document`; `index` marks where it came from.
    func apply(to document: inout JSONValue, index: Int) throws(OverrideError) {
        var marked = value
        marked.mark(override: Int32(clamping: index))
        try replace(in: &document, components[...], with: marked, path: JSONPath())
    }

    private func replace(
        in target: inout JSONValue, _ rest: ArraySlice<String>, with value: JSONValue,
        path: JSONPath
    ) throws(OverrideError) {
        if rest.isEmpty {
            target = value
            return
        }
        switch target.content {
        case .object(var members):
            try replaceMember(of: &members, rest, with: value, path: path)
            target.content = .object(members)
        case .array(var elements):
            try replaceElement(of: &elements, rest, with: value, path: path)
            target.content = .array(elements)
        default:
            throw fail("\(path) is \(target.kindName), which has no part \"\(rest.first ?? "")\"")
        }
    }

    private func replaceMember(
        of members: inout [JSONMember], _ rest: ArraySlice<String>, with value: JSONValue,
        path: JSONPath
    ) throws(OverrideError) {
        // The longest name first: names may contain dots.
        for count in stride(from: rest.count, through: 1, by: -1) {
            let key = rest.prefix(count).joined(separator: ".")
            guard let index = members.firstIndex(where: { $0.key == key }) else { continue }
            if count == rest.count && value.content == .null {
                members.remove(at: index)
                return
            }
            return try replace(
                in: &members[index].value, rest.dropFirst(count), with: value,
                path: path.appending(key))
        }
        let key = rest[rest.startIndex]
        let isTopic = path.components == [.key("topics")]
        if isTopic && value.members == nil {
            let known = members.map(\.key)
            throw fail("no topic \"\(key)\"; " + didYouMean(key, among: known, plural: "topics"))
        }
        var child = value
        if isTopic {
            members.append(JSONMember(rest.joined(separator: "."), child))
            return
        }
        if rest.count > 1 {
            child = JSONValue(.object([]), position: value.position)
            try replace(in: &child, rest.dropFirst(), with: value, path: path.appending(key))
        }
        if child.content != .null { members.append(JSONMember(key, child)) }
    }

    private func replaceElement(
        of elements: inout [JSONValue], _ rest: ArraySlice<String>, with value: JSONValue,
        path: JSONPath
    ) throws(OverrideError) {
        for count in stride(from: rest.count, through: 1, by: -1) {
            let name = rest.prefix(count).joined(separator: ".")
            let named = elements.firstIndex {
                $0["name"]?.text == name || $0["group"]?.text == name
            }
            let numbered = Int(name).flatMap { elements.indices.contains($0) ? $0 : nil }
            guard let index = named ?? numbered else { continue }
            return try replace(
                in: &elements[index], rest.dropFirst(count), with: value,
                path: path.appending(index))
        }
        let name = rest[rest.startIndex]
        let names = elements.compactMap { $0["name"]?.text ?? $0["group"]?.text }
        if Int(name) != nil || names.isEmpty {
            throw fail("\(path) has \(elements.count) elements, none of them \"\(name)\"")
        }
        throw fail(
            "\(path) has no \"\(name)\"; " + didYouMean(name, among: names, plural: "entries"))
    }

    private func fail(_ reason: String) -> OverrideError {
        OverrideError(text: text, reason: reason)
    }
}

/// Why an override cannot be read or applied.
public struct OverrideError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The override as it was given.
    public let text: String
    /// What is wrong with it.
    public let reason: String

    /// The override and what is wrong with it.
    public var description: String {
        "override \(JSONValue.string(text).excerpt): \(withoutCredentials(reason))"
    }
}

extension JSONValue {
    /// Marks this value and its parts as set by an override.
    fileprivate mutating func mark(override: Int32) {
        position = JSONPosition(line: 0, column: 0, override: override)
        switch content {
        case .array(var elements):
            for index in elements.indices { elements[index].mark(override: override) }
            content = .array(elements)
        case .object(var members):
            for index in members.indices { members[index].value.mark(override: override) }
            content = .object(members)
        default: break
        }
    }
}
