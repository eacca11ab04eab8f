import Glibc

/// Why a file could not be read.
struct FileReadError: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    /// The reason that the system gave last.
    static var last: FileReadError { FileReadError(String(cString: strerror(errno))) }
}

/// The bytes of a regular file of at most `limit` bytes. Directories, devices and pipes are
/// refused, so that nothing waits or reads without end; the size is checked before anything is read
/// and again while reading, because files grow and some have no size.
func readRegularFile(_ path: String, limit: Int) throws(FileReadError) -> [UInt8] {
    if path.isEmpty || path.utf8.contains(0) { throw FileReadError("is not a path") }
    // Without O_NONBLOCK the opening of a named pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw .last }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw .last }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR { throw FileReadError("is a directory") }
    if kind != S_IFREG { throw FileReadError("is not a regular file") }
    if status.st_size > limit {
        throw FileReadError("must have at most \(limit) bytes, got \(status.st_size)")
    }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = read(descriptor, &block, block.count)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { throw .last }
        if count == 0 { return bytes }
        bytes += block[0..<count]
        if bytes.count > limit { throw FileReadError("must have at most \(limit) bytes") }
    }
}

/// Names of the entries of a directory, sorted; empty where it cannot be read.
func directoryEntries(_ path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        names.append(name)
    }
    return names.sorted()
}

/// Whether something is there under this path.
func pathExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Whether a path leads to a directory.
func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}
