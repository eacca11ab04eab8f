import Synchronization
import Testing
import UrrPlatform

struct ThreadTests {
    private final class Seen: Sendable {
        let value = Atomic<Int>(0)
    }

    @Test func theBodyRunsOnceAndJoinWaits() throws {
        let seen = Seen()
        for cpu in PinnedThread.allowedCPUs().map(Optional.some) + [nil] {
            let before = seen.value.load(ordering: .relaxed)
            let thread = try PinnedThread(name: "a-name-that-is-longer-than-15-bytes", cpu: cpu) {
                // Joining the thread orders this before the load below.
                seen.value.wrappingAdd(1, ordering: .relaxed)
            }
            thread.join()
            #expect(seen.value.load(ordering: .relaxed) == before + 1)
        }
    }

    @Test func thereIsAProcessorToUse() {
        let cpus = PinnedThread.allowedCPUs()
        #expect(!cpus.isEmpty && cpus == cpus.sorted())
    }

    @Test func processorTimeGrowsWithWork() {
        let before = PinnedThread.processorTime()
        var value: UInt64 = 1
        while PinnedThread.processorTime() == before { value = mix64(value) }
        #expect(PinnedThread.processorTime() > before)
    }

    @Test func invariantsStopTheProcess() async {
        await #expect(processExitsWith: .failure) { invariant(false, "shown on purpose") }
    }

    @Test func filesOfTheSystemAreReadWhole() throws {
        #expect(try #require(readSystemFile("/proc/self/status")).contains("Name:"))
        #expect(readSystemFile("/proc/no-such-file") == nil)
    }
}
