import Foundation

/// A real server of `scripts/brokers`, with data of its own, stopped with the value that holds it.
public final class RealServer: Sendable {
    /// The word of `scripts/brokers` for it.
    public let name: String
    private let folder: TemporaryDirectory

    /// Starts it; throws where it does not start.
    public init(_ name: String) throws {
        self.name = name
        folder = try TemporaryDirectory()
        try start()
    }

    deinit { try? stop() }

    /// Whether the machine has the programs of the server.
    public static func isInstalled(_ name: String) -> Bool {
        let candidates: [String]
        switch name {
        case "redis": candidates = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"]
        case "postgres":
            let versions =
                (try? FileManager.default.contentsOfDirectory(
                    atPath: "/usr/lib/postgresql")) ?? []
            candidates = versions.map { "/usr/lib/postgresql/\($0)/bin/initdb" }
        default: candidates = []
        }
        return candidates.contains { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Its address.
    public func address() throws -> String { try call("url", name).output }

    /// Starts it again, empty, after `stop`.
    public func start() throws {
        let run = try call("start", name)
        guard run.status == 0 else { throw Failure(text: run.errors) }
    }

    /// Stops it, and starts it again after `seconds` with what it had stored.
    public func restart(seconds: Double) throws { _ = try call("restart", name, "\(seconds)") }

    /// Stops it; what it stored is gone.
    public func stop() throws { _ = try call("stop", name) }

    private func call(_ arguments: String...) throws -> ProgramRun {
        // PostgreSQL's own user has to be able to enter.
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o711], ofItemAtPath: folder.url.path)
        return try ProgramRun(
            Repository.url("scripts/brokers").path, arguments,
            environment: ["URRBENCH_BROKERS": folder.url.path])
    }

    /// What `scripts/brokers` said.
    public struct Failure: Error, CustomStringConvertible {
        /// Its words.
        let text: String
        /// Its words.
        public var description: String { text }
    }
}
