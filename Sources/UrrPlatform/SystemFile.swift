import Glibc

/// The text of a file under `/proc` or `/sys`, or nil where it cannot be read.
///
/// Reads in a loop with `read`, because such files have no size and Foundation stops after the
/// first block.
public func readSystemFile(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 16384)
    while bytes.count < 4 << 20 {
        let count = read(descriptor, &block, block.count)
        if count < 0 { return nil }
        if count == 0 { break }
        bytes += block[0..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
}
