import Glibc

/// The root of the repository, from the place of this file.
let repository: String = {
    var parts = #filePath.split(separator: "/").dropLast()
    while parts.last != "Tests" { parts = parts.dropLast() }
    return "/" + parts.dropLast().joined(separator: "/")
}()

/// Paths of the `.json` files of a directory, sorted.
func jsonFiles(_ directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasSuffix(".json") { names.append(directory + "/" + name) }
    }
    return names.sorted()
}

/// The last part of a path.
func fileName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

/// The bytes of a file; empty where it cannot be read.
func fileBytes(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = fread(&block, 1, block.count, file)
        if count == 0 { return bytes }
        bytes += block[0..<count]
    }
}

/// Calls `body` with the path of a new directory, which is removed with its files afterwards.
func withTemporaryDirectory(_ body: (String) throws -> Void) rethrows {
    var template = Array("/tmp/urr-workload-XXXXXX".utf8CString)
    guard let created = mkdtemp(&template) else { fatalError("mkdtemp failed") }
    let path = String(cString: created)
    defer {
        for name in directoryNames(path) { unlink(path + "/" + name) }
        rmdir(path)
    }
    try body(path)
}

private func directoryNames(_ path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        names.append(
            withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            })
    }
    return names.filter { $0 != "." && $0 != ".." }
}

/// Writes a file of the given bytes.
func writeFile(_ path: String, _ bytes: [UInt8]) {
    guard let file = fopen(path, "w") else { fatalError("cannot write \(path)") }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
}
