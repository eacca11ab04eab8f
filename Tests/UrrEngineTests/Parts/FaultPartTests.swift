import Testing
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// The small parts behind faults.
struct FaultPartTests {
    // MARK: - Plan

    private func plan(_ faults: [FaultSpec], seed: UInt64 = 7) -> FaultPlan {
        var scenario = Scenario()
        scenario.seed = seed
        scenario.consumers[0].instances = 5
        scenario.faults = faults
        return FaultPlan(scenario.spec)
    }

    private static let crash = FaultKind.consumerCrash(
        group: 0, member: nil, point: .beforeHandling, downtime: nil)

    @Test func theSeedDecidesWhenAndWhom() {
        let fault = FaultSpec(
            Self.crash, .random(count: 50, from: 100 * millisecond, until: 900 * millisecond))
        let once = plan([fault])
        let again = plan([fault])
        #expect(once.occurrences.map(\.at) == again.occurrences.map(\.at))
        #expect(once.occurrences.map(\.member) == again.occurrences.map(\.member))
        #expect(plan([fault], seed: 8).occurrences.map(\.at) != once.occurrences.map(\.at))
        #expect(once.occurrences.count == 50)
        #expect(once.occurrences.map(\.at) == once.occurrences.map(\.at).sorted())
        #expect(
            once.occurrences.allSatisfy { $0.at >= 100 * millisecond && $0.at <= 900 * millisecond }
        )
        #expect(Set(once.occurrences.compactMap(\.member)) == [0, 1, 2, 3, 4])
    }

    @Test func everyGoesOnUntilTheMeasurementEnds() {
        let plan = plan([
            FaultSpec(
                .clockStep(by: 1), .every(first: 300 * millisecond, period: 350 * millisecond))
        ])
        #expect(plan.occurrences.map(\.at) == [300 * millisecond, 650 * millisecond])
    }

    @Test func membersThatJoinAreNumberedBehindTheOthers() {
        let plan = plan([
            FaultSpec(.consumerJoin(group: 0, members: 2, stay: nil), .at(100)),
            FaultSpec(.consumerJoin(group: 0, members: 1, stay: nil), .at(50)),
        ])
        #expect(plan.joiners == [3])
        #expect(plan.actions.map(\.member) == [5, 6, 7])
        #expect(plan.actions.map(\.at) == [50, 100, 100])
    }

    // MARK: - Agenda

    @Test func theAgendaKeepsOrderAndTurns() {
        var agenda = Agenda()
        for (at, fault) in [(30, 0), (10, 1), (20, 2), (10, 3)] as [(Nanoseconds, Int)] {
            agenda.add(
                Agenda.Entry(at: at, fault: fault, member: 0, turn: nil, action: .comeBack))
        }
        #expect(agenda.next == 10)
        #expect(agenda.takeDue(9) == nil)
        var faults: [Int] = []
        while let entry = agenda.takeDue(25) { faults.append(entry.fault) }
        #expect(faults == [1, 3, 2])
        #expect(agenda.next == 30)
        #expect(agenda.takeDue(30)?.fault == 0)
        #expect(agenda.next == .max)
    }

    // MARK: - Order of keys

    @Test func keysAreLateByTheirOwnOrder() {
        let order = KeyOrder(keys: 2)
        #expect(!order.isLate(key: 0, intended: 10))
        #expect(!order.isLate(key: 1, intended: 5))
        #expect(!order.isLate(key: 0, intended: 10))
        #expect(order.isLate(key: 0, intended: 9))
        #expect(!order.isLate(key: 0, intended: 11))
        #expect(order.isLate(key: 1, intended: 4))
        // A key beyond the table is nobody's.
        #expect(!order.isLate(key: 2, intended: 0))
    }

    // MARK: - Chance

    @Test func whatHappensByChanceIsOfTheMessageAndTheTime() {
        let windows = [
            ChanceWindows.Window(from: 100, until: 200, share: 1),
            ChanceWindows.Window(from: 150, until: 300, share: 1, times: 3),
            ChanceWindows.Window(from: 400, until: 500, share: 0.25),
        ]
        let list = ChanceWindows(windows, seed: 7, stream: "a")
        #expect(list.first == 100)
        let times = [99, 100, 150, 199, 200, 299, 300].map { list.times(5, at: $0) }
        #expect(times == [0, 1, 4, 4, 3, 3, 0])
        let struck = (0..<10_000 as Range<UInt64>).map { list.times($0, at: 450) }
        #expect(abs(struck.reduce(0, +) - 2500) < 200)
        let again = ChanceWindows(windows, seed: 7, stream: "a")
        #expect((0..<10_000 as Range<UInt64>).map { again.times($0, at: 499) } == struck)
        let other = ChanceWindows(windows, seed: 7, stream: "b")
        #expect((0..<10_000 as Range<UInt64>).map { other.times($0, at: 450) } != struck)
        let none = ChanceWindows()
        #expect(none.first == .max)
        #expect(none.times(0, at: 0) == 0)
    }

    // MARK: - Slow handlers

    @Test func slownessHasATimeAPlaceAndAKey() {
        let plans = [
            SlowPlan(
                group: 0, from: 100, length: 50, scope: SlowScope(partition: 1), factor: 2,
                delay: 7),
            SlowPlan(
                group: 0, from: 120, length: 50, scope: SlowScope(key: 3), factor: 10, delay: 0),
            SlowPlan(
                group: 1, from: 0, length: 1000, scope: SlowScope(), factor: 100, delay: 0),
        ]
        let list = SlowList(plans, group: 0, start: 1000)
        func time(_ start: Nanoseconds, _ partition: Int, _ key: UInt32) -> Nanoseconds {
            list.stretched(10, start: start, partition: partition, key: key)
        }
        #expect(time(1099, 1, 0) == 10)
        #expect(time(1100, 1, 0) == 27)
        #expect(time(1149, 1, 0) == 27)
        #expect(time(1150, 1, 0) == 10)
        #expect(time(1130, 0, 3) == 100)
        #expect(time(1130, 1, 3) == 270)
        #expect(SlowList(plans, group: 2, start: 0).count == 0)
    }

    // MARK: - Timers of one member

    @Test func timersOfOneMemberArePutOffOrTakenOut() {
        var heap = TimerHeap(capacity: 6)
        for (due, owner) in [(10, 0), (20, 1), (30, 0), (5, 1)] as [(Nanoseconds, Int32)] {
            heap.insert(TimerHeap.Entry(due: due, owner: owner, slot: Int32(due)))
        }
        heap.postpone(owner: 1, by: 100)
        var order: [Nanoseconds] = []
        #expect(heap.nextDue == 10)
        heap.removeAll(owner: 0)
        while heap.count > 0 { order.append(heap.removeFirst().due) }
        #expect(order == [105, 120])
    }
}
