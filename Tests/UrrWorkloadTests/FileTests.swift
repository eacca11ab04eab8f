import Glibc
import Testing
import UrrWorkload

@Suite struct FileTests {
    private func failure(_ path: String) -> String {
        do {
            _ = try WorkloadFile.load(path: path, checks: WorkloadChecks())
            return ""
        } catch {
            return error.description
        }
    }

    @Test func loadsFromDisk() throws {
        try withTemporaryDirectory { directory in
            writeFile(directory + "/a.json", Array(soundText.utf8))
            let loaded = try WorkloadFile.load(path: directory + "/a.json")
            #expect(loaded.spec.name == "sample")
            #expect(loaded.displayName == directory + "/a.json")
        }
    }

    @Test func refusesWhatIsNoFile() {
        withTemporaryDirectory { directory in
            #expect(failure(directory) == "\(directory): is a directory")
            let missing = directory + "/missing.json"
            #expect(failure(missing) == "\(missing): No such file or directory")
            let pipe = directory + "/pipe"
            #expect(mkfifo(pipe, 0o600) == 0)
            #expect(failure(pipe) == "\(pipe): is not a regular file")
            let loop = directory + "/loop"
            #expect(symlink(loop, loop) == 0)
            #expect(failure(loop).contains("symbolic links"))
        }
        #expect(failure("/dev/zero") == "/dev/zero: is not a regular file")
        #expect(failure("") == ": is not a path")
        #expect(failure("a\0b").hasSuffix("is not a path"))
    }

    /// The process's own memory opens as a regular file of size 0 and cannot be read at address 0,
    /// for the superuser neither, whom file permissions do not stop.
    @Test func refusesWhatCannotBeRead() {
        #expect(failure("/proc/self/mem").contains("Input/output error"))
    }

    @Test func refusesPermission() {
        guard geteuid() != 0 else { return }
        withTemporaryDirectory { directory in
            let path = directory + "/secret.json"
            writeFile(path, Array(soundText.utf8))
            chmod(path, 0)
            #expect(failure(path) == "\(path): Permission denied")
        }
    }

    /// A sparse file takes no space; that it is refused at once shows that it is not read.
    @Test func refusesLargeFilesUnread() {
        withTemporaryDirectory { directory in
            let path = directory + "/large.json"
            writeFile(path, [])
            #expect(truncate(path, 1 << 40) == 0)
            #expect(failure(path) == "\(path): must have at most 16777216 bytes, got 1099511627776")
            #expect(truncate(path, 16 << 20) == 0)
            #expect(failure(path).contains("1:1: expected a value"))
        }
    }

    @Test func refusesEmptyFiles() {
        withTemporaryDirectory { directory in
            let path = directory + "/empty.json"
            writeFile(path, [])
            #expect(failure(path) == "\(path):1:1: expected a JSON object, got an empty file")
        }
    }

    @Test func resolvesNames() throws {
        try withTemporaryDirectory { (directory: String) throws in
            writeFile(directory + "/spike.json", Array(soundText.utf8))
            writeFile(directory + "/workload.schema.json", [])
            let path = directory + "/spike.json"
            #expect(try WorkloadFile.resolve(path) == path)
            #expect(try WorkloadFile.resolve(directory + "/spike") == path)
            #expect(try WorkloadFile.resolve("spike", workloadsDirectory: directory) == path)
            #expect(try WorkloadFile.resolve("spike.json", workloadsDirectory: directory) == path)
            #expect(WorkloadFile.availableNames(directory) == ["spike"])
            let error = #expect(throws: WorkloadFileError.self) {
                try WorkloadFile.resolve("spik.json", workloadsDirectory: directory)
            }
            #expect(error?.description == "spik.json: no such workload; did you mean \"spike\"?")
            #expect(throws: WorkloadFileError.self) {
                try WorkloadFile.resolve("", workloadsDirectory: directory)
            }
        }
    }
}
