import Foundation

/// Refuses numbers that no run can have measured, so that whoever adds up, multiplies or converts
/// what a file holds needs not guard every sum. A file may be edited by hand.
struct NumberBounds {
    /// Up to here whole numbers are exact in every reader of JSON: 104 days in nanoseconds.
    static let largestInteger = 9_007_199_254_740_992.0
    /// Any other number: 32 years in nanoseconds, and below what an `Int` holds.
    static let largest = 1e18

    /// A member that is not looked into: what the user wrote and the seed, any 64-bit number.
    private static let free: Set<String> = ["document", "seed"]

    /// An object or array that is open.
    private struct Level {
        /// Last name; of an object.
        var name = ""
        /// Place of the present element; nil in an object.
        var index: Int?
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var offset = 0
    private var levels: [Level] = []
    /// Depth of the object whose present member is free.
    private var freeDepth = Int.max

    /// Throws for the first number of `json` that is out of bounds. `json` is sound. O(bytes).
    static func check(_ json: Data) throws(ResultError) {
        let bytes = [UInt8](json)
        let problem = bytes.withUnsafeBufferPointer { buffer in
            var bounds = NumberBounds(bytes: buffer)
            return bounds.scan()
        }
        if let problem { throw problem }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func scan() -> ResultError? {
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "{"): levels.append(Level())
            case UInt8(ascii: "["): levels.append(Level(index: 0))
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = levels.popLast()
            case UInt8(ascii: ","): next()
            case UInt8(ascii: "\""): text()
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                if let problem = number() { return problem }
                continue
            default: break
            }
            offset += 1
        }
        return nil
    }

    private mutating func next() {
        guard let last = levels.indices.last else { return }
        levels[last].index? += 1
        if freeDepth >= levels.count { freeDepth = .max }
    }

    /// Passes over a text; where it is the name of a member, remembers it.
    private mutating func text() {
        let start = offset + 1
        offset = start
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
            offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(offset, bytes.count)
        var after = end + 1
        while after < bytes.count, bytes[after] <= UInt8(ascii: " ") { after += 1 }
        guard after < bytes.count, bytes[after] == UInt8(ascii: ":"),
            let last = levels.indices.last
        else { return }
        levels[last].name = String(decoding: bytes[start..<end], as: UTF8.self)
        if freeDepth > levels.count {
            freeDepth = Self.free.contains(levels[last].name) ? levels.count : .max
        }
    }

    private mutating func number() -> ResultError? {
        let start = offset
        var isInteger = true
        while offset < bytes.count, let kind = Self.isPart(bytes[offset]) {
            isInteger = isInteger && kind
            offset += 1
        }
        // Most numbers are too short to be too large.
        guard !isInteger || offset - start > 15, freeDepth == .max else { return nil }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        let limit = isInteger ? Self.largestInteger : Self.largest
        guard let value = Double(text), abs(value) > limit || isInteger && abs(value) == limit
        else { return nil }
        return .malformed(path: path, reason: "\(text) is beyond what a run can measure")
    }

    /// Whether a byte of a number may stand in a whole one, too; nil where it is of no number.
    private static func isPart(_ byte: UInt8) -> Bool? {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"): false
        default: nil
        }
    }

    private var path: String {
        levels.reduce("") { path, level in
            if let index = level.index { return path + "[\(index)]" }
            return path.isEmpty ? level.name : path + "." + level.name
        }
    }
}
