import Testing
import UrrWorkload

@Suite struct OverrideTests {
    @Test(arguments: [
        "producers.0.arrivals.rate=2e6", "producers[0].arrivals.rate=2e6",
        "producers.payment-service.arrivals.rate=2000000",
        "producers[payment-service].arrivals.rate=2e6",
        "producers.0.arrivals={\"executor\": \"constant\", \"rate\": 2000000}",
    ])
    func replacesARate(_ text: String) throws {
        let loaded = try decode(soundText, [text])
        #expect(loaded.spec.producers[0].arrivals == ArrivalSpec(.constant(rate: 2e6)))
        // What is stored is what was checked.
        let again = try decode(loaded.document.prettyText)
        #expect(again.spec == loaded.spec)
    }

    @Test func replacesByNameWithDots() throws {
        let spec = try decode(soundText, ["topics.ticket.events.partitions=12"]).spec
        #expect(spec.topics.map(\.partitions) == [3, 12])
    }

    @Test func addsAndRemovesMembers() throws {
        let added = try decode(
            soundText,
            [
                "seed=7", "workers.producers=2", "topics.payment-events.retention=1m",
                "consumers.ticket-service-group.instances=3",
                "topics.new={\"partitions\": 2, \"capacity\": 4096}",
            ]
        ).spec
        #expect(added.seed == 7)
        #expect(added.workers.producers == 2)
        #expect(added.topics[0].retention == 60_000_000_000)
        #expect(added.consumers[0].instances == 3)
        #expect(added.topics.map(\.name) == ["payment-events", "ticket.events", "new"])
        #expect(try decode(soundText, ["thresholds=null"]).spec.thresholds == [])
    }

    @Test func laterOnesWin() throws {
        #expect(try decode(soundText, ["seed=1", "seed=2"]).spec.seed == 2)
    }

    @Test(arguments: [
        (
            "topics.payment-event.partitions=12",
            "override \"topics.payment-event.partitions=12\": no topic \"payment-event\"; did you "
                + "mean \"payment-events\"?"
        ),
        (
            "producers.7.instances=2",
            "override \"producers.7.instances=2\": producers has 1 elements, none of them \"7\""
        ),
        (
            "producers.payment-servce.instances=2",
            "override \"producers.payment-servce.instances=2\": producers has no "
                + "\"payment-servce\"; did you mean \"payment-service\"?"
        ),
        (
            "producers.0.messageSize.fixed=64",
            "override \"producers.0.messageSize.fixed=64\": producers[0].messageSize is a number, "
                + "which has no part \"fixed\""
        ),
        (
            "phase.measure=5s",
            "phase: unknown key; did you mean \"phases\"? (set by phase.measure=5s)"
        ),
        (
            "producers.0.arrivals.rte=5",
            "producers[0].arrivals.rte: unknown key; did you mean \"rate\"? "
                + "(set by producers.0.arrivals.rte=5)"
        ),
        (
            "producers.0.arrivals.rate=-5",
            "producers[0].arrivals.rate: must be greater than 0, got -5 "
                + "(set by producers.0.arrivals.rate=-5)"
        ),
        (
            "producers.0.arrivals.rate=1e999",
            "producers[0].arrivals.rate: must be a number, got \"1e999\" "
                + "(set by producers.0.arrivals.rate=1e999)"
        ),
    ])
    func namesWhatIsWrong(_ text: String, _ message: String) {
        #expect(problems(soundText, [text]).contains("sample.json: " + message))
    }

    @Test(arguments: [
        ("seed", "must have the form path=value"), ("=5", "must have the form path=value"),
        ("", "must have the form path=value"), ("a..b=5", "has an empty part in its path"),
        (".a=5", "has an empty part in its path"),
        (String(repeating: "a.", count: 100) + "a=5", "has too many parts in its path"),
    ])
    func refusesWhatHasNoPath(_ text: String, _ reason: String) {
        let error = #expect(throws: OverrideError.self) { try Override(text) }
        #expect(error?.reason == reason)
    }

    @Test func reportsAllOfThem() {
        #expect(problems(soundText, ["topics.a.b=1", "producers.x.y=2"]).count == 2)
    }
}
