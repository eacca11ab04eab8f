import Testing
import UrrMeasure
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// What somebody sees who follows a run.
struct ObserverTests {
    private final class Follower: RunObserver {
        struct Seen {
            var state: RunState
            var from: Nanoseconds
            var to: Nanoseconds
            var offeredRate: Double
            var sent: UInt64
            var handled: UInt64
            var lag: Int64?
            var tags: [String: UInt64]
            var responseMaximum: Nanoseconds?
        }

        private(set) var seen: [Seen] = []
        var isInterrupted: Bool { false }

        func observe(_ report: IntervalReport) {
            seen.append(
                Seen(
                    state: report.state, from: report.from, to: report.to,
                    offeredRate: report.offeredRate, sent: report.producers[0].sent,
                    handled: report.groups[0].tally.handled, lag: report.groups[0].lag,
                    tags: Dictionary(
                        uniqueKeysWithValues: report.histograms.map {
                            ($0.tag, $0.histogram.count)
                        }),
                    responseMaximum: report.groups[0].responseMaximum))
        }
    }

    private func follow(_ scenario: Scenario) throws -> ([Follower.Seen], Simulated<TappedDriver>) {
        let follower = Follower()
        let run = try Simulated(scenario, on: TappedDriver(), observer: follower)
        return (follower.seen, run)
    }

    @Test func intervalsCoverTheRunAndAddUp() throws {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            warmup: 1500 * millisecond, measure: 2500 * millisecond)
        scenario.consumers = [Scenario.group("group", service: .fixed(1100 * microsecond))]
        let (seen, run) = try follow(scenario)
        // Until the warm-up is settled, its planned end stands for the start of the measurement.
        let known = seen.drop { $0.state == .warmup }
        for (interval, next) in zip(known, known.dropFirst()) { #expect(interval.to == next.from) }
        #expect(seen.prefix(2).map(\.state) == [.warmup, .warmup])
        #expect(seen.prefix(2).map(\.to) == [-500 * millisecond, 0])
        #expect(seen.first?.from == -1500 * millisecond)
        #expect(seen.last?.state == .stop)
        #expect(seen.last?.to == run.outcome.drainEnd - run.outcome.measureStart)
        #expect(seen.reduce(0) { $0 + $1.sent } == 2500)
        #expect(seen.reduce(0) { $0 + $1.handled } == 2500)
        for interval in seen where interval.state == .warmup {
            #expect(interval.sent == 0 && interval.handled == 0 && interval.tags == [:])
            #expect(interval.from < 0 && interval.to <= 0 && interval.offeredRate == 1000)
        }
        let measured = seen.filter { $0.state == .measure }
        #expect(measured.count >= 3)
        // The schedule of the measurement has no rate at its very end.
        #expect(measured.dropLast().allSatisfy { $0.offeredRate == 1000 })
        for interval in measured {
            #expect(interval.tags["source.sendDelay"] == interval.sent)
            #expect(interval.tags["source.acknowledgement"] == interval.sent)
            #expect(interval.tags["group.response"] == interval.handled)
        }
        // The backlog grows by about 91 messages a second.
        let lags = measured.compactMap(\.lag)
        #expect(lags == lags.sorted() && lags.last! > 200)
        let longest = try run.record().groups[0].latencies.response.maxNs
        #expect(seen.compactMap(\.responseMaximum).max() == longest)
    }

    @Test func aRunWithoutWarmupBeginsAtZero() throws {
        let (seen, _) = try follow(Scenario())
        #expect(seen.first?.from == 0 && seen.first?.state == .measure)
        #expect(seen.first?.sent == 1000)
    }
}
