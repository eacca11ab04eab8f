import Foundation
import Glibc
import UrrResults

/// A program that is run to its end, without a shell, with its output kept.
struct ChildProcess {
    /// Why there is no result.
    enum Failure: Error, CustomStringConvertible {
        /// It could not be started.
        case cannotStart(path: String, reason: String)
        /// It took longer than it may, and was killed.
        case timeout(path: String, seconds: Int)
        /// This program was interrupted meanwhile.
        case interrupted

        var description: String {
            switch self {
            case .cannotStart(let path, let reason): "\(path): cannot be started: \(reason)"
            case .timeout(let path, let seconds):
                "\(path): has not ended after \(seconds) s and was killed"
            case .interrupted: "interrupted"
            }
        }
    }

    /// Exit status, or 128 + signal.
    let status: Int32
    /// Standard output.
    let output: String
    /// Standard error.
    let errors: String

    /// Runs the program at `path`. A first interrupt of this program is passed on, so that the
    /// child ends in order; then `interrupted` is thrown. What `cleansUp` is run to its end in spite
    /// of one.
    init(
        _ path: String, _ arguments: [String], environment changes: [String: String] = [:],
        directory: String? = nil, limitSeconds: Int, cleansUp: Bool = false
    ) throws(Failure) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(changes) { $1 }
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        let files: [OutputFile]
        do {
            files = [try OutputFile(), try OutputFile()]
            process.standardOutput = files[0].handle
            process.standardError = files[1].handle
            process.standardInput = FileHandle.nullDevice
            try process.run()
        } catch {
            throw .cannotStart(path: path, reason: ResultStore.reason(error))
        }
        let isInTime = Self.wait(for: process, limitSeconds, isToldOfInterrupts: !cleansUp)
        guard isInTime else { throw .timeout(path: path, seconds: limitSeconds) }
        if Interruption.isRequested, !cleansUp { throw .interrupted }
        let signalled = process.terminationReason == .uncaughtSignal
        status = process.terminationStatus + (signalled ? 128 : 0)
        output = files[0].text
        errors = files[1].text
    }

    /// How long a child may take to end in order after it was told to; a run drains for less.
    private static let patienceSeconds = 60.0

    /// Waits for the end; false where the process had to be killed for taking too long.
    private static func wait(
        for process: Process, _ seconds: Int, isToldOfInterrupts: Bool
    ) -> Bool {
        let child = process.processIdentifier
        // Foundation gives a child a process group of its own; without one it has to be alone.
        let group = getpgid(child) == child ? -child : child
        Interruption.setChild(group < 0 ? child : 0)
        defer { Interruption.setChild(0) }
        var deadline = Date(timeIntervalSinceNow: Double(seconds))
        var wasTold = false
        while process.isRunning {
            if isToldOfInterrupts, Interruption.isRequested, !wasTold {
                kill(group, SIGINT)
                deadline = min(deadline, Date(timeIntervalSinceNow: patienceSeconds))
                wasTold = true
            }
            guard Date() < deadline else {
                kill(group, SIGKILL)
                process.waitUntilExit()
                return wasTold
            }
            usleep(5000)
        }
        return true
    }

    /// A file without a name that a child writes to: unlike a pipe it is never full.
    private final class OutputFile {
        let handle: FileHandle

        init() throws {
            var template = Array("/tmp/urrbench-XXXXXX".utf8CString)
            let descriptor = mkstemp(&template)
            guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
            unlink(template)
            // Another child must not hold it open.
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        }

        /// What was written, at most 4 MiB.
        var text: String {
            try? handle.seek(toOffset: 0)
            let data = try? handle.read(upToCount: 4 << 20)
            return String(decoding: data ?? Data(), as: UTF8.self)
        }
    }
}
