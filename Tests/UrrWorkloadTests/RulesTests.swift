import Synchronization
import Testing
import UrrWorkload

@Suite struct RulesTests {
    @Test func memoryIsNamedInBytes() throws {
        let spec = try decode(soundText).spec
        // Two topics: 3 * (1 MiB + 4096 * 32 B) + (1 MiB + 32768 * 32 B).
        let bytes = 3 * (1_048_576 + 131_072) + 1_048_576 + 1_048_576
        #expect(spec.logBytes == bytes)
        let all = bytes + spec.bookBytes
        #expect(problems(soundText, checks: WorkloadChecks(availableBytes: all)) == [])
        #expect(
            problems(soundText, checks: WorkloadChecks(availableBytes: bytes - 1)) == [
                "sample.json: topics: the logs must fit into the \(bytes - 1) bytes of available "
                    + "memory, got \(bytes) bytes"
            ])
    }

    /// What a file can ask for beside the logs is refused before the machine is out of memory.
    @Test(
        arguments: [
            (
                ["producers.0.instances=60000"], "a sequence number for each"
            ),
            (
                [
                    #"producers.0.arrivals={"executor":"closed","inFlight":1000000}"#,
                    "producers.0.instances=1000",
                ], "the messages in flight"
            ),
            (
                [
                    #"producers.0.fallback={"records":16777216,"batch":10,"every":"1s"}"#,
                    "workers.producers=64",
                ], "the records of failed sends"
            ),
            (
                [
                    "consumers.0.guarantee=exactly-once-effects",
                    #"consumers.0.idempotency={"store":"memory","capacity":1073741824}"#,
                ], "the keys of the store"
            ),
            (
                [#"producers.0.keys={"distribution":"zipf","cardinality":10000000,"exponent":1}"#],
                "the keys"
            ),
        ] as [([String], String)])
    func whatARunKeepsMustFitIntoMemory(_ overrides: [String], _ what: String) {
        let room = what == "the keys" ? 300 << 20 : 6 << 30
        let topic = "{\"partitions\":10000,\"capacity\":\"4KiB\",\"records\":16}"
        let lines = problems(
            soundText, ["topics.payment-events=\(topic)"] + overrides,
            checks: WorkloadChecks(availableBytes: room))
        #expect(lines.count == 1, "\(lines)")
        #expect(lines.first?.contains(": \(what)") == true, "\(lines)")
        #expect(lines.first?.contains("must fit into the") == true, "\(lines)")
    }

    @Test func sumsOverAllEntriesAreBounded() {
        let producers = ["a", "b"].map {
            #"{"name":"\#($0)","to":"payment-events","instances":40000,"messageSize":64,"#
                + #""arrivals":{"executor":"constant","rate":1}}"#
        }
        let sum = "all instances together must be at most 65535, got 80000"
        let instances = problems(soundText, ["producers=[\(producers.joined(separator: ","))]"])
        #expect(instances.contains { $0.contains(sum) }, "\(instances)")
        let groups = (0..<1000).map { #"{"group":"g\#($0)","from":["payment-events"]}"# }
        let stages = (0..<100).map { #"{"name":"s\#($0)","target":1,"duration":"1ms"}"# }
        let arrivals =
            #"{"executor":"ramping","startRate":1,"stages":[\#(stages.joined(separator: ","))]}"#
        let lines = problems(
            soundText,
            ["consumers=[\(groups.joined(separator: ","))]", "producers.0.arrivals=\(arrivals)"])
        #expect(lines.contains { $0.contains("consumers: groups times stages must be") })
    }

    /// Looking for names takes long; a file with very many wrong ones must not stop the program.
    @Test func namesAreSuggestedForTheFirstUnknownMetricsAlone() {
        let thresholds = (0..<300).map { "\"group\($0).lots == 0\"" } + ["\"lost == 0\""]
        let asked = Mutex(0)
        let checks = WorkloadChecks(isKnownMetric: { metric, _, _, _ in
            (
                metric == "lost",
                {
                    asked.withLock { $0 += 1 }; return ["lost"]
                }
            )
        })
        let lines = problems(
            soundText, ["thresholds=[\(thresholds.joined(separator: ","))]"], checks: checks)
        #expect(lines.count > 100)
        #expect(asked.withLock { $0 } == 20)
    }

    /// A password gets into no message, whatever is wrong with where it stands.
    @Test(arguments: [
        #"consumers.0.idempotency={"store":"postgres","address":"postgresql://u:secret@h/d"}"#,
        "consumers.0.idempotency=postgresql://u:secret@h/d",
        "consumers.0.idempotency.adress=postgresql://u:secret@h/d",
        "consumers.0.idempotency=host=h password=secret",
        "consumers.0.idempotency.a.b=redis://:sec@ret/secret@h/0",
        "consumers.9.x=redis://:secret@h",
    ])
    func passwordsAreNotShown(_ override: String) {
        let lines = problems(
            soundText, ["consumers.0.guarantee=exactly-once-effects", override]
        )
        #expect(!lines.isEmpty)
        #expect(!lines.joined().contains("sec"), "\(lines)")
    }

    @Test(arguments: [
        ("postgresql://u:secret@h:1/d", "postgresql://u:***@h:1/d"),
        ("a=redis://:s@c/r@h/0 b", "a=redis://:***@h/0 b"),
        ("{\"x\":\"redis://:s@h\",\"y\":\"z@w\"}", "{\"x\":\"redis://:***@h\",\"y\":\"z@w\"}"),
        ("host=h PASSWORD=s&sslmode=x", "host=h PASSWORD=***&sslmode=x"),
        ("postgresql://user@h/d", "postgresql://user@h/d"), ("a=b://", "a=b://"),
        ("password=", "password="), ("h\u{e9}=\u{1F600}", "h\u{e9}=\u{1F600}"),
    ])
    func credentialsAreLeftOut(_ text: String, _ shown: String) {
        #expect(withoutCredentials(text) == shown)
    }

    @Test func hugeTopicsDoNotOverflow() {
        let topics = "topics={\"payment-events\":{\"partitions\":10000,\"capacity\":\"1TiB\"}}"
        let lines = problems(soundText, [topics], checks: WorkloadChecks(availableBytes: 1 << 40))
        #expect(lines.count == 1)
        #expect(lines.first?.contains("must fit into") == true)
    }

    @Test func metricsAreCheckedByTheCaller() throws {
        let checks = WorkloadChecks(isKnownMetric: { metric, groups, segments, _ in
            #expect(groups == ["ticket-service-group"])
            #expect(segments == ["constant"])
            return (metric == "lost", { ["lost", "lag"] })
        })
        #expect(problems(soundText, checks: checks) == [])
        #expect(
            problems(soundText, ["thresholds=[\"lots == 0\"]"], checks: checks) == [
                "sample.json: thresholds[0]: must name a metric (did you mean \"lost\" or \"lag\"?), "
                    + "got \"lots\" (set by thresholds=[\"lots == 0\"])"
            ])
        let spec = try decode(soundText).spec
        #expect(spec.validate { _, _, _, _ in (false, { [] }) }.count == 1)
    }

    @Test func handlersAreServicesThatExist() {
        let lines = problems(soundText, ["consumers.0.handler=stat-service"])
        #expect(lines.first?.contains("did you mean \"stats-service\"?") == true)
        #expect(
            problems(soundText, ["consumers.0.handler=stats-service"]) == [
                "sample.json: consumers[0].handler: must be given only for what carries events, got "
                    + "\"stats-service\" (set by consumers.0.handler=stats-service)"
            ])
        let events = "producers.0.events={\"service\":\"payment-service\"}"
        #expect(problems(soundText, [events, "consumers.0.handler=stats-service"]) == [])
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

/// A queue with a dead-letter queue, a producer and workers.
private let queueText = """
    {
      "name": "sample",
      "phases": {"measure": "10s"},
      "queues": {
        "tickets.fifo": {"redrive": {"maxReceiveCount": 3, "deadLetterQueue": "dead.fifo"}},
        "dead.fifo": {"retention": "60s"}
      },
      "producers": [
        {
          "name": "door",
          "to": "tickets.fifo",
          "arrivals": {"executor": "burst", "size": 100, "every": "1s"},
          "messageSize": 256
        }
      ],
      "consumers": [{"group": "workers", "from": ["tickets.fifo"]}]
    }
    """

@Suite struct QueueRulesTests {
    @Test func defaultsAreThoseOfSQS() throws {
        let spec = try decode(queueText).spec
        let queue = spec.queues[0]
        #expect(queue.fifo && queue.visibilityTimeout == 30_000_000_000)
        #expect(queue.deduplicationWindow == 300_000_000_000 && queue.delay == 0)
        #expect(queue.retention == 345_600_000_000_000 && queue.maximumMessageSize == 262_144)
        #expect(queue.inFlightLimit == 120_000 && !queue.contentBasedDeduplication)
        #expect(queue.redrive?.deadLetterQueueIndex == 1 && queue.redrive?.maxReceiveCount == 3)
        #expect(spec.producers[0].target == .queue(0))
        #expect(spec.producers[0].batch.messages == 10)
        let receiving = try #require(spec.consumers[0].receiving)
        #expect(receiving.batch == 10 && receiving.deleteBatch == 10)
        #expect(receiving.waitTime == 20_000_000_000 && receiving.retryAfter == nil)
        #expect(receiving.faults == WorkerFaultSpec())
        #expect(spec.verification == .header)
    }

    private func expect(
        _ overrides: [String], _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let lines = problems(queueText, overrides)
        #expect(lines.count == 1, "\(lines)", sourceLocation: sourceLocation)
        #expect(
            lines.first?.hasPrefix("sample.json: " + text) == true, "\(lines)",
            sourceLocation: sourceLocation)
    }

    @Test func referencesAreCheckedAndSuggested() {
        expect(
            ["producers.0.to=ticket.fifo"],
            "producers[0].to: must be a topic or queue of this file; did you mean "
                + "\"tickets.fifo\"?, got \"ticket.fifo\"")
        expect(
            ["queues.tickets.fifo.redrive.deadLetterQueue=ded.fifo"],
            "queues.tickets.fifo.redrive.deadLetterQueue: must be a queue of this file; did you "
                + "mean \"dead.fifo\"?, got \"ded.fifo\"")
    }

    @Test func circlesAreFound() {
        expect(
            ["queues.tickets.fifo.redrive.deadLetterQueue=tickets.fifo"],
            "queues.tickets.fifo.redrive.deadLetterQueue: must not lead back to this queue, "
                + "got \"tickets.fifo\"")
    }

    @Test func keysForTheOtherKindAreRefused() {
        expect(
            ["consumers.0.commit=automatic"],
            "consumers[0].commit: must be given only for topics")
        expect(
            ["producers.0.partitioning=round-robin"],
            "producers[0].partitioning: must be given only for a topic")
        let lines = problems(soundText, ["consumers.0.failureRate=0.1"])
        #expect(lines.count == 1)
        #expect(
            lines.first?.hasPrefix(
                "sample.json: consumers[0].failureRate: must be given only for a queue") == true)
    }

    @Test func limitsAreThoseOfSQS() {
        expect(
            ["producers.0.batch={\"messages\": 11}"],
            "producers[0].batch.messages: must be at most 10 to a queue, got 11")
        expect(
            ["queues.tickets.fifo.visibilityTimeout=12.5h"],
            "queues.tickets.fifo.visibilityTimeout: must be at most 12h, got \"12.5h\"")
        expect(
            ["consumers.0.batch=0"],
            "consumers[0].batch: must be a whole number from 1 to 10, got 0")
    }

    @Test func unusedQueuesAreNoted() throws {
        #expect(try decode(queueText).notes == [])
        let loaded = try decode(queueText, ["consumers=[]"])
        #expect(loaded.notes == ["nobody receives from tickets.fifo"])
    }
}
