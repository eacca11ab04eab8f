#if DEBUG || URR_SCHEDULE_FUZZ
import Glibc

/// What modules use instead of `Synchronization.Mutex` in a test build, by giving it that name: a
/// lock that starts with a chance of a pause (`ScheduleFuzz`), and that the thread sanitizer sees.
/// The slow half of the other one is in a library that the sanitizer knows nothing of, so that it
/// takes what the lock guards for unguarded.
public struct FuzzedMutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let value: UnsafeMutablePointer<Value>

    /// A free lock around `value`.
    public init(_ value: consuming Value) {
        lock = .allocate(capacity: 1)
        lock.initialize(to: pthread_mutex_t())
        pthread_mutex_init(lock, nil)
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
        value.deinitialize(count: 1)
        value.deallocate()
    }

    /// Calls `body` with the value while nobody else has it.
    public borrowing func withLock<Answer: ~Copyable, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        ScheduleFuzz.step()
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return try body(&value.pointee)
    }
}
#endif
