import Foundation
import Testing

@testable import UrrResults

/// Calls `body` with a new directory and removes it.
private func withDirectory(_ body: (String) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.path + "/urr-store-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    try body(directory)
}

@Suite struct ResultStoreTests {
    @Test func savesUnderANameThatSaysWhatItIs() throws {
        try withDirectory { directory in
            // A directory that is missing, two levels deep.
            let store = ResultStore(directory: directory + "/a/b")
            let record = try sampleRecord()
            let path = try store.save(record)
            #expect(path == directory + "/a/b/spike-20261120-123456-a1b2c3.json")
            #expect(try store.path(of: record) == path)
            #expect(
                try store.logPath(workload: "spike", startedAt: record.startedAt, runId: "a1b2c3")
                    == directory + "/a/b/spike-20261120-123456-a1b2c3.hlog")
            #expect(try ResultStore.load(path: path) == record)
            // Nothing else is left in the directory.
            #expect(try store.list() == [path])
            #expect(try FileManager.default.contentsOfDirectory(atPath: store.directory).count == 1)
        }
    }

    @Test func savingAgainReplaces() throws {
        try withDirectory { directory in
            let store = ResultStore(directory: directory)
            var record = try sampleRecord()
            try store.save(record)
            record.interrupted = true
            let path = try store.save(record)
            #expect(try ResultStore.load(path: path).interrupted)
            #expect(try store.list().count == 1)
        }
    }

    @Test func listsResultsAndNothingElseInOrder() throws {
        try withDirectory { directory in
            let store = ResultStore(directory: directory)
            var record = try sampleRecord()
            for (id, time) in [("b", "2026-11-20T12:34:58Z"), ("a", "2026-11-20T12:34:59Z")] {
                record.runId = id
                record.startedAt = time
                try store.save(record)
            }
            for name in ["x.hlog", ".hidden.json", "y.json.tmp-1"] {
                try Data().write(to: URL(fileURLWithPath: directory + "/" + name))
            }
            #expect(
                try store.list() == [
                    directory + "/spike-20261120-123458-b.json",
                    directory + "/spike-20261120-123459-a.json",
                ])
        }
    }

    @Test(arguments: [
        ("spike", "spike"), ("../../etc/passwd", "-.-..-etc-passwd"), ("", "-"), ("a b\n", "a-b-"),
        ("결제", "--"), (".hidden", "-hidden"), ("x_1.2-Y", "x_1.2-Y"),
    ])
    func namesCannotLeaveTheDirectory(text: String, name: String) {
        #expect(ResultStore.fileName(text) == name)
    }

    @Test func longNamesAreCut() throws {
        let stem = try ResultStore.stem(
            workload: String(repeating: "w", count: 300), startedAt: "2026-11-20T12:34:56Z",
            runId: String(repeating: "r", count: 300))
        #expect(stem.utf8.count + ".json.tmp-1234567".utf8.count <= 255)
    }

    @Test(arguments: [
        "2026-11-20T12:34:56Z", "2026-11-20T12:34:56.789Z", "2026-11-20T12:34:56+09:00",
    ])
    func theStampIsThatOfTheStart(startedAt: String) throws {
        let stem = try ResultStore.stem(workload: "w", startedAt: startedAt, runId: "r")
        #expect(stem == "w-20261120-123456-r")
    }

    @Test(arguments: ["", "today", "2026-11-20", "99"])
    func aStartThatIsNoTimeIsRefused(startedAt: String) {
        #expect(throws: ResultError.self) {
            try ResultStore.stem(workload: "w", startedAt: startedAt, runId: "r")
        }
    }

    // MARK: Failures

    /// Every way in must fail the same way: with the place and the system's reason.
    private func expectCannotWrite(
        _ store: ResultStore, reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let record = try sampleRecord()
        for attempt in [{ try store.prepare() }, { _ = try store.save(record) }]
            as [() throws -> Void]
        {
            do {
                try attempt()
                Issue.record("could write", sourceLocation: sourceLocation)
            } catch ResultError.cannotWrite(let path, let text) {
                #expect(path.hasPrefix(store.directory), sourceLocation: sourceLocation)
                #expect(text == reason, sourceLocation: sourceLocation)
            }
        }
    }

    @Test func aDirectoryBelowAFileIsAnError() throws {
        try withDirectory { directory in
            let file = directory + "/file"
            try Data().write(to: URL(fileURLWithPath: file))
            try expectCannotWrite(
                ResultStore(directory: file + "/results"), reason: "Not a directory")
            try expectCannotWrite(ResultStore(directory: file), reason: "File exists")
        }
    }

    @Test func aDirectoryThatTakesNoFilesIsAnError() throws {
        // Exists, and nobody can create anything in it, root included.
        let store = ResultStore(directory: "/proc/self/fd")
        #expect(throws: ResultError.self) { try store.prepare() }
        #expect(throws: ResultError.self) { try store.save(sampleRecord()) }
    }

    /// A disk that takes a part of the file and then no more. The limit on the size of files gives
    /// the same failure of `write` as a full disk, needs no rights, and is set in a process of its
    /// own.
    @Test func aDiskThatIsFullLeavesNothingBehind() async throws {
        await #expect(processExitsWith: .success) {
            let directory = "/tmp/urr-full-\(getpid())"
            mkdir(directory, 0o755)
            let record = try sampleRecord()
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            var reported = false
            do throws(ResultError) {
                try ResultStore(directory: directory).save(record)
            } catch {
                if case .cannotWrite(let path, "File too large") = error {
                    reported = path == directory + "/spike-20261120-123456-a1b2c3.json"
                }
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: directory)
            rmdir(directory)
            exit(reported && left.isEmpty ? 0 : 1)
        }
    }

    @Test func aPlaceThatIsTakenByADirectoryLeavesNothingBehind() throws {
        try withDirectory { directory in
            let store = ResultStore(directory: directory)
            let record = try sampleRecord()
            let path = try store.path(of: record)
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false)
            #expect(throws: ResultError.cannotWrite(path: path, reason: "Is a directory")) {
                try store.save(record)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).count == 1)
        }
    }

    @Test func aRecordThatCannotBeEncodedTouchesNoFile() throws {
        try withDirectory { directory in
            let store = ResultStore(directory: directory + "/new")
            var record = try sampleRecord()
            record.harness.clockReadNs = .infinity
            #expect(throws: ResultError.self) { try store.save(record) }
            #expect(!FileManager.default.fileExists(atPath: store.directory))
        }
    }

    @Test func whatIsNotThereCannotBeRead() throws {
        try withDirectory { directory in
            let path = directory + "/none.json"
            #expect(throws: ResultError.cannotRead(path: path, reason: "No such file or directory"))
            {
                try ResultStore.load(path: path)
            }
            #expect(throws: ResultError.self) { try ResultStore(directory: path).list() }
            #expect(throws: ResultError.self) { try ResultStore.load(path: directory) }
        }
    }
}
