/// `text` without the passwords that addresses (`scheme://user:password@host`) and connection strings
/// (`password=...`) in it carry: for whatever is shown or stored. O(length).
public func withoutCredentials(_ text: String) -> String {
    guard text.contains("://") || text.contains("=") else { return text }
    var rest = Array(text.utf8)[...]
    var shown: [UInt8] = []
    let hidden = Array("***".utf8)
    while let byte = rest.first {
        if let length = addressPassword(rest) {
            shown += rest.prefix(length.before) + hidden
            rest = rest.dropFirst(length.before + length.password)
        } else if let length = namedPassword(rest) {
            shown += rest.prefix(length.before) + hidden
            rest = rest.dropFirst(length.before + length.password)
        } else {
            shown.append(byte)
            rest = rest.dropFirst()
        }
    }
    return String(decoding: shown, as: UTF8.self)
}

/// Where `text` starts with `://user:password@`: bytes up to the password and bytes of it. A password
/// that was not escaped may hold an `@` or a `/`, so the last `@` of the word counts.
private func addressPassword(_ text: ArraySlice<UInt8>) -> (before: Int, password: Int)? {
    guard text.starts(with: Array("://".utf8)) else { return nil }
    let word = text.dropFirst(3).prefix { !endsWord($0) }
    guard let at = word.lastIndex(of: UInt8(ascii: "@")),
        let colon = word[..<at].firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    return (colon + 1 - text.startIndex, at - colon - 1)
}

/// Where `text` starts with `password=`: bytes up to the value and bytes of it.
private func namedPassword(_ text: ArraySlice<UInt8>) -> (before: Int, password: Int)? {
    let name = Array("password=".utf8)
    guard text.count > name.count,
        zip(text, name).allSatisfy({ $0 | 0x20 == $1 || $0 == $1 })
    else { return nil }
    let value = text.dropFirst(name.count).prefix { !endsWord($0) && $0 != UInt8(ascii: "&") }
    return value.isEmpty ? nil : (name.count, value.count)
}

private func endsWord(_ byte: UInt8) -> Bool {
    byte <= UInt8(ascii: " ") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
        || byte == UInt8(ascii: "\\")
}
