import Foundation

/// The checkout that the tests were built from.
public enum Repository {
    /// Its root directory, found from the place of this file.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A file or directory by its path from the root.
    public static func url(_ path: String) -> URL { root.appendingPathComponent(path) }

    /// Whether there is something at a path from the root.
    public static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: url(path).path)
    }

    /// The text of a file by its path from the root.
    public static func text(_ path: String) throws -> String {
        try String(contentsOf: url(path), encoding: .utf8)
    }

    /// Paths from the root of all files below `directory` whose names end with `ending`, sorted.
    public static func files(below directory: String, ending: String = "") -> [String] {
        let base = url(directory)
        let found = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String }
        return (found ?? []).filter { $0.hasSuffix(ending) }.map { directory + "/" + $0 }
            .filter { !isDirectory($0) }.sorted()
    }

    /// Whether there is a directory at a path from the root.
    public static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(
            atPath: url(path).path, isDirectory: &isDirectory)
        return exists && isDirectory.boolValue
    }

    /// Names of what lies directly in `directory`, sorted; empty where there is no such directory.
    public static func entries(of directory: String) -> [String] {
        let found = try? FileManager.default.contentsOfDirectory(atPath: url(directory).path)
        return (found ?? []).sorted()
    }
}
