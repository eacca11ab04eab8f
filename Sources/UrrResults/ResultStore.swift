import Foundation
import UrrPlatform

/// A directory of results: one JSON file per run, with a histogram log of the same name beside it.
///
/// A file appears whole or not at all: it is written under a temporary name in the same directory,
/// brought to the disk, then renamed.
public struct ResultStore: Sendable {
    /// The directory, as it was given.
    public let directory: String

    /// A store in `directory`, which need not exist yet.
    public init(directory: String) { self.directory = directory }

    /// `<workload>-<yyyyMMdd-HHmmss>-<runId>`: the name of a run's files without the extension.
    /// Characters that do not belong into a file name become hyphens.
    public static func stem(
        workload: String, startedAt: String, runId: String
    ) throws(ResultError) -> String {
        let digits = startedAt.prefix { $0 != "." && $0 != "Z" && $0 != "+" }.filter(\.isNumber)
        guard digits.utf8.count == 14 else {
            throw .malformed(path: "startedAt", reason: "\"\(startedAt)\" is not ISO 8601")
        }
        let stamp = digits.prefix(8) + "-" + digits.dropFirst(8)
        return "\(fileName(workload))-\(stamp)-\(fileName(runId))"
    }

    /// Where the file of `record` is, or will be.
    public func path(of record: some StorableRecord) throws(ResultError) -> String {
        directory + "/" + (try record.fileName())
    }

    /// Where the histogram log of a run belongs; usable before there is a record.
    public func logPath(
        workload: String, startedAt: String, runId: String
    ) throws(ResultError) -> String {
        directory + "/"
            + (try Self.stem(workload: workload, startedAt: startedAt, runId: runId)) + ".hlog"
    }

    /// Makes sure that results can be written, by writing: a run of an hour should not find out at
    /// its end. Creates the directory where it is missing.
    public func prepare() throws(ResultError) {
        try createDirectory()
        let probe = directory + "/.urrbench-probe-\(getpid())"
        defer { unlink(probe) }
        try Self.write(Data("probe\n".utf8), to: probe)
    }

    /// Writes the record and returns the path of its file. A record of the same kind and identifier is
    /// replaced. On any failure nothing is left behind.
    @discardableResult
    public func save(_ record: some StorableRecord) throws(ResultError) -> String {
        try save(try record.json(), to: try path(of: record))
    }

    /// Writes `data` to `path`, which lies in the directory, whole or not at all.
    func save(_ data: Data, to path: String) throws(ResultError) -> String {
        try createDirectory()
        try Self.replace(path, with: data)
        synchronizeDirectory()
        return path
    }

    /// Writes `data` to `path` whole or not at all: beside it first, then renamed. What is not a file
    /// (a pipe, a terminal) is written as it is.
    public static func replace(_ path: String, with data: Data) throws(ResultError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            return try write(data, to: path)
        }
        let temporary = path + ".tmp-\(getpid())"
        do throws(ResultError) {
            try write(data, to: temporary)
            guard rename(temporary, path) == 0 else { throw failure(path) }
        } catch {
            unlink(temporary)
            // The temporary name tells nobody anything.
            guard case .cannotWrite(_, let reason) = error else { throw error }
            throw .cannotWrite(path: path, reason: reason)
        }
    }

    /// Reads one result.
    public static func load(path: String) throws(ResultError) -> RunRecord {
        try RunRecord(json: try bytes(path: path))
    }

    /// The bytes of a file.
    static func bytes(path: String) throws(ResultError) -> Data {
        do { return try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw .cannotRead(path: path, reason: reason(error))
        }
    }

    /// Paths of the results of all runs in the directory, oldest name first per workload. Temporary
    /// files and other kinds (sweeps, knees, plans) are left out. A missing directory is an error.
    public func list() throws(ResultError) -> [String] {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: directory) } catch {
            throw .cannotRead(path: directory, reason: Self.reason(error))
        }
        return names.filter(Self.isRunFile).sorted().map { directory + "/" + $0 }
    }

    /// Records of other kinds have an ending before the ending.
    private static func isRunFile(_ name: String) -> Bool {
        name.hasSuffix(".json") && !name.hasPrefix(".")
            && !name.hasSuffix(SweepRecord.fileEnding) && !name.hasSuffix(KneeRecord.fileEnding)
            && !name.hasSuffix(PlanRecord.fileEnding)
    }
}

// MARK: - Files

extension ResultStore {
    static func fileName(_ text: String) -> String {
        let allowed = text.unicodeScalars.map { scalar -> Character in
            let isPlain =
                scalar.isASCII && (scalar.properties.isAlphabetic || "0"..."9" ~= scalar)
            return isPlain || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "-"
        }
        // A leading point would hide the file. 100 characters keep the whole name below the 255
        // bytes that file systems allow.
        let name = String(allowed.prefix(100))
        return name.hasPrefix(".") ? "-" + name.dropFirst() : name.isEmpty ? "-" : name
    }

    private func createDirectory() throws(ResultError) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: directory, reason: Self.reason(error))
        }
    }

    private static func write(_ data: Data, to path: String) throws(ResultError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw abandon(descriptor, path)
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw abandon(descriptor, path) }
        guard close(descriptor) == 0 else { throw failure(path) }
    }

    private static func abandon(_ descriptor: Int32, _ path: String) -> ResultError {
        let error = failure(path)
        close(descriptor)
        return error
    }

    /// Brings the new name to the disk. Not every file system can do that for a directory; the
    /// file itself is safe by then.
    private func synchronizeDirectory() {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func failure(_ path: String) -> ResultError {
        .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }

    /// The system's words where there are some: Foundation hides them one level down.
    public static func reason(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey]
        if let posix = underlying as? POSIXError {
            return String(cString: strerror(posix.code.rawValue))
        }
        if let posix = underlying as? NSError, posix.domain == NSPOSIXErrorDomain {
            return String(cString: strerror(Int32(posix.code)))
        }
        return (error as NSError).localizedDescription
    }
}
