import Foundation

/// Reading and writing of the small files beside results: baselines and counters. Each has a
/// `schema` and a `version` among its members.
enum RecordFile {
    private struct Header: Decodable {
        var schema: String?
        var version: Int?
    }

    /// Reads a record that must be of this schema and version.
    static func decode<Record: Decodable>(
        _ json: Data, schema: String, version: Int
    ) throws(ResultError) -> Record {
        let decoder = JSONDecoder()
        do {
            let header = try decoder.decode(Header.self, from: json)
            guard header.schema == schema else {
                throw ResultError.otherSchema(found: header.schema, expected: schema)
            }
            guard let found = header.version else {
                throw ResultError.malformed(path: "version", reason: "missing")
            }
            guard found == version else {
                throw ResultError.otherVersion(schema: schema, found: found, expected: version)
            }
            let record = try decoder.decode(Record.self, from: json)
            try NumberBounds.check(json)
            return record
        } catch let error as ResultError {
            throw error
        } catch let error as DecodingError {
            throw RunRecord.describe(error, json)
        } catch {
            throw .notJSON(reason: "\(error)")
        }
    }

    /// Writes a record with sorted members.
    static func encode<Record: Encodable>(_ record: Record) throws(ResultError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            return try encoder.encode(record) + Data("\n".utf8)
        } catch {
            throw .notEncodable(path: "record", reason: "\(error)")
        }
    }
}
