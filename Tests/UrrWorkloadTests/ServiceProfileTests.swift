import Testing
import UrrTestSupport

@testable import UrrWorkload

struct ServiceProfileTests {
    private static let shipped = WorkloadFile.availableNames(
        Repository.url("workloads/profiles").path)

    private func load(_ name: String) throws(WorkloadFileError) -> ServiceProfile {
        try ProfileFile.load(name, workloadsDirectory: Repository.url("workloads").path)
    }

    private func problems(_ text: String) -> [String] {
        do throws(WorkloadFileError) {
            _ = try ProfileFile.decode(Array(text.utf8), displayName: "p.json")
            return []
        } catch {
            return "\(error)".split(separator: "\n").map(String.init)
        }
    }

    @Test func thereIsOneForEachService() {
        #expect(
            Self.shipped == [
                "kafka", "msk", "nats", "redis", "redpanda", "sqs-fifo-high-throughput",
                "sqs-fifo",
            ])
    }

    @Test(arguments: shipped)
    func everyShippedProfileHasItsSources(name: String) throws {
        let profile = try load(name)
        #expect(profile.name == name)
        #expect(!profile.quotas.isEmpty)
        for quota in profile.quotas {
            #expect(quota.source.hasPrefix("https://") && quota.limit > 0)
            #expect(!quota.remark.isEmpty)
        }
    }

    @Test func theQueuesInFlightQuotaIsTheVendors() throws {
        for name in ["sqs-fifo", "sqs-fifo-high-throughput"] {
            let quota = try load(name).quotas.first { $0.quantity == .inFlight }
            #expect(quota?.limit == 120_000)
        }
    }

    @Test func allProblemsAreToldAtOnce() {
        let found = problems(
            """
            {"name": "a b", "titel": "x", "replication": 0, "quotas": [
              {"quantity": "inFlite", "limit": -1, "strictness": "soft", "source": "ftp://x",
               "date": "2026-13-01"},
              {"quantity": "partitionsPerBroker", "limit": 10, "strictness": "hard",
               "source": "https://example.com/quotas", "date": "2026-11-21"}]}
            """)
        for text in [
            "name: must be a name", "titel: unknown key", "title: is required",
            "replication: must be a whole number from 1 to 100",
            "quotas[0].quantity: must be", "got \"inFlite\"",
            "quotas[0].limit", "quotas[0].strictness", "quotas[0].source: must be an address",
            "quotas[0].date: must be a date", "brokers: is required with a quota of",
        ] {
            #expect(found.contains { $0.contains(text) }, "\(text) in \(found)")
        }
    }

    @Test func aQuantityIsLimitedOnce() {
        let quota =
            "{\"quantity\": \"memory\", \"limit\": \"1GiB\", \"strictness\": \"hard\", "
            + "\"source\": \"https://example.com/quotas\", \"date\": \"2026-11-21\"}"
        let found = problems(
            "{\"name\": \"a\", \"title\": \"A\", \"quotas\": [\(quota), \(quota)]}")
        #expect(found.count == 1)
        #expect(found.first?.contains("quotas[1].quantity: must differ") == true)
    }

    @Test(arguments: ["{", "[]", "{}", "", "\u{0}"])
    func otherFilesAreRefused(text: String) { #expect(!problems(text).isEmpty) }

    @Test func anUnknownNameSaysWhatWasMeant() {
        #expect {
            _ = try load("sqs-fifi")
        } throws: { error in
            "\(error)".contains("did you mean \"sqs-fifo\"")
        }
    }

    // MARK: Shares

    private func producer(_ keys: KeySpec, _ partitioning: Partitioning = .key) -> ProducerSpec {
        ProducerSpec(
            name: "p", to: "t", arrivals: ArrivalSpec(.constant(rate: 1)), keys: keys,
            messageSize: .fixed(64), partitioning: partitioning)
    }

    @Test func theHottestKeyOfEachDistribution() {
        #expect(KeyShares.hottest(.none) == 0)
        #expect(KeyShares.hottest(.fixed) == 1)
        #expect(KeyShares.hottest(.uniform(cardinality: 50)) == 0.02)
        // 1 / (1 + 1/2 + 1/3)
        let zipf = KeyShares.hottest(.zipf(cardinality: 3, exponent: 1))
        #expect(abs(zipf - 6.0 / 11) < 1e-12)
    }

    /// Shares are those of the keys that really go there.
    @Test(arguments: [KeySpec.zipf(cardinality: 1000, exponent: 1.1), .uniform(cardinality: 7)])
    func partitionsGetTheSharesOfTheirKeys(keys: KeySpec) {
        let shares = KeyShares.ofPartitions(producer(keys), partitions: 5)
        let distribution = KeyDistribution(keys)
        let sampler = distribution.sampler(seed: 3, stream: "s")
        var counts = [Double](repeating: 0, count: 5)
        for message in 0..<UInt64(100_000) {
            let hash = distribution.keys.hash(sampler.keyIndex(message))
            counts[Int(hash & 0x7fff_ffff) % 5] += 1e-5
        }
        for (share, count) in zip(shares, counts) { #expect(abs(share - count) < 0.01) }
        #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
    }

    @Test func withoutKeysPartitionsAreEven() {
        #expect(
            KeyShares.ofPartitions(producer(.none, .roundRobin), partitions: 4)
                == [0.25, 0.25, 0.25, 0.25])
        #expect(KeyShares.ofPartitions(producer(.none, .partition(1)), partitions: 2) == [0, 1])
        let many = KeyShares.ofPartitions(producer(.uniform(cardinality: 1_000_000)), partitions: 2)
        #expect(many == [0.5, 0.5])
    }

    // MARK: Scaling

    @Test func everyCurveScalesToItsMultiple() {
        let curves: [ArrivalSpec.Executor] = [
            .constant(rate: 100),
            .ramping(
                startRate: 10,
                stages: [RampStage(target: 50, duration: 1_000_000_000, name: "up")]),
            .spike(
                SpikeShape(
                    baseline: 10, peak: 200, at: 100_000_000, rise: 200_000_000,
                    hold: 300_000_000, decay: 100_000_000)),
            .burst(BurstShape(size: 500, every: 100_000_000)),
            .burst(BurstShape(size: 3, every: 10_000_000)),
        ]
        for curve in curves {
            func count(_ spec: ArrivalSpec) -> Double {
                ArrivalSchedule(
                    spec, phase: .measure, length: 2_000_000_000, seed: 1, producer: "p"
                ).expectedCount
            }
            let before = count(ArrivalSpec(curve))
            let after = count(ArrivalSpec(curve).scaled(by: 2.5))
            #expect(abs(after / before - 2.5) < 0.02, "\(curve.name): \(before) \(after)")
        }
    }

    @Test(arguments: ["", "0", "-1", "5/m", "1e10", "x", "5 /s"])
    func ratesThatAreNone(text: String) { #expect(QuantityText.rate(text) == nil) }

    @Test func ratesWithAndWithoutUnit() {
        #expect(QuantityText.rate("500000/s") == 500_000)
        #expect(QuantityText.rate("5e5") == 500_000)
    }
}
