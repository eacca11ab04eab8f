import Glibc
import Synchronization

/// Turns the first SIGINT, SIGTERM or SIGHUP into a request to stop, so that a run can end in order
/// and save what it measured. The second one ends the program at once, and the program that it has
/// started with it. Where there is nothing to save the first one does.
enum Interruption {
    /// Signals received. Touched by the handler, which may do nothing but this, `kill` and `_exit`:
    /// all are async-signal-safe.
    private static let received = Atomic<Int>(0)
    /// The process group of the program that this one waits for; 0 where there is none.
    private static let child = Atomic<Int32>(0)
    /// Signals that are requests; the next one ends the program.
    private static let requests = Atomic<Int>(1)

    /// Starts catching; `savesFirst` tells whether there is something to save. Call once, before
    /// threads are started.
    static func install(savesFirst: Bool = true) {
        // Makes sure that the globals above are initialised before the handler can run.
        _ = received.load(ordering: .relaxed)
        _ = child.load(ordering: .relaxed)
        requests.store(savesFirst ? 1 : 0, ordering: .relaxed)
        for number in [SIGINT, SIGTERM] { handle(number) { _ in Interruption.handle() } }
        // Whoever started the program with nohup wants it to outlive the terminal.
        var before = sigaction()
        sigaction(SIGHUP, nil, &before)
        if unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) != ignored {
            handle(SIGHUP) { _ in Interruption.handle() }
        }
        // Whoever started the program may have blocked the signals for itself; that is inherited.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// Keeps a reader that has gone away (`| head`) and a limit on the size of files from ending the
    /// program in the middle of a run: the write fails instead. A handler and not SIG_IGN, which
    /// programs that are started would inherit.
    static func keepGoing() {
        for number in [SIGPIPE, SIGXFSZ] { handle(number) { _ in } }
    }

    /// Whether somebody asked to stop. One relaxed load: the flag carries no data, so nothing has
    /// to be ordered against it.
    static var isRequested: Bool { received.load(ordering: .relaxed) > 0 }

    /// The process group that a second signal ends, too; 0 where there is none any more.
    static func setChild(_ group: Int32) { child.store(group, ordering: .relaxed) }

    /// The number of SIG_IGN, which is a cast that Swift does not import.
    private static let ignored = 1

    private static func handle(
        _ number: Int32, with handler: @escaping @convention(c) (Int32) -> Void
    ) {
        var action = sigaction()
        // Interrupted system calls go on: nobody has to handle EINTR because of this.
        action.sa_flags = SA_RESTART
        action.__sigaction_handler.sa_handler = handler
        sigaction(number, &action, nil)
    }

    private static func handle() {
        let before = received.wrappingAdd(1, ordering: .relaxed).oldValue
        guard before >= requests.load(ordering: .relaxed) else { return }
        let group = child.load(ordering: .relaxed)
        if group > 0 { kill(-group, SIGKILL) }
        _exit(ExitStatus.interrupted.rawValue)
    }
}
