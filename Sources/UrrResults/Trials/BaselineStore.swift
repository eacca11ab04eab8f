import Foundation

/// A directory of baselines: `<name>.json` each.
public struct BaselineStore: Sendable {
    /// The directory, as it was given.
    public let directory: String

    /// A store in `directory`, which need not exist yet.
    public init(directory: String) { self.directory = directory }

    /// Whether `name` can be a baseline's: 1 to 100 letters, digits, hyphens, points and
    /// underscores, the first no point.
    public static func isName(_ name: String) -> Bool {
        name == ResultStore.fileName(name) && name.utf8.count <= 100
    }

    /// `text` with everything replaced that does not belong into a file's name.
    public static func fileName(_ text: String) -> String { ResultStore.fileName(text) }

    /// Where the baseline called `name` is, or will be.
    public func path(_ name: String) -> String { directory + "/" + name + ".json" }

    /// Whether there is a baseline called `name`.
    public func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// Reads the baseline called `name`.
    public func load(_ name: String) throws(ResultError) -> BaselineRecord {
        try BaselineRecord(json: try ResultStore.bytes(path: path(name)))
    }

    /// Writes a baseline; the file appears whole or not at all. Returns its path.
    @discardableResult
    public func save(_ baseline: BaselineRecord) throws(ResultError) -> String {
        try ResultStore(directory: directory).save(
            try baseline.json(), to: path(baseline.name))
    }

    /// Names of all baselines, sorted; none where the directory is missing.
    public func list() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map {
            String($0.dropLast(5))
        }.sorted()
    }
}
