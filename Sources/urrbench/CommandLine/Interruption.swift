import Glibc
import Synchronization

/// Turns the first SIGINT or SIGTERM into a request to stop, so that a run can end in order and
/// save what it measured. The second one ends the program at once.
enum Interruption {
    /// Signals received. Touched by the handler, which may do nothing but this and `_exit`: both
    /// are async-signal-safe.
    private static let received = Atomic<Int>(0)

    /// Starts catching. Call once, before threads are started.
    static func install() {
        // Makes sure that the global above is initialised before the handler can run.
        _ = received.load(ordering: .relaxed)
        var action = sigaction()
        // Interrupted system calls go on: nobody has to handle EINTR because of this.
        action.sa_flags = SA_RESTART
        action.__sigaction_handler.sa_handler = { _ in Interruption.handle() }
        sigaction(SIGINT, &action, nil)
        sigaction(SIGTERM, &action, nil)
        // Whoever started the program may have blocked the signals for itself; that is inherited.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// Whether somebody asked to stop. One relaxed load: the flag carries no data, so nothing has
    /// to be ordered against it.
    static var isRequested: Bool { received.load(ordering: .relaxed) > 0 }

    private static func handle() {
        let before = received.wrappingAdd(1, ordering: .relaxed).oldValue
        if before > 0 { _exit(ExitStatus.interrupted.rawValue) }
    }
}
