import UrrWorkload

/// Checks a document against a JSON Schema (draft 2020-12), for the keywords that the schema of
/// workloads uses. An unknown keyword stops the test, so that none is silently ignored.
final class SchemaValidator {
    let root: JSONValue
    private var patterns: [String: Regex<AnyRegexOutput>] = [:]

    init(root: JSONValue) { self.root = root }

    /// The paths and keywords that `value` fails; empty where it is valid.
    func failures(_ value: JSONValue) -> [String] { check(value, root, "") }

    private static let annotations: Set<String> = [
        "$schema", "$id", "$defs", "title", "description", "default",
    ]

    private func check(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
        guard let keywords = schema.members else {
            guard case .bool(let accepts) = schema.content else { fatalError("no schema") }
            return accepts ? [] : ["\(path): false"]
        }
        return keywords.flatMap { keyword -> [String] in
            if Self.annotations.contains(keyword.key) { return [] }
            return apply(keyword.key, keyword.value, value, schema, path)
        }
    }

    private func isValid(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        check(value, schema, "").isEmpty
    }

    private func apply(
        _ keyword: String, _ argument: JSONValue, _ value: JSONValue, _ schema: JSONValue,
        _ path: String
    ) -> [String] {
        if let result = combined(keyword, argument, value, schema, path) { return result }
        if let result = inObject(keyword, argument, value, schema, path) { return result }
        if let result = inArray(keyword, argument, value, schema, path) { return result }
        if let holds = simple(keyword, argument, value) {
            return holds ? [] : ["\(path): \(keyword)"]
        }
        fatalError("the validator does not know the keyword \(keyword)")
    }

    // MARK: Combinations

    private func combined(
        _ keyword: String, _ argument: JSONValue, _ value: JSONValue, _ schema: JSONValue,
        _ path: String
    ) -> [String]? {
        let list = argument.elements ?? []
        switch keyword {
        case "$ref": return check(value, definition(argument.text ?? ""), path)
        case "allOf": return list.flatMap { check(value, $0, path) }
        case "anyOf":
            return list.contains { isValid(value, $0) } ? [] : ["\(path): anyOf"]
        case "oneOf":
            return list.filter { isValid(value, $0) }.count == 1 ? [] : ["\(path): oneOf"]
        case "not": return isValid(value, argument) ? ["\(path): not"] : []
        case "if":
            guard isValid(value, argument), let then = schema["then"] else { return [] }
            return check(value, then, path)
        case "then": return []
        default: return nil
        }
    }

    private func definition(_ reference: String) -> JSONValue {
        let prefix = "#/$defs/"
        guard reference.hasPrefix(prefix),
            let found = root["$defs"]?[String(reference.dropFirst(prefix.count))]
        else { fatalError("unknown reference \(reference)") }
        return found
    }

    // MARK: Objects and arrays

    private func inObject(
        _ keyword: String, _ argument: JSONValue, _ value: JSONValue, _ schema: JSONValue,
        _ path: String
    ) -> [String]? {
        let members = value.members
        switch keyword {
        case "properties":
            return (members ?? []).flatMap { member in
                argument[member.key].map { check(member.value, $0, path + "/" + member.key) } ?? []
            }
        case "additionalProperties":
            let named = schema["properties"]?.members?.map(\.key) ?? []
            return (members ?? []).filter { !named.contains($0.key) }
                .flatMap { check($0.value, argument, path + "/" + $0.key) }
        case "propertyNames":
            return (members ?? []).flatMap { check(.string($0.key), argument, path) }
        case "required":
            guard members != nil else { return [] }
            let missing = (argument.elements ?? []).compactMap(\.text).filter { value[$0] == nil }
            return missing.map { "\(path): required \($0)" }
        case "dependentSchemas":
            return (argument.members ?? []).filter { value[$0.key] != nil }
                .flatMap { check(value, $0.value, path) }
        default: return nil
        }
    }

    private func inArray(
        _ keyword: String, _ argument: JSONValue, _ value: JSONValue, _ schema: JSONValue,
        _ path: String
    ) -> [String]? {
        let elements = value.elements ?? []
        switch keyword {
        case "items":
            return elements.enumerated().flatMap { check($1, argument, "\(path)/\($0)") }
        case "prefixItems":
            return zip(elements, argument.elements ?? []).enumerated()
                .flatMap { check($1.0, $1.1, "\(path)/\($0)") }
        case "uniqueItems":
            let isUnique = elements.indices.allSatisfy { index in
                !elements[..<index].contains(elements[index])
            }
            return isUnique ? [] : ["\(path): uniqueItems"]
        default: return nil
        }
    }

    // MARK: Single values

    private func simple(_ keyword: String, _ argument: JSONValue, _ value: JSONValue) -> Bool? {
        switch keyword {
        case "type": return hasType(argument.text ?? "", value)
        case "const": return value == argument
        case "enum": return (argument.elements ?? []).contains(value)
        case "pattern": return matches(argument.text ?? "", value)
        case "minimum": return compare(value, argument, >=)
        case "maximum": return compare(value, argument, <=)
        case "exclusiveMinimum": return compare(value, argument, >)
        case "minLength":
            return value.text.map { $0.unicodeScalars.count >= limit(argument) } ?? true
        case "maxLength":
            return value.text.map { $0.unicodeScalars.count <= limit(argument) } ?? true
        case "minItems": return value.elements.map { $0.count >= limit(argument) } ?? true
        case "maxItems": return value.elements.map { $0.count <= limit(argument) } ?? true
        case "minProperties": return value.members.map { $0.count >= limit(argument) } ?? true
        case "maxProperties": return value.members.map { $0.count <= limit(argument) } ?? true
        default: return nil
        }
    }

    private func limit(_ argument: JSONValue) -> Int { Int(number(argument) ?? -1) }

    private func number(_ value: JSONValue) -> Double? {
        if case .number(let number) = value.content { number.double } else { nil }
    }

    private func compare(
        _ value: JSONValue, _ argument: JSONValue, _ holds: (Double, Double) -> Bool
    ) -> Bool {
        guard let left = number(value), let right = number(argument) else { return true }
        return holds(left, right)
    }

    private func matches(_ pattern: String, _ value: JSONValue) -> Bool {
        guard let text = value.text else { return true }
        guard let regex = patterns[pattern] ?? (try? Regex(pattern)) else {
            fatalError("bad pattern \(pattern)")
        }
        patterns[pattern] = regex
        return text.firstMatch(of: regex) != nil
    }

    private func hasType(_ type: String, _ value: JSONValue) -> Bool {
        switch (type, value.content) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool),
            ("number", .number):
            return true
        case ("integer", .number(let number)):
            return number.double == number.double.rounded()
        default:
            return false
        }
    }
}
