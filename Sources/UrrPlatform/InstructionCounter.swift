import CUrrPlatform
import Glibc

/// Counts the instructions that the calling thread retires in user space, where the system permits
/// it: many virtual machines have no such counter, and `perf_event_paranoid` may forbid it.
public struct InstructionCounter: ~Copyable {
    private let descriptor: Int32

    /// Opens a counter for the calling thread; nil where there is none.
    public init?() {
        let descriptor = urr_open_instruction_counter()
        if descriptor < 0 { return nil }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Instructions so far, or nil where the counter cannot be read. One system call.
    public func value() -> UInt64? {
        var value: UInt64 = 0
        return urr_read_counter(descriptor, &value) ? value : nil
    }
}
