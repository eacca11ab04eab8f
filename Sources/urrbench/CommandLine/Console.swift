import Glibc
import UrrReport

/// The program's two output streams. Results go to standard output, everything said about the work
/// to standard error, so that either can be redirected alone.
enum Console {
    /// Writes `text` to standard output and ends it with a line break. Says so where that fails
    /// (a full disk): a script must not take half a result for a whole one. A reader that went away
    /// (`| head`) knows that already.
    @discardableResult
    static func print(_ text: String) -> ExitStatus {
        if write(text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO) { return .ok }
        let code = errno
        if code != EPIPE { complain("cannot write the output: \(String(cString: strerror(code)))") }
        return .targetRefused
    }

    /// Tells of a problem: a line on standard error that starts with the program's name.
    static func complain(_ problem: String) {
        _ = write("\(Program.name): \(problem)\n", to: STDERR_FILENO)
    }

    /// Tells of an error whose text may have several lines and come from elsewhere.
    static func complain(_ error: any Error) {
        let lines = "\(error)".split(separator: "\n").map { printable(String($0)) }
        complain(lines.joined(separator: "\n"))
    }

    /// Writes to standard error as it is: progress.
    static func progress(_ text: String) { _ = write(text, to: STDERR_FILENO) }

    /// Whether a person looks at the stream.
    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Columns of the terminal behind `descriptor`, or nil where there is none or it does not say.
    static func width(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Whether to use colour on `descriptor`: on a terminal that can, unless NO_COLOR is set
    /// (https://no-color.org: to anything but nothing).
    static func usesColour(_ descriptor: Int32) -> Bool {
        guard isTerminal(descriptor), (environment("NO_COLOR") ?? "").isEmpty else { return false }
        let terminal = environment("TERM") ?? ""
        return !terminal.isEmpty && terminal != "dumb"
    }

    /// Whether the locale's character set is UTF-8, by the variables in their order of precedence.
    static var usesUnicode: Bool {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"]
        guard let locale = names.lazy.compactMap({ environment($0) }).first(where: { !$0.isEmpty })
        else { return false }
        let upper = locale.uppercased()
        return upper.contains("UTF-8") || upper.contains("UTF8")
    }

    /// A variable of the environment, or nil where it is not set.
    static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = Glibc.write(
                    descriptor, bytes.baseAddress! + offset, bytes.count - offset)
                if count < 0 && errno == EINTR { continue }
                if count < 0 { return false }
                offset += count
            }
            return true
        }
    }
}
