extension WorkloadFile {
    /// The path of the workload that a user calls `name`: the path as given, or a file of
    /// `workloadsDirectory`, with or without `.json`. Throws with what was probably meant.
    public static func resolve(
        _ name: String, workloadsDirectory: String = "workloads"
    ) throws(WorkloadFileError) -> String {
        let inDirectory = workloadsDirectory + "/" + name
        var candidates = [name, name + ".json"]
        // An absolute path is never looked up under another directory.
        if !name.hasPrefix("/") { candidates += [inDirectory, inDirectory + ".json"] }
        if name.isEmpty || name.utf8.contains(0) { candidates = [] }
        // A directory that happens to have the name must not hide the workload.
        for path in candidates where pathExists(path) && !isDirectory(path) { return path }
        if let path = candidates.first(where: pathExists) { return path }
        let known = availableNames(workloadsDirectory)
        guard !known.isEmpty else {
            throw WorkloadFileError(
                file: name,
                rule: "no such file, and there are no workloads in \"\(workloadsDirectory)\"")
        }
        throw WorkloadFileError(
            file: name,
            rule: "no such workload; "
                + didYouMean(stripped(name), among: known, plural: "workloads"))
    }

    /// Names of the workloads in a directory, without `.json`, sorted.
    public static func availableNames(_ workloadsDirectory: String = "workloads") -> [String] {
        directoryEntries(workloadsDirectory)
            .filter { $0.hasSuffix(".json") && !$0.hasSuffix(".schema.json") }
            .map { String($0.dropLast(5)) }
    }

    private static func stripped(_ name: String) -> String {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        return last.hasSuffix(".json") ? String(last.dropLast(5)) : last
    }
}
