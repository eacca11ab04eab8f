import Glibc
import Testing

@testable import urrbench

struct InterruptionTests {
    /// In a process of its own: signals are for the whole process.
    @Test func theFirstSignalIsARequestTheSecondEnds() async {
        await #expect(processExitsWith: .exitCode(130)) {
            Interruption.install()
            guard !Interruption.isRequested else { exit(1) }
            // To the process, not with raise(): worker threads of the runtime block signals.
            kill(getpid(), SIGINT)
            for _ in 0..<5000 where !Interruption.isRequested { usleep(1000) }
            guard Interruption.isRequested else { exit(2) }
            kill(getpid(), SIGTERM)
            sleep(5)
            exit(3)
        }
    }
}
