/// How much memory there is to be had. Linux, both versions of control groups.
extension MemoryRegion {
    /// Bytes of memory that this process could still get without anybody being stopped for it: of
    /// the machine, and of every control group (container) that the process is in. Nil where
    /// unknown.
    public static func availableBytes() -> Int? { availableBytes(reading: readSystemFile) }

    /// The same by the texts that `file` has for the paths of a system.
    package static func availableBytes(reading file: (String) -> String?) -> Int? {
        let machine = file("/proc/meminfo").flatMap { value("MemAvailable:", in: $0) }
        let groups = file("/proc/self/cgroup").map { groupDirectories($0) } ?? []
        let limits = groups.compactMap { directory, version in
            availableBytes(directory, version, reading: file)
        }
        return ([machine.map { $0 * 1024 }].compactMap { $0 } + limits).min()
    }

    private struct GroupVersion {
        let limit: String
        let usage: String
        let cache: String

        static let first = GroupVersion(
            limit: "memory.limit_in_bytes", usage: "memory.usage_in_bytes",
            cache: "total_inactive_file")
        static let second = GroupVersion(
            limit: "memory.max", usage: "memory.current", cache: "inactive_file")
    }

    /// The directories of the groups that a process with this `/proc/self/cgroup` is in, up to the
    /// root. A container may see its own group as the root whatever its path says.
    private static func groupDirectories(_ text: String) -> [(String, GroupVersion)] {
        var found: [(String, GroupVersion)] = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isSecond = parts[0] == "0" && parts[1].isEmpty
            guard isSecond || parts[1].split(separator: ",").contains("memory") else { continue }
            let root = isSecond ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
            var path = parts[2].split(separator: "/")
            while true {
                let directory = ([root[...]] + path).joined(separator: "/")
                found.append((directory, isSecond ? .second : .first))
                if path.popLast() == nil { break }
            }
        }
        return found
    }

    /// Nil where the group has no limit.
    private static func availableBytes(
        _ directory: String, _ version: GroupVersion, reading file: (String) -> String?
    ) -> Int? {
        func number(_ name: String) -> Int? {
            file(directory + "/" + name).flatMap { text in
                Int(text.prefix { $0.isNumber })
            }
        }
        guard let limit = number(version.limit), let usage = number(version.usage) else {
            return nil
        }
        // What files that nobody uses are cached in is given back first.
        let cache = file(directory + "/memory.stat").flatMap { value(version.cache, in: $0) } ?? 0
        return max(0, limit - max(0, usage - cache))
    }

    /// The number behind `key` on the line that starts with it.
    private static func value(_ key: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count >= 2, words[0] == key { return Int(words[1]) }
        }
        return nil
    }
}
