import CUrrPlatform
import Glibc

/// Why a thread could not be started.
public struct ThreadError: Error, CustomStringConvertible {
    /// The system's error number.
    public let code: Int32
    /// What failed, with the system's reason.
    public var description: String {
        "could not start a thread: \(String(cString: strerror(code)))"
    }
}

/// An operating-system thread, pinned to one processor where that is possible.
///
/// Load is driven by such threads alone: no executor, no task, nothing that could move the work
/// to another thread in the middle of a measurement.
public final class PinnedThread: @unchecked Sendable {
    private let handle: pthread_t

    private final class Start {
        let name: String
        let cpu: Int?
        let body: @Sendable () -> Void
        init(name: String, cpu: Int?, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.cpu = cpu
            self.body = body
        }
    }

    /// Starts `body` on a new thread named `name`, pinned to `cpu` where one is given and the
    /// system allows it.
    public init(name: String, cpu: Int?, _ body: @escaping @Sendable () -> Void) throws(ThreadError)
    {
        let start = Unmanaged.passRetained(Start(name: name, cpu: cpu, body: body))
        var handle = pthread_t()
        let code = pthread_create(
            &handle, nil,
            { argument in
                let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                urr_name_thread(start.name)
                if let cpu = start.cpu { _ = urr_pin_to_cpu(Int32(cpu)) }
                start.body()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw ThreadError(code: code)
        }
        self.handle = handle
    }

    /// Waits until the thread has ended. Call exactly once.
    public func join() { pthread_join(handle, nil) }

    /// The processors that this process may use, in ascending order.
    public static func allowedCPUs() -> [Int] {
        var cpus = [Int32](repeating: 0, count: 1024)
        let count = Int(urr_allowed_cpus(&cpus, Int32(cpus.count)))
        return cpus.prefix(min(count, cpus.count)).map { Int($0) }
    }

    /// Processor time that the calling thread has used so far, user and system.
    public static func processorTime() -> Nanoseconds {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Nanoseconds(time.tv_sec) * nanosecondsPerSecond + Nanoseconds(time.tv_nsec)
    }
}
