import Foundation
import Testing

/// Whether Spin and a C compiler, which it needs, are installed.
private let hasModelChecker = ["spin", "cc"].allSatisfy { tool in
    ["/usr/bin/", "/usr/local/bin/"].contains {
        FileManager.default.isExecutableFile(atPath: $0 + tool)
    }
}

/// Checks `reclaimModel` with Spin, where it is installed (`apt install spin`).
@Suite(.enabled(if: hasModelChecker)) struct ModelCheckTests {
    @Test(arguments: [
        ["CAPACITY=2", "READERS=2", "LAST=5"],
        ["CAPACITY=3", "READERS=2", "LAST=5", "OVERWRITE"],
        ["CAPACITY=2", "READERS=1", "LAST=4", "SHARED"],
        ["CAPACITY=2", "READERS=1", "LAST=4", "SHARED", "OVERWRITE"],
    ])
    func nothingThatIsReadIsWrittenOver(_ parts: [String]) throws {
        let report = try check(parts)
        #expect(report.contains("errors: 0"))
        #expect(!report.contains("max search depth too small"))
    }

    /// The model can fail, and does without any one of these.
    @Test(arguments: [
        ["CAPACITY=2", "READERS=1", "LAST=4", "OVERWRITE", "WITHOUT_SECOND_LOOK"],
        ["CAPACITY=2", "READERS=1", "LAST=4", "OVERWRITE", "WITHOUT_PIN"],
        ["CAPACITY=2", "READERS=1", "LAST=4", "SHARED", "OVERWRITE", "WITHOUT_MARK_CHECK"],
    ])
    func everyPartIsNeeded(_ parts: [String]) throws {
        let report = try check(parts)
        #expect(report.contains("assertion violated"))
    }

    /// Generates, compiles and runs the search for the model with `parts` defined.
    private func check(_ parts: [String]) throws -> String {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("reclaim-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try reclaimModel.write(
            to: directory.appendingPathComponent("model.pml"), atomically: true, encoding: .utf8)
        try run(["spin", "-a"] + parts.map { "-D" + $0 } + ["model.pml"], in: directory)
        try run(["cc", "-O1", "-w", "-DSAFETY", "-o", "pan", "pan.c"], in: directory)
        return try run(["./pan", "-m100000"], in: directory)
    }

    @discardableResult
    private func run(_ command: [String], in directory: URL) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.currentDirectoryURL = directory
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
