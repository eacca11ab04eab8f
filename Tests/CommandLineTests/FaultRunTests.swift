import Foundation
import Testing
import UrrResults
import UrrTestSupport

/// Faults and guarantees as a user meets them: real threads, short runs of a debug build.
@Suite(.serialized)
struct FaultRunTests {
    /// One and a half seconds with a crash, a return and a retry storm, for three guarantees.
    static let faults = """
        {"name": "faults", "phases": {"measure": "1500ms", "drain": "10s"},
         "topics": {"orders": {"partitions": 4, "capacity": "1MiB"}},
         "producers": [{"name": "shop", "to": "orders", "messageSize": 64,
           "arrivals": {"executor": "burst", "size": 40, "every": "20ms"}}],
         "consumers": [
           {"group": "most", "from": ["orders"], "instances": 2, "guarantee": "at-most-once",
             "serviceTime": "100us", "sessionTimeout": "200ms"},
           {"group": "least", "from": ["orders"], "instances": 2, "serviceTime": "100us",
             "sessionTimeout": "200ms", "rebalance": "cooperative"},
           {"group": "once", "from": ["orders"], "instances": 2, "serviceTime": "100us",
             "sessionTimeout": "200ms", "guarantee": "exactly-once-effects",
             "idempotency": {"store": "memory"}}],
         "faults": [
           {"type": "consumer-crash", "group": "most", "member": 0, "at": "300ms", "for": "300ms"},
           {"type": "consumer-crash", "group": "least", "member": 0, "at": "300ms", "for": "300ms",
             "point": "before-commit"},
           {"type": "consumer-crash", "group": "once", "member": 0, "at": "300ms", "for": "300ms",
             "point": "before-commit"},
           {"type": "retry-storm", "producer": "shop", "share": 0.2, "at": "800ms", "for": "300ms"}],
         "thresholds": ["violations == 0", "most.lost > 0", "least.lost == 0", "once.lost == 0",
           "most.redelivered == 0", "least.redelivered > 0", "once.repeated == 0",
           "once.skipped > 1", "copies > 0", "most.rebalances == 2"]}
        """

    private func run(_ text: String) throws -> (run: ProgramRun, record: RunRecord?) {
        let directory = try TemporaryDirectory()
        let file = directory.url.appendingPathComponent("w.json")
        try Data(text.utf8).write(to: file)
        let target = directory.url.appendingPathComponent("out").path
        let run = try BuiltProgram.run(
            ["workload", file.path, "--allow-debug", "--results", target])
        let names = (try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []
        let json = names.first { $0.hasSuffix(".json") }
        return (run, try json.map { try ResultStore.load(path: target + "/" + $0) })
    }

    @Test func theBooksCloseUnderFaults() throws {
        let (run, stored) = try run(Self.faults)
        // A debug build makes every run INVALID; a broken guarantee would be 4.
        #expect(run.status == 5, "\(run.output)\(run.errors)")
        let record = try #require(stored)
        let failed = record.thresholds.filter { !$0.passed }.map(\.expression)
        #expect(failed == [], "\(run.output)")
        #expect(record.faults.count == 4)
        #expect(record.faults.allSatisfy { $0.struckNs != nil })
        for group in record.groups {
            let books = group.accounting
            let due = record.faults.filter { $0.target == group.name }
                .reduce(UInt64(0)) { $0 + $1.redeliveries }
            #expect(books.redelivered == due)
            #expect(books.handled + books.lost == record.accounting.sent)
            #expect(books.duplicates == books.redelivered + books.copies)
            #expect(books.repeated + books.skipped <= books.duplicates)
        }
        #expect(run.output.contains("consumer-crash"))
        #expect(run.output.contains("changes of members"))
    }

    @Test(
        arguments: [
            (
                "\"group\": \"most\", \"member\": 0", "\"group\": \"mots\", \"member\": 0",
                "faults[0].group: must be a group of this file; did you mean \"most\"?"
            ),
            (
                "\"group\": \"most\", \"member\": 0", "\"group\": \"most\", \"member\": 7",
                "faults[0].member: must be below 2, the members of \"most\", got 7"
            ),
            (
                "\"producer\": \"shop\"", "\"producer\": \"shot\"",
                "faults[3].producer: must be a producer of this file; did you mean \"shop\"?"
            ),
            ("\"share\": 0.2", "\"share\": 2", "faults[3].share: must be at most 1, got 2"),
            (
                "\"type\": \"retry-storm\"", "\"type\": \"retry-strom\"",
                "did you mean \"retry-storm\"?"
            ),
            (
                "\"at\": \"800ms\"", "\"at\": \"9s\"",
                "faults[3].at: must be before the end of the measure phase"
            ),
            (
                "\"guarantee\": \"at-most-once\"",
                "\"commit\": \"after-processing\", \"guarantee\": \"at-most-once\"",
                "consumers[0].guarantee: must be given only with"
            ),
        ])
    func aFaultThatNamesNothingIsTwo(old: String, new: String, message: String) throws {
        let text = Self.faults.replacingOccurrences(of: old, with: new)
        #expect(text != Self.faults)
        let (run, record) = try run(text)
        #expect(run.status == 2)
        #expect(run.errors.contains(message), "\(run.errors)")
        #expect(record == nil)
    }

    @Test func aRunWithoutVerificationSaysSo() throws {
        let text = Self.faults.replacingOccurrences(
            of: "\"name\": \"faults\",", with: "\"name\": \"faults\", \"verification\": \"none\",")
        let (run, stored) = try run(text)
        #expect(run.output.contains("nothing was checked"))
        let record = try #require(stored)
        #expect(record.accounting.violations == 0 && record.accounting.duplicates == 0)
    }
}
