import Testing
import UrrWorkload

/// Whatever bytes come, the answer is a workload or an error: a trap would end the test process.
@Suite struct HostileInputTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func mutatedFilesNeverTrap(_ seed: UInt64) {
        var random = TestRandom(state: seed)
        let directory = repository + "/Tests/UrrWorkloadTests/Cases/good"
        let files = jsonFiles(directory).map(fileBytes)
        var accepted = 0
        for _ in 0..<400 {
            var bytes = files[Int.random(in: 0..<files.count, using: &random)]
            for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&bytes, &random) }
            if (try? WorkloadFile.decode(bytes, displayName: "fuzz", checks: WorkloadChecks()))
                != nil
            {
                accepted += 1
            }
        }
        // Mutations in texts and numbers leave some files sound: the decoder was reached.
        #expect(accepted > 0)
        #expect(accepted < 400)
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout TestRandom) {
        let interesting =
            Array("{}[]\",:-+.eE0123456789\\unmshKiB \n\t\0".utf8) + [0xff, 0xc3, 0xed]
        let numbers = [
            "1e999", "-1", "1e308", "9223372036854775808", "0.1e-400", "18446744073709551616",
        ]
        guard !bytes.isEmpty else { return }
        let at = Int.random(in: 0..<bytes.count, using: &random)
        let upTo = min(bytes.count, at + Int.random(in: 1...20, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[at] = interesting.randomElement(using: &random) ?? 0
        case 2: bytes.removeSubrange(at..<upTo)
        case 3: bytes.insert(contentsOf: bytes[at..<upTo], at: at)
        case 4: bytes.insert(contentsOf: (numbers.randomElement(using: &random) ?? "").utf8, at: at)
        default: bytes.removeSubrange(upTo...)
        }
    }

    @Test func mutatedOverridesNeverTrap() {
        var random = TestRandom(state: 5)
        let parts = [
            "topics", "payment-events", ".", ".", "=", "[", "]", "0", "producers", "-1", "null",
            "{}", "[1]", "\"", "arrivals", "rate", "1e999", "99999999999999999999", "é", " ",
        ]
        var applied = 0
        for _ in 0..<1000 {
            let count = Int.random(in: 1...9, using: &random)
            let text = (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
            guard let override = try? Override(text) else { continue }
            applied += 1
            _ = try? WorkloadFile.decode(
                Array(soundText.utf8), displayName: "fuzz", overrides: [override],
                checks: WorkloadChecks())
            _ = try? WorkloadFile.decode(
                Array("7".utf8), displayName: "fuzz", overrides: [override],
                checks: WorkloadChecks())
        }
        #expect(applied > 100)
    }

    /// What passes the checks can be sampled: no number that the decoder lets through traps later.
    @Test func extremeButSoundValuesCanBeSampled() throws {
        let extremes = [
            "producers.0.arrivals.rate=1e9", "producers.0.arrivals.rate=5e-324",
            "producers.0.arrivals={\"executor\":\"burst\",\"size\":1000000000,\"every\":\"720h\"}",
            "producers.0.arrivals={\"executor\":\"burst\",\"size\":1,\"every\":\"1ns\"}",
            "producers.0.arrivals={\"executor\":\"ramping\",\"startRate\":0,\"stages\":"
                + "[{\"target\":1e9,\"duration\":\"1ns\"},{\"target\":0,\"duration\":\"9s\"}]}",
            "producers.0.arrivals={\"executor\":\"ramping\",\"startRate\":0,\"stages\":"
                + "[{\"target\":1e-300,\"duration\":\"1s\"}]}",
            "producers.0.keys={\"distribution\":\"zipf\",\"cardinality\":1,\"exponent\":20}",
            "producers.0.keys={\"distribution\":\"zipf\",\"cardinality\":1000,\"exponent\":20}",
            "producers.0.messageSize={\"mean\":40,\"sigma\":5}",
            "consumers.0.serviceTime={\"distribution\":\"lognormal\",\"mean\":\"1h\",\"sigma\":5}",
            "consumers.0.serviceTime={\"distribution\":\"lognormal\",\"p50\":\"1ns\",\"p99\":\"1h\"}",
            "consumers.0.serviceTime={\"distribution\":\"exponential\",\"mean\":\"1h\"}",
        ]
        for text in extremes {
            for variance in ["uniform", "poisson"] {
                let spec = try decode(
                    soundText, [text, "producers.0.arrivals.variance=\(variance)"]
                ).spec
                sample(WorkloadSamplers(spec), spec)
            }
        }
    }

    private func sample(_ samplers: WorkloadSamplers, _ spec: WorkloadSpec) {
        for phase in ArrivalPhase.allCases {
            let schedule = samplers.producers[0].schedule(phase)
            let keys = samplers.producers[0].keySampler(phase)
            let sizes = samplers.producers[0].sizeSampler(phase)
            var cursor = schedule.makeCursor()
            for _ in 0..<300 where !cursor.isFinished {
                #expect((0..<schedule.length).contains(cursor.intended))
                #expect(Int(keys.keyIndex(cursor.index)) < spec.producers[0].keys.cardinality)
                #expect(
                    (40...spec.topics[0].maximumMessageSize).contains(
                        sizes.byteCount(cursor.index)))
                let time = samplers.serviceTimes[0].duration(cursor.index)
                #expect((0...3_600_000_000_000).contains(time))
                cursor.advance()
            }
        }
    }
}
