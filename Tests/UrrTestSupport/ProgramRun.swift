import Foundation

/// What a program said and how it ended.
public struct ProgramRun: Sendable {
    /// Exit status, or 128 + signal where a signal ended it.
    public let status: Int32
    /// Standard output.
    public let output: String
    /// Standard error.
    public let errors: String

    /// Why a program could not be run to its end.
    public enum Failure: Error {
        /// It had not ended after so many seconds, and was killed.
        case timeout(seconds: Double)
    }

    /// Runs the program at `path` to its end. Its environment is that of the tests changed by
    /// `environment`, without what would change its output (colour, locale).
    public init(
        _ path: String, _ arguments: [String] = [], environment: [String: String] = [:],
        input: String = "", directory workingDirectory: URL? = nil, timeoutSeconds: Double = 120
    ) throws {
        let directory = try TemporaryDirectory()
        let outputFile = directory.url.appendingPathComponent("output")
        let errorFile = directory.url.appendingPathComponent("errors")
        let inputFile = directory.url.appendingPathComponent("input")
        for file in [outputFile, errorFile] { try Data().write(to: file) }
        try Data(input.utf8).write(to: inputFile)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        if let workingDirectory { process.currentDirectoryURL = workingDirectory }
        // Files instead of pipes: a full pipe would stop a program that nobody reads.
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        var variables = ProcessInfo.processInfo.environment
        for name in ["NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG", "URRBENCH_COMMIT", "URRBENCH_HOME"] {
            variables[name] = nil
        }
        process.environment = variables.merging(environment) { $1 }
        try process.run()
        let deadline = Date(timeIntervalSinceNow: timeoutSeconds)
        while process.isRunning {
            guard Date() < deadline else {
                kill(process.processIdentifier, SIGKILL)
                throw Failure.timeout(seconds: timeoutSeconds)
            }
            usleep(2000)
        }
        let signalled = process.terminationReason == .uncaughtSignal
        status = process.terminationStatus + (signalled ? 128 : 0)
        output = String(decoding: try Data(contentsOf: outputFile), as: UTF8.self)
        errors = String(decoding: try Data(contentsOf: errorFile), as: UTF8.self)
    }
}

/// A directory that ends with the value that holds it.
public final class TemporaryDirectory: Sendable {
    /// Where it is.
    public let url: URL

    /// Makes an empty directory.
    public init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("urrbench-test-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}

/// The program as it was built together with the tests.
public enum BuiltProgram {
    /// Path of `urrbench` beside the test bundle that is running.
    public static var path: String {
        // `/proc/self/exe` is the bundle (*.xctest) itself.
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return own.deletingLastPathComponent().appendingPathComponent("urrbench").path
    }

    /// Runs `urrbench` with `arguments`, in `directory` where one is given.
    public static func run(
        _ arguments: [String], environment: [String: String] = [:], directory: URL? = nil
    ) throws -> ProgramRun {
        try ProgramRun(path, arguments, environment: environment, directory: directory)
    }
}
