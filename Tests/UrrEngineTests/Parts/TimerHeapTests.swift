import Testing
import UrrPlatform

@testable import UrrEngine

struct TimerHeapTests {
    private struct Timer: Equatable {
        var due: Nanoseconds
        var owner: Int32
        var slot: Int32
    }

    private func sorted(_ timers: [Timer]) -> [Timer] {
        timers.sorted { ($0.due, $0.owner, $0.slot) < ($1.due, $1.owner, $1.slot) }
    }

    private func pop(_ heap: inout TimerHeap) -> Timer {
        let entry = heap.removeFirst()
        return Timer(due: entry.due, owner: entry.owner, slot: entry.slot)
    }

    private func push(_ timer: Timer, to heap: inout TimerHeap) {
        heap.insert(TimerHeap.Entry(due: timer.due, owner: timer.owner, slot: timer.slot))
    }

    @Test func anEmptyHeapIsNeverDue() {
        let heap = TimerHeap(capacity: 0)
        #expect(heap.nextDue == .max && heap.count == 0)
    }

    @Test(arguments: [1, 2, 3, 7, 64, 1000])
    func comesOutSorted(count: Int) {
        let random = IndexedRandom(seed: UInt64(count), stream: "timers")
        // Few different instants, so that owner and slot have to decide often.
        let timers = (0..<count).map { index in
            let bits = random[UInt64(index)]
            return Timer(
                due: Nanoseconds(bits % UInt64(count / 3 + 1)), owner: Int32(bits >> 32 & 3),
                slot: Int32(index))
        }
        var heap = TimerHeap(capacity: count)
        for timer in timers { push(timer, to: &heap) }
        var drawn: [Timer] = []
        while heap.count > 0 {
            #expect(heap.nextDue == sorted(timers)[drawn.count].due)
            drawn.append(pop(&heap))
        }
        #expect(drawn == sorted(timers))
    }

    @Test func insertionsAndRemovalsMix() {
        let random = IndexedRandom(seed: 3, stream: "mix")
        var heap = TimerHeap(capacity: 50)
        var model: [Timer] = []
        for step in 0..<5000 as Range<UInt64> {
            let bits = random[step]
            if model.count < 50, model.isEmpty || bits & 1 == 0 {
                let timer = Timer(
                    due: Nanoseconds(bits >> 8 & 0xff), owner: Int32(bits >> 20 & 7),
                    slot: Int32(step))
                model = sorted(model + [timer])
                push(timer, to: &heap)
            } else {
                #expect(pop(&heap) == model.removeFirst())
            }
            #expect(heap.nextDue == model.first?.due ?? .max)
        }
    }

    @Test func oneTimerTooManyStopsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            var heap = TimerHeap(capacity: 1)
            heap.insert(TimerHeap.Entry(due: 1, owner: 0, slot: 0))
            heap.insert(TimerHeap.Entry(due: 2, owner: 0, slot: 1))
        }
    }
}
