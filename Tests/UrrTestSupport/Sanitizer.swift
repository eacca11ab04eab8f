import Glibc

/// Whether the tests run under a sanitizer, which has its own memory and its own speed.
public enum Sanitizer {
    /// The name of the one that is at work, or nil.
    public static let active: String? = {
        let marks = [("__tsan_init", "thread"), ("__asan_init", "address")]
        return marks.first { dlsym(UnsafeMutableRawPointer(bitPattern: 0), $0.0) != nil }?.1
    }()
}
