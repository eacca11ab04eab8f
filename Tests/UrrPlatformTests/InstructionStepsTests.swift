import Glibc
import Synchronization
import Testing

@testable import UrrPlatform

/// Serialised: one thread at a time can be stepped through. Skipped, visibly, where that is not
/// available: on other processors, and under a sanitizer that keeps the trap to itself.
@Suite(.serialized, .enabled(if: InstructionSteps.isAvailable, "no stepping through code here"))
struct InstructionStepsTests {
    @Test func aKnownSequenceIsCountedExactly() {
        let cell = Atomic<UInt64>(0)
        func counts(_ turns: Int) -> InstructionSteps? {
            InstructionSteps.count {
                for _ in 0..<turns { cell.wrappingAdd(1, ordering: .relaxed) }
            }
        }
        guard let some = counts(100), let more = counts(300) else {
            Issue.record("stepping is available and did not work")
            return
        }
        #expect(more.atomics - some.atomics == 200)
        #expect((more.instructions - some.instructions) % 200 == 0)
        #expect(more.failedExchanges == 0 && more.systemCalls == some.systemCalls)
        #expect(counts(300) == more)
        #expect(cell.load(ordering: .relaxed) == 700)
    }

    /// Some kernels do not trap between a system call and the instruction after it.
    @Test func aSystemCallHidesNothing() {
        func counts(_ turns: Int) -> InstructionSteps? {
            InstructionSteps.count { for _ in 0..<turns { _ = getppid() } }
        }
        _ = getppid()  // Bound lazily.
        guard let some = counts(10), let more = counts(30) else {
            Issue.record("stepping is available and did not work")
            return
        }
        #expect((more.instructions - some.instructions) % 20 == 0)
        #expect(more.systemCalls - some.systemCalls == 20)
        #expect(counts(30) == more)
    }

    @Test func aFailedExchangeIsARetry() {
        let cell = Atomic<UInt64>(1)
        func counts(_ expected: UInt64) -> UInt64 {
            InstructionSteps.count {
                for _ in 0..<10 {
                    _ = cell.compareExchange(
                        expected: expected, desired: 1, ordering: .acquiringAndReleasing)
                }
            }?.failedExchanges ?? 0
        }
        #expect(counts(1) == 0)
        #expect(counts(2) == 10)
    }
}
