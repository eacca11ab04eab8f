/// One step from a value to a part of it.
public enum JSONPathComponent: Sendable, Equatable, Hashable {
    /// A member of an object.
    case key(String)
    /// An element of an array.
    case index(Int)
}

/// The way from the top of a document to a value, written as `producers[0].arrivals.rate`.
public struct JSONPath: Sendable, Equatable, CustomStringConvertible {
    /// The steps from the top.
    public var components: [JSONPathComponent]

    /// A path of the given steps.
    public init(_ components: [JSONPathComponent] = []) { self.components = components }

    /// The path of a member.
    public func appending(_ key: String) -> JSONPath { JSONPath(components + [.key(key)]) }
    /// The path of an element.
    public func appending(_ index: Int) -> JSONPath { JSONPath(components + [.index(index)]) }

    /// The path as text; empty for the top.
    public var description: String {
        var text = ""
        for component in components {
            switch component {
            case .index(let index): text += "[\(index)]"
            case .key(let key):
                if isPlain(key) {
                    text += text.isEmpty ? key : "." + key
                } else {
                    text += "[" + JSONValue.string(key).excerpt + "]"
                }
            }
        }
        return text
    }

    private func isPlain(_ key: String) -> Bool {
        !key.isEmpty && key.utf8.count <= 64 && key.utf8.allSatisfy { isNameByte($0) || $0 == 0x24 }
    }
}

extension JSONValue {
    /// The value at `path`, or the innermost one on the way to it that exists.
    func nearest(to path: JSONPath) -> JSONValue {
        var value = self
        for component in path.components {
            switch component {
            case .key(let key):
                guard let next = value[key] else { return value }
                value = next
            case .index(let index):
                guard let list = value.elements, list.indices.contains(index) else { return value }
                value = list[index]
            }
        }
        return value
    }
}

/// Whether a byte may occur in a name: ASCII letters, digits, `.`, `_`, `-`, as in Kafka's topics.
func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
    default: false
    }
}
