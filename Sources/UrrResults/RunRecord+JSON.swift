import Foundation

extension RunRecord: StorableRecord {
    /// How names of result files end; those of other kinds have an ending before it.
    public static let fileEnding = ".json"

    /// The same as `runId`.
    public var identifier: String { runId }

    /// What stands before everything else in a file.
    private struct Header: Codable {
        var schema: String?
        var version: Int?
    }

    /// A record with its header beside its own members.
    private struct Envelope: Codable {
        var header: Header
        var record: RunRecord

        init(_ record: RunRecord) {
            header = Header(schema: RunRecord.schema, version: RunRecord.version)
            self.record = record
        }

        init(from decoder: any Decoder) throws {
            header = try Header(from: decoder)
            record = try RunRecord(from: decoder)
        }

        func encode(to encoder: any Encoder) throws {
            try header.encode(to: encoder)
            try record.encode(to: encoder)
        }
    }

    /// The record as JSON with sorted members, so that two records can be compared line by line.
    public func json() throws(ResultError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            return try encoder.encode(Envelope(self)) + Data("\n".utf8)
        } catch EncodingError.invalidValue(let value, let context) {
            throw .notEncodable(path: Self.path(context.codingPath), reason: "value \(value)")
        } catch {
            throw .notEncodable(path: "record", reason: "\(error)")
        }
    }

    /// Reads a record. Never traps, whatever the bytes are.
    public init(json: Data) throws(ResultError) {
        let decoder = JSONDecoder()
        do {
            // The header alone first: another version may lack anything else.
            let header = try decoder.decode(Header.self, from: json)
            guard header.schema == Self.schema else {
                throw ResultError.notARunRecord(schema: header.schema)
            }
            guard let version = header.version else {
                throw ResultError.malformed(path: "version", reason: "missing")
            }
            guard version == Self.version else { throw ResultError.unknownVersion(version) }
            self = try decoder.decode(Envelope.self, from: json).record
        } catch let error as ResultError {
            throw error
        } catch let error as DecodingError {
            throw Self.describe(error, json)
        } catch {
            throw .notJSON(reason: "\(error)")
        }
        try NumberBounds.check(json)
        try validate()
    }

    static func describe(_ error: DecodingError, _ json: Data) -> ResultError {
        switch error {
        case .keyNotFound(let key, let context):
            return .malformed(path: path(context.codingPath + [key]), reason: "missing")
        case .valueNotFound(_, let context):
            return .malformed(path: path(context.codingPath), reason: "null")
        case .typeMismatch(let type, let context):
            if context.codingPath.isEmpty { return .notARunRecord(schema: nil) }
            return .malformed(path: path(context.codingPath), reason: "not of type \(type)")
        case .dataCorrupted(let context):
            guard context.codingPath.isEmpty else {
                return .malformed(
                    path: path(context.codingPath), reason: context.debugDescription)
            }
            // Foundation calls a number that does not fit its field "not valid JSON", too, and
            // does not say where it is.
            let cause = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey]
            let isJSON = (try? JSONDecoder().decode(JSONValue.self, from: json)) != nil
            guard isJSON else {
                return .notJSON(reason: cause as? String ?? context.debugDescription)
            }
            return .malformed(
                path: "a number",
                reason: cause as? String
                    ?? "does not fit where it stands: negative, with a fraction or too large")
        @unknown default:
            return .notJSON(reason: "\(error)")
        }
    }

    /// `groups[0].lag.peak`.
    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce("") { path, key in
            if let index = key.intValue { return path + "[\(index)]" }
            return path.isEmpty ? key.stringValue : path + "." + key.stringValue
        }
    }
}

extension RunRecord {
    /// Checks what the types alone do not say, so that readers need not.
    func validate() throws(ResultError) {
        for (index, row) in series.rows.enumerated() where row.groups.count != groups.count {
            throw .malformed(
                path: "series.rows[\(index)].groups",
                reason: "\(row.groups.count) entries for \(groups.count) groups")
        }
        guard series.intervalNs >= 0 else {
            throw .malformed(path: "series.intervalNs", reason: "negative")
        }
        let known = Set(segments.map(\.index))
        for (index, group) in groups.enumerated() {
            for (position, segment) in group.segments.enumerated()
            where !known.contains(segment.index) {
                throw .malformed(
                    path: "groups[\(index)].segments[\(position)].index",
                    reason: "no segment \(segment.index)")
            }
        }
    }
}
