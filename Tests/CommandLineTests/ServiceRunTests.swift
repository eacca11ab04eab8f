import Foundation
import Testing
import UrrResults
import UrrTestSupport

/// The shipped workloads of services as a user meets them: real threads, short runs of a debug
/// build.
@Suite(.serialized)
struct ServiceRunTests {
    private func run(
        _ workload: String, _ settings: [String]
    ) throws -> (run: ProgramRun, record: RunRecord?) {
        let directory = try TemporaryDirectory()
        let target = directory.url.appendingPathComponent("out").path
        let run = try BuiltProgram.run(
            ["workload", workload, "--allow-debug", "--results", target]
                + settings.flatMap { ["--set", $0] })
        let names = (try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []
        let json = names.first { $0.hasSuffix(".json") }
        return (run, try json.map { try ResultStore.load(path: target + "/" + $0) })
    }

    @Test func paymentsAreCountedToTheLastUnit() throws {
        let crash = """
            {"type": "consumer-crash", "group": "GROUP", "point": "before-commit", "at": "300ms", \
            "every": "400ms", "for": "200ms"}
            """
        let faults = ["ticket-service-group", "stats-service-group"].map {
            crash.replacingOccurrences(of: "GROUP", with: $0)
        }
        let storm =
            "{\"type\": \"retry-storm\", \"producer\": \"payment-service\", \"share\": 0.3, "
            + "\"at\": \"200ms\", \"for\": \"600ms\"}"
        let (run, stored) = try run(
            "payment-storm",
            [
                "phases={\"measure\": \"1500ms\", \"drain\": \"20s\"}",
                "producers.0.arrivals={\"executor\": \"constant\", \"rate\": 300}",
                "consumers.0.sessionTimeout=100ms", "consumers.1.sessionTimeout=100ms",
                "faults=[\((faults + [storm]).joined(separator: ", "))]",
                "thresholds=[\"violations == 0\", \"books.difference == 0\", "
                    + "\"books.amountDifference == 0\", \"unhandled == 0\"]",
            ])
        // A debug build makes every run INVALID; books that differ would be 4.
        #expect(run.status == 5, "\(run.output)\(run.errors)")
        let record = try #require(stored)
        let failed = record.thresholds.filter { !$0.passed }.map(\.expression)
        #expect(failed == [], "\(run.output)")
        let stats = try #require(record.groups[1].service)
        #expect(stats.isComplete && stats.figures.count >= 6)
        #expect(run.output.contains("equal to the senders', to the last unit"))
        #expect(record.producers.count == 4)
    }

    @Test func bothWaitingRoomsStandSideBySide() throws {
        let arrivals = "{\"executor\": \"constant\", \"rate\": 200}"
        let (run, stored) = try run(
            "waiting-room",
            [
                "phases={\"measure\": \"1500ms\", \"drain\": \"20s\"}",
                "producers.0.arrivals=\(arrivals)", "producers.1.arrivals=\(arrivals)",
                "consumers.0.activate={\"atMost\": 100, \"every\": \"500ms\"}",
                "consumers.0.serviceTime=500us", "consumers.1.serviceTime=5ms",
                "thresholds=[\"violations == 0\", \"books.difference == 0\", \"unhandled == 0\"]",
            ])
        #expect(run.status == 5, "\(run.output)\(run.errors)")
        let record = try #require(stored)
        #expect(record.thresholds.allSatisfy(\.passed), "\(run.output)")
        #expect(record.groups.map(\.accounting.handled) == [300, 300])
        #expect(run.output.contains("Waiting rooms"))
    }
}
