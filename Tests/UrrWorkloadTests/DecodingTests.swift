import Testing
import UrrWorkload

@Suite struct DecodingTests {
    @Test func decodesEverything() throws {
        let path = repository + "/Tests/UrrWorkloadTests/Cases/good/full.json"
        let spec = try WorkloadFile.load(path: path, checks: WorkloadChecks()).spec
        #expect(spec.seed == .max)
        #expect(spec.phases == PhasesSpec(warmup: 500_000_000, measure: 60_000_000_000, drain: 0))
        #expect(
            spec.topics[0]
                == TopicSpec(
                    name: "payment-events", partitions: 3, capacityBytes: 64 << 20, records: 65536,
                    maximumMessageSize: 65536, whenFull: .overwrite, retention: 600_000_000_000,
                    retentionBytes: 32 << 20))
        let producer = spec.producers[0]
        #expect(
            producer.arrivals
                == ArrivalSpec(
                    .ramping(
                        startRate: 0,
                        stages: [
                            RampStage(target: 1000, duration: 10_000_000_000, name: "up"),
                            RampStage(target: 0.5, duration: 20_000_000_000, name: "stage-2"),
                        ]), variance: .poisson))
        #expect(producer.keys == .zipf(cardinality: 1000, exponent: 1.1))
        #expect(producer.partitioning == .key)
        #expect(producer.batch == BatchSpec(messages: 10, linger: 1_000_000))
        #expect(producer.instances == 4)
        #expect(spec.producers[1].target == .topic(1))
        #expect(spec.producers[1].messageSize == .uniform(minimum: 40, maximum: 1024))
        #expect(spec.producers[1].partitioning == .roundRobin)
        let consumer = spec.consumers[0]
        #expect(consumer.topicIndexes == [0, 1])
        #expect(consumer.commit == .automatic(interval: 1_000_000_000))
        #expect(consumer.autoOffsetReset == .latest)
        #expect(consumer.handler == .none)
        #expect(spec.consumers[1].serviceTime == .fixed(1_500_000))
        #expect(
            spec.workers == WorkersSpec(producers: 1, consumers: 2, pin: false, idle: .park))
        #expect(spec.segmentNames == ["up", "stage-2", "held", "burst"])
    }

    @Test func fillsInDefaults() throws {
        let spec = try decode(soundText).spec
        #expect(spec.seed == 42)
        #expect(
            spec.workers == WorkersSpec(producers: nil, consumers: nil, pin: true, idle: .yield))
        let topic = spec.topics[0]
        #expect(topic.whenFull == .backpressure)
        #expect(topic.maximumMessageSize == 256 << 10)
        // 1 MiB of messages of 256 bytes.
        #expect(topic.records == 4096)
        // Nothing is sent to the other one, so the smallest message counts: 1 MiB / 40, rounded up.
        #expect(spec.topics[1].records == 32768)
        #expect(spec.producers[0].partitioning == .key)
        #expect(spec.consumers[0].commit == .afterProcessing)
        #expect(spec.consumers[0].serviceTime == .fixed(0))
        #expect(spec.consumers[0].maxPollRecords == 500)
        #expect(spec.consumers[0].autoOffsetReset == .earliest)
    }

    @Test func derivedParametersGiveTheStatedQuantiles() throws {
        let size = "{\"mean\": 256, \"p99\": 1024}"
        let spec = try decode(
            soundText, ["producers.0.messageSize=\(size)"]
        ).spec
        guard case .lognormal(let mean, let sigma) = spec.producers[0].messageSize else {
            Issue.record("not log-normal")
            return
        }
        let sampler = SizeDistribution(
            .lognormal(mean: mean, sigma: sigma), maximumMessageSize: 1 << 20
        )
        .sampler(seed: 1, stream: "test")
        let sizes = (0..<20_000).map { sampler.byteCount($0) }.sorted()
        let average = Double(sizes.reduce(0, +)) / 20_000
        #expect(abs(average - 256) < 8)
        #expect(abs(Double(sizes[19_800]) - 1024) < 60)
    }

    /// The texts are what users see; they change on purpose only.
    @Test(arguments: [
        (
            "\"rate\": 1000", "\"rate\": -5",
            "producers[0].arrivals.rate: must be greater than 0, got -5"
        ),
        (
            "\"rate\": 1000", "\"rate\": 0",
            "producers[0].arrivals.rate: must be greater than 0, got 0"
        ),
        (
            "\"rate\": 1000", "\"rate\": 2e9",
            "producers[0].arrivals.rate: must be at most 1000000000, got 2e9"
        ),
        (
            "\"rate\": 1000", "\"rate\": \"fast\"",
            "producers[0].arrivals.rate: must be a number, got \"fast\""
        ),
        (
            "\"executor\": \"constant\"", "\"executor\": \"constnat\"",
            "producers[0].arrivals.executor: must be \"constant\", \"ramping\", \"spike\", \"burst\" "
                + "or \"closed\" (did you mean \"constant\"?), got \"constnat\""
        ),
        (
            "\"partitions\": 3", "\"partitions\": 0",
            "topics.payment-events.partitions: must be a whole number from 1 to 10000, got 0"
        ),
        (
            "\"partitions\": 3", "\"partition\": 3",
            "topics.payment-events.partition: unknown key; did you mean \"partitions\"?"
        ),
        (
            "\"capacity\": \"1MiB\"", "\"capacity\": \"3MiB\"",
            "topics.payment-events.capacity: must be a power of two "
                + "(next are 2097152 and 4194304), got \"3MiB\""
        ),
        (
            "\"messageSize\": 256", "\"messageSize\": 39",
            "producers[0].messageSize: must be at least 40 bytes, which the trace header of a "
                + "message takes (times, sequence, key, origin, checksum), got 39"
        ),
        (
            "\"messageSize\": 256", "\"messageSize\": 300000",
            "producers[0].messageSize: must be at most 262144 bytes, the maximumMessageSize of "
                + "\"payment-events\", got 300000"
        ),
        (
            "\"to\": \"payment-events\"", "\"to\": \"payments-events\"",
            "producers[0].to: must be a topic of this file; did you mean \"payment-events\"?, "
                + "got \"payments-events\""
        ),
        (
            "\"measure\": \"10s\"", "\"measure\": 10",
            "phases.measure: must be a duration such as \"5s\", \"200ms\" or \"100us\", got 10"
        ),
        (
            "\"measure\": \"10s\"", "\"measure\": \"0s\"",
            "phases.measure: must be longer than 0, got \"0s\""
        ),
        (
            "\"measure\": \"10s\"", "\"measure\": \"721h\"",
            "phases.measure: must be at most 720h, got \"721h\""
        ),
        (
            "\"measure\": \"10s\"", "\"warm\": \"10s\"",
            "phases.warm: unknown key; did you mean \"warmup\"?"
        ),
        ("\"name\": \"sample\",", "", "name: is required, got nothing"),
        (
            "\"name\": \"sample\",", "\"name\": \"sample\", \"queues\": {},",
            "queues: must have 1 to 1000 queues, got 0"
        ),
        (
            "\"name\": \"sample\",", "\"name\": \"sample\", \"name\": \"sample\",",
            "name: must be given only once, got it again"
        ),
        (
            "\"name\": \"sample\"", "\"name\": null",
            "name: must be a name of 1 to 249 letters, digits, '.', '_' or '-', got null"
        ),
        (
            "\"lost == 0\"", "\"lost = 0\"",
            "thresholds[0]: must use one of the operators < <= > >= == !=, got \"lost = 0\""
        ),
    ])
    func namesTheRuleAndTheValue(_ old: String, _ new: String, _ message: String) {
        #expect(problems(replacing: old, with: new).contains("sample.json: " + message))
    }

    @Test func reportsEverythingAtOnce() {
        let text = """
            {"nam": "x", "seed": -1, "phases": {"measure": "ten"}, "topics": {"t": {"partitions": 0}},
             "producers": [{"name": "p", "to": "u", "arrivals": {"executor": "constant", "rate": 0},
              "messageSize": 1}, {"name": "p", "to": "t", "arrivals": 5, "messageSize": 64}],
             "consumers": [{"group": "g", "from": [], "instances": 0}], "sweep": [],
             "thresholds": ["nonsense", 7]}
            """
        let lines = problems(text)
        let paths = lines.map { line in
            String(line.dropFirst("sample.json: ".count).prefix { $0 != ":" })
        }
        #expect(
            Set(paths) == [
                "nam", "name", "seed", "phases.measure", "topics.t.partitions", "producers[0].to",
                "producers[0].arrivals.rate", "producers[0].messageSize", "producers[1].arrivals",
                "producers[1].name", "consumers[0].from", "consumers[0].instances", "sweep",
                "thresholds[0]", "thresholds[1]",
            ])
        #expect(lines.count == 15)
    }

    @Test func boundsTheNumberOfProblems() {
        let extra = (0..<5000).map { "\"x\($0)\": 1" }.joined(separator: ",")
        let lines = problems("{\(extra)}")
        #expect(lines.count == 201)
        #expect(lines.last == "sample.json: and 4804 more problems")
    }

    @Test func syntaxErrorsHaveAPlace() {
        #expect(problems("{\n \"name\": }") == ["sample.json:2:10: expected a value, got \"}\""])
    }

    @Test func problemsKnowTheirPlace() throws {
        let text = soundText.replacingCharacters(
            try #require(soundText.firstRange(of: "\"rate\": 1000")), "\"rate\": -5")
        let error = #expect(throws: WorkloadFileError.self) { try decode(text) }
        let problem = try #require(error?.problems.first)
        #expect(problem.place?.line == 12)
        #expect(
            problem.path.components == [
                .key("producers"), .index(0), .key("arrivals"), .key("rate"),
            ])
    }

    @Test func longValuesAreCut() {
        let long = String(repeating: "x", count: 100_000)
        let lines = problems(replacing: "\"constant\"", with: "\"\(long)\"")
        #expect(lines.count == 1)
        #expect(lines[0].count < 300)
    }

    @Test func notesIdleMembersAndClampedSizes() throws {
        let loaded = try decode(
            soundText,
            [
                "consumers.0.instances=5",
                "producers.0.messageSize={\"mean\": 64, \"sigma\": 1}",
            ])
        #expect(loaded.notes.count == 2)
        #expect(
            loaded.notes[0]
                == "2 of 5 members of ticket-service-group stay idle: its topics have at most 3 partitions"
        )
        // P(size < 40) = Phi((ln 40 - ln 64 + 1/2) / 1) = Phi(0.03)
        #expect(
            loaded.notes[1]
                == "51.2 % of the message sizes of payment-service are clamped to 40 or 262144 bytes"
        )
        #expect(try decode(soundText).notes == [])
    }
}
