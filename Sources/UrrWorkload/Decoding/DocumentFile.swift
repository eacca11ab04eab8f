/// A JSON document from a file, whatever it describes.
enum DocumentFile {
    /// The bytes of the regular file at `path`, at most `limit` of them.
    static func bytes(_ path: String, limit: Int) throws(WorkloadFileError) -> [UInt8] {
        do throws(FileReadError) {
            return try readRegularFile(path, limit: limit)
        } catch {
            throw WorkloadFileError(file: path, rule: error.reason)
        }
    }

    /// The document that `bytes` are. Throws where they are none, with the place.
    static func parse(
        _ bytes: [UInt8], displayName: String
    ) throws(WorkloadFileError) -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONParser.parse(bytes)
        } catch {
            var problem = WorkloadProblem(JSONPath(), error.message)
            problem.place = WorkloadProblem.Place(line: error.line, column: error.column)
            throw WorkloadFileError(file: displayName, problems: [problem])
        }
    }
}
