import Glibc

/// What another program's connection holds of a SQLite database, taken as SQLite takes it: by locks
/// on bytes of the file (https://www.sqlite.org/fileformat2.html, https://www.sqlite.org/walformat.html).
/// Locks belong to a process, so only other processes meet them.
public final class SQLiteFileLock: Sendable {
    /// What is held.
    public enum Kind: Sendable {
        /// The whole database: the pending, reserved and shared bytes of its file.
        case exclusive
        /// The right to write, of a database with a write-ahead log: a byte of its `-shm` file.
        case writing
    }

    /// The lock could not be had, because of this error number.
    public struct Failure: Error {
        let code: Int32
    }

    private let descriptor: Int32

    /// Takes the lock on the file at `path`, which is made where it is missing.
    public init(_ path: String, _ kind: Kind) throws(Failure) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        var range = flock()
        range.l_type = Int16(F_WRLCK)
        range.l_whence = Int16(SEEK_SET)
        switch kind {
        case .exclusive: (range.l_start, range.l_len) = (0x4000_0000, 512)
        case .writing: (range.l_start, range.l_len) = (120, 1)
        }
        for _ in 0..<1000 {
            if fcntl(descriptor, F_SETLK, &range) == 0 { return }
            usleep(1000)
        }
        let code = errno
        close(descriptor)
        throw Failure(code: code)
    }

    /// Gives the lock back.
    public func release() { close(descriptor) }
}
