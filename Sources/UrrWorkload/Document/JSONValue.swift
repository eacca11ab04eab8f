/// Where a value of a document came from.
public struct JSONPosition: Sendable, Equatable {
    /// Line in the file, from 1; 0 for values that did not come from the file.
    public var line: Int32
    /// Column in bytes, from 1; 0 for values that did not come from the file.
    public var column: Int32
    /// Index of the override that set the value; -1 for none.
    public var override: Int32

    /// No position: a value made in code.
    public static let none = JSONPosition(line: 0, column: 0, override: -1)

    init(line: Int32, column: Int32, override: Int32 = -1) {
        self.line = line
        self.column = column
        self.override = override
    }
}

/// A number as it was written, so that nothing is lost between reading and writing.
public struct JSONNumber: Sendable, Equatable {
    /// The digits as in the file; valid JSON and within the range of a 64-bit float.
    public let text: String

    init(validText text: String) { self.text = text }

    /// The nearest 64-bit float.
    public var double: Double { Double(text) ?? .nan }

    /// The value where it is a whole number in the range of `Int`; `2e6` counts as whole.
    public var integer: Int? {
        if let value = Int(text) { return value }
        return Int(exactly: double).flatMap { abs(double) <= 0x1p53 ? $0 : nil }
    }

    /// The value where it is a whole number in the range of `UInt64`.
    public var unsigned: UInt64? {
        if let value = UInt64(text) { return value }
        return integer.flatMap { UInt64(exactly: $0) }
    }
}

/// One name and value of an object.
public struct JSONMember: Sendable, Equatable {
    /// The name.
    public var key: String
    /// The value.
    public var value: JSONValue

    /// A member made in code.
    public init(_ key: String, _ value: JSONValue) {
        self.key = key
        self.value = value
    }
}

/// A JSON value that remembers the order of its members, the text of its numbers and its place in
/// the file. Equality looks at content and order, not at places.
public struct JSONValue: Sendable, Equatable {
    /// The value without its place.
    public enum Content: Sendable, Equatable {
        /// `null`.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// A number.
        case number(JSONNumber)
        /// A text.
        case string(String)
        /// A list.
        case array([JSONValue])
        /// Members in the order of the file.
        case object([JSONMember])
    }

    /// The value.
    public var content: Content
    /// Its place.
    public var position: JSONPosition

    /// A value made in code.
    public init(_ content: Content, position: JSONPosition = .none) {
        self.content = content
        self.position = position
    }

    /// A text made in code.
    public static func string(_ text: String) -> JSONValue { JSONValue(.string(text)) }
    /// A whole number made in code.
    public static func number(_ value: Int) -> JSONValue {
        JSONValue(.number(JSONNumber(validText: String(value))))
    }
    /// A finite number made in code; nil for NaN and infinities, which JSON does not have.
    public static func number(_ value: Double) -> JSONValue? {
        value.isFinite ? JSONValue(.number(JSONNumber(validText: "\(value)"))) : nil
    }

    /// Whether content and order are equal; places do not count.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        left.content == right.content
    }

    /// The members of an object, nil for anything else.
    public var members: [JSONMember]? {
        if case .object(let members) = content { members } else { nil }
    }

    /// The elements of an array, nil for anything else.
    public var elements: [JSONValue]? {
        if case .array(let elements) = content { elements } else { nil }
    }

    /// The text of a string, nil for anything else.
    public var text: String? {
        if case .string(let text) = content { text } else { nil }
    }

    /// The first member with this name. O(members).
    public subscript(key: String) -> JSONValue? { members?.first { $0.key == key }?.value }

    /// What the value is, in words for messages.
    var kindName: String {
        switch content {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "text"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
