import Testing
import UrrWorkload

@Suite struct RulesTests {
    @Test func memoryIsNamedInBytes() throws {
        let spec = try decode(soundText).spec
        // Two topics: 3 * (1 MiB + 4096 * 32 B) + (1 MiB + 32768 * 32 B).
        let bytes = 3 * (1_048_576 + 131_072) + 1_048_576 + 1_048_576
        #expect(spec.logBytes == bytes)
        #expect(problems(soundText, checks: WorkloadChecks(availableBytes: bytes)) == [])
        #expect(
            problems(soundText, checks: WorkloadChecks(availableBytes: bytes - 1)) == [
                "sample.json: topics: the logs must fit into the \(bytes - 1) bytes of available "
                    + "memory, got \(bytes) bytes"
            ])
    }

    @Test func hugeTopicsDoNotOverflow() {
        let topics = "topics={\"payment-events\":{\"partitions\":10000,\"capacity\":\"1TiB\"}}"
        let lines = problems(soundText, [topics], checks: WorkloadChecks(availableBytes: 1 << 40))
        #expect(lines.count == 1)
        #expect(lines.first?.contains("must fit into") == true)
    }

    @Test func metricsAreCheckedByTheCaller() throws {
        let checks = WorkloadChecks(isKnownMetric: { metric, groups, segments in
            #expect(groups == ["ticket-service-group"])
            #expect(segments == ["constant"])
            return (metric == "lost", ["lost", "lag"])
        })
        #expect(problems(soundText, checks: checks) == [])
        #expect(
            problems(soundText, ["thresholds=[\"lots == 0\"]"], checks: checks) == [
                "sample.json: thresholds[0]: must name a metric (did you mean \"lost\" or \"lag\"?), "
                    + "got \"lots\" (set by thresholds=[\"lots == 0\"])"
            ])
        let spec = try decode(soundText).spec
        #expect(spec.validate { _, _, _ in (false, []) }.count == 1)
    }

    @Test func handlersAreCheckedByTheCaller() {
        let checks = WorkloadChecks(handlers: ["ticket-service", "stats-service"])
        #expect(problems(soundText, ["consumers.0.handler=stats-service"], checks: checks) == [])
        let lines = problems(soundText, ["consumers.0.handler=stat-service"], checks: checks)
        #expect(lines.first?.contains("did you mean \"stats-service\"?") == true)
        #expect(problems(soundText, ["consumers.0.handler=anything"]) == [])
    }

    @Test func timelinesMustFit() {
        let spike =
            "{\"executor\":\"spike\",\"baseline\":1,\"peak\":2,\"at\":\"5s\",\"rise\":\"1s\","
            + "\"hold\":\"2s\",\"decay\":\"2s\"}"
        #expect(problems(soundText, ["producers.0.arrivals=\(spike)"]) == [])
        let lines = problems(
            soundText, ["producers.0.arrivals=\(spike)", "producers.0.arrivals.hold=2001ms"])
        #expect(
            lines.first?.hasPrefix(
                "sample.json: producers[0].arrivals: at + rise + hold + decay must be at most the "
                    + "measure phase of 10s, got 10001ms") == true)
    }

    @Test func specsMadeInCodeAreCheckedToo() {
        let producer = ProducerSpec(
            name: "p", to: "t", arrivals: ArrivalSpec(.constant(rate: 1)),
            messageSize: .fixed(5000), partitioning: .partition(1))
        let spec = WorkloadSpec(
            name: "code", phases: PhasesSpec(measure: 1),
            topics: [TopicSpec(name: "t", capacityBytes: 4096)], producers: [producer, producer])
        let paths = spec.problems().map(\.path.description)
        #expect(
            paths == [
                "producers[1].name", "producers[0].messageSize",
                "producers[0].partitioning.partition", "producers[1].messageSize",
                "producers[1].partitioning.partition",
            ])
    }
}
