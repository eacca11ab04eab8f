import Testing
import UrrWorkload

@Suite struct SweepTests {
    private let spec = WorkloadSpec(
        name: "sample", phases: PhasesSpec(measure: 1),
        topics: [
            TopicSpec(name: "a.b", partitions: 1, capacityBytes: 4096, maximumMessageSize: 64),
            TopicSpec(name: "c", partitions: 1, capacityBytes: 4096, maximumMessageSize: 64),
        ],
        producers: [],
        consumers: [
            ConsumerSpec(group: "g", topics: ["c"], topicIndexes: [1], instances: 1)
        ])

    private func plan(_ axes: [SweepAxis], trials: Int = 1, seed: UInt64 = 1) throws -> SweepPlan {
        try SweepPlan(axes: axes, trials: trials, spec: spec, seed: seed)
    }

    @Test func cellsAreTheCrossProduct() throws {
        let plan = try plan([
            .partitions([1, 3]), .consumers([2, 4, 8]),
            .setting(SweepSetting(path: "phases.measure", values: ["5s"])),
        ])
        #expect(plan.cells.count == 6)
        #expect(Set(plan.cells.map(\.values)).count == 6)
        #expect(plan.cells[1].values == ["1", "4", "5s"])
        #expect(
            plan.cells[5].overrides == [
                "topics.a.b.partitions=3", "topics.c.partitions=3", "consumers.0.instances=8",
                "phases.measure=5s",
            ])
    }

    /// Each trial runs every cell once; orders differ between trials and follow from the seed.
    @Test func trialsAreShuffledOneByOne() throws {
        let axes: [SweepAxis] = [.partitions(Array(1...20))]
        let plan = try plan(axes, trials: 3)
        #expect(plan.steps.count == 60)
        let orders = (0..<3).map { trial in plan.steps[trial * 20..<trial * 20 + 20].map(\.cell) }
        for (trial, order) in orders.enumerated() {
            #expect(order.sorted() == Array(0..<20))
            #expect(plan.steps[trial * 20..<trial * 20 + 20].allSatisfy { $0.trial == trial })
        }
        #expect(orders[0] != orders[1] && orders[1] != orders[2])
        #expect(try self.plan(axes, trials: 3) == plan)
        #expect(try self.plan(axes, trials: 3, seed: 2).steps != plan.steps)
    }

    @Test func tooManyCellsAreRefused() throws {
        let many = Array(1...1000)
        #expect(throws: SweepPlanError.tooManyCells) {
            try plan([.partitions(many), .consumers(many), .consumers([1, 2])])
        }
        #expect(try plan([.partitions(many)]).cells.count == 1000)
    }

    @Test func noAxisIsOneCell() throws {
        let plan = try plan([], trials: 2)
        #expect(plan.cells.map(\.values) == [[]])
        #expect(plan.steps.count == 2)
    }

    @Test func filesAreDecoded() throws {
        let path = repository + "/Tests/UrrWorkloadTests/Cases/good/sweep.json"
        let sweep = try WorkloadFile.load(path: path, checks: WorkloadChecks()).spec.sweep
        #expect(
            sweep
                == SweepSpec(
                    partitions: [1, 3, 6, 12], consumers: [1, 2],
                    settings: [
                        SweepSetting(
                            path: "producers.0.arrivals.rate", values: ["1000", "2000000.0"]),
                        SweepSetting(path: "phases.measure", values: ["5s"]),
                    ], trials: 5))
    }
}
