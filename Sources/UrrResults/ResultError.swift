/// Why a result could not be read or written.
public enum ResultError: Error, Equatable, CustomStringConvertible {
    /// The text is not JSON, or ends too early.
    case notJSON(reason: String)
    /// The JSON is something else; the schema that it names, if any.
    case notARunRecord(schema: String?)
    /// A run record of a layout that this program does not know.
    case unknownVersion(Int)
    /// The JSON is not of the kind that was asked for.
    case otherSchema(found: String?, expected: String)
    /// The right kind of file in a layout that this program does not know.
    case otherVersion(schema: String, found: Int, expected: Int)
    /// A field is missing, of the wrong type or out of range.
    case malformed(path: String, reason: String)
    /// A number that JSON cannot hold (not a number, or infinite) is in the record.
    case notEncodable(path: String, reason: String)
    /// A directory or a file in it could not be created, written or renamed.
    case cannotWrite(path: String, reason: String)
    /// A file or a directory could not be read.
    case cannotRead(path: String, reason: String)

    /// What is wrong, where, and why.
    public var description: String {
        switch self {
        case .notJSON(let reason): "result: not JSON: \(reason)"
        case .notARunRecord(let schema?):
            "result: schema \"\(schema)\", expected \"\(RunRecord.schema)\""
        case .notARunRecord(nil): "result: names no schema, expected \"\(RunRecord.schema)\""
        case .unknownVersion(let version):
            "result: version \(version), this program reads version \(RunRecord.version)"
        case .otherSchema(let found?, let expected):
            "result: schema \"\(found)\", expected \"\(expected)\""
        case .otherSchema(nil, let expected):
            "result: names no schema, expected \"\(expected)\""
        case .otherVersion(let schema, let found, let expected):
            "result: \(schema) version \(found), this program reads version \(expected)"
        case .malformed(let path, let reason): "result: \(path): \(reason)"
        case .notEncodable(let path, let reason): "result: \(path): cannot be stored: \(reason)"
        case .cannotWrite(let path, let reason): "\(path): cannot be written: \(reason)"
        case .cannotRead(let path, let reason): "\(path): cannot be read: \(reason)"
        }
    }
}
