/// Reads the profiles of services.
public enum ProfileFile {
    /// Largest file that is read: 1 MiB.
    public static let maximumByteCount = 1 << 20

    /// The profile that a user calls `name`: the file at that path, or the one of that name, with or
    /// without `.json`, in the folder `profiles` of `workloadsDirectory`. Throws every problem at
    /// once, or what was probably meant.
    public static func load(
        _ name: String, workloadsDirectory: String
    ) throws(WorkloadFileError) -> ServiceProfile {
        let path = try resolve(name, directory: workloadsDirectory + "/profiles")
        let bytes = try DocumentFile.bytes(path, limit: maximumByteCount)
        return try decode(bytes, displayName: path)
    }

    /// Decodes and checks the bytes of a file; see `load`.
    public static func decode(
        _ bytes: [UInt8], displayName: String
    ) throws(WorkloadFileError) -> ServiceProfile {
        let document = try DocumentFile.parse(bytes, displayName: displayName)
        let log = ProblemLog()
        let profile = ProfileDecoder(log: log).decode(document)
        guard let profile, log.isEmpty else {
            throw WorkloadFileError(
                file: displayName, problems: log.problems, omitted: log.omitted)
        }
        return profile
    }

    private static func resolve(
        _ name: String, directory: String
    ) throws(WorkloadFileError) -> String {
        var candidates = [name]
        if !name.contains("/") { candidates += [directory + "/" + name + ".json"] }
        if name.isEmpty || name.utf8.contains(0) { candidates = [] }
        for path in candidates where pathExists(path) && !isDirectory(path) { return path }
        let known = WorkloadFile.availableNames(directory)
        throw WorkloadFileError(
            file: name,
            rule: "no such profile; " + didYouMean(name, among: known, plural: "profiles"))
    }
}
