import Testing
import UrrAnalysis
import UrrResults

struct CapacityArithmeticTests {
    private func load(
        peak: Double = 10_000, serviceNs: Double = 1e6, concurrency: Int = 1, share: Double = 0
    ) -> PlanLoadRecord {
        PlanLoadRecord(
            peakPerSecond: peak, groupPeakPerSecond: peak, peakAtNs: 0, scale: 1,
            messages: 100_000, baselinePerSecond: 100, serviceNs: serviceNs,
            concurrency: concurrency, messageBytes: 168, hottestKeyShare: share)
    }

    /// The example of every rule of thumb: 10,000/s over 1,000/s.
    @Test func consumersAreThePeakOverTheRateOfOne() {
        func count(_ peak: Double, _ service: Double, _ slots: Int = 1) -> Int {
            CapacityArithmetic.consumers(
                peakPerSecond: peak, serviceNs: service, concurrency: slots)
        }
        #expect(count(10_000, 1e6) == 10)
        #expect(count(10_001, 1e6) == 11)
        #expect(count(10_000, 1e6, 4) == 3)
        #expect(count(10_000, 0) == 1)
        #expect(count(1e9, 3600e9) == 1_000_000_000)
    }

    @Test func theHottestKeyCapsTheRate() throws {
        let cap = try #require(
            CapacityArithmetic.keyCap(share: 0.2, serviceNs: 1e6, concurrency: 1))
        // A fifth of 5,000/s is the 1,000/s that one consumer does.
        #expect(abs(cap - 5000) < 1e-6)
        #expect(CapacityArithmetic.keyCap(share: 0, serviceNs: 1e6, concurrency: 1) == nil)
        #expect(CapacityArithmetic.keyCap(share: 0.2, serviceNs: 0, concurrency: 1) == nil)
    }

    @Test func aDayHasOneRushAndTheInitialRate() {
        let storage = CapacityArithmetic.storage(
            load(), measureNs: 400_000_000_000, indexBytes: 32, replication: 3,
            retentionNs: 2 * 86_400_000_000_000)
        #expect(storage.storedBytesPerMessage == 200)
        #expect(storage.messagesPerDay == 100_000 + 100 * 86_000)
        #expect(storage.bytesPerDay == 8_700_000 * 200 * 3)
        #expect(storage.retainedBytes == 2 * storage.bytesPerDay)
    }

    @Test func theNarrowestCauseIsTheBottleneck() {
        func kind(
            _ consumers: Int, _ partitions: Int?, heaviest: Double?, share: Double = 0
        ) -> PlanBottleneckRecord.Kind {
            CapacityArithmetic.bottleneck(
                load(share: share), size: PlanSize(consumers: consumers, partitions: partitions),
                heaviestPartition: heaviest
            ).kind
        }
        #expect(kind(10, 40, heaviest: 0.026) == .consumers)
        // Two partitions of eleven are nearly twice a tenth.
        #expect(kind(10, 11, heaviest: 0.1) == .division)
        #expect(kind(10, 10, heaviest: 0.2) == .partition)
        #expect(kind(10, 10, heaviest: 0.21, share: 0.2) == .key)
        #expect(kind(10, nil, heaviest: nil, share: 0.2) == .key)
        #expect(kind(10, nil, heaviest: nil, share: 0.01) == .consumers)
    }

    @Test func loadsAreSharesOfWhatCanBeHandled() {
        let found = CapacityArithmetic.bottleneck(
            load(concurrency: 2, share: 0.1), size: PlanSize(consumers: 10, partitions: 20),
            heaviestPartition: 0.12)
        #expect(abs(found.consumers - 0.5) < 1e-9)
        #expect(abs((found.partition ?? 0) - 0.6) < 1e-9)
        #expect(abs(found.key - 0.5) < 1e-9)
    }
}
