import Foundation
import Testing
import UrrResults
import UrrTestSupport

@testable import urrbench

/// The five commands of the README that plan the ticket opening, shortened, in their order, and the
/// page that they end in.
struct OpeningTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Commands of the README that belong to the opening; no other test runs them.
    static func belongs(_ command: String) -> Bool { command.contains("results/opening") }

    @Test func theFiveCommandsOfTheReadmeMakeOnePage() throws {
        let commands = ReadmeTests.commands(in: try Repository.text("README.md"))
            .filter { Self.belongs($0) }
        #expect(
            commands.compactMap { ReadmeTests.words(of: $0).dropFirst().first }
                == ["sweep", "knee", "simulate", "plan", "report"])
        for command in commands {
            let words = try shortened(Array(ReadmeTests.words(of: command).dropFirst()))
            let run = try BuiltProgram.run(
                words, environment: ["URRBENCH_HOME": Repository.root.path],
                directory: Repository.root)
            // The shortened opening may miss a threshold of the file.
            #expect(run.status == 0 || words[0] == "simulate" && run.status == 1, "\(run.errors)")
        }
        let page = try String(
            contentsOf: directory.url.appendingPathComponent("opening.md"), encoding: .utf8)
        let parts = ["Plan, simulated", "Run, simulated", "Sweep, simulated", "Knee, simulated"]
        let places = parts.compactMap { page.range(of: "_\($0)_")?.lowerBound }
        #expect(places.count == parts.count)
        #expect(places == places.sorted())
        guard Browser.isReady else { return }
        try look()
    }

    /// All charts of the page are drawn, at the width of a phone and of a screen, without a network
    /// and without a complaint.
    private func look() throws {
        let page = directory.url.appendingPathComponent("opening.html")
        let files = ["plan.json", "json", "sweep.json", "knee.json"]
            .map { directory.url.appendingPathComponent("opening.\($0)").path }
        let run = try BuiltProgram.run(["report"] + files + ["--out", page.path])
        #expect(run.status == 0, "\(run.errors)")
        for width in [390, 1440] {
            let seen = try Browser.open(page, width: width)
            #expect(seen.attribute("data-width") == "\(width)")
            #expect(seen.console == [])
            #expect(seen.attribute("data-errors") == nil)
            let charts = try #require(seen.attribute("data-charts"))
            #expect(Int(charts) ?? 0 >= 12)
            #expect(seen.attribute("data-drawn") == charts)
            #expect(seen.attribute("data-inked") == charts)
            #expect(seen.attribute("data-overflow") == "0")
        }
    }

    /// The command in virtual time, on a hundredth of the load, with its files in the directory of
    /// the test. Pages need libraries that this machine may not have, so the report is a text.
    private func shortened(_ words: [String]) throws -> [String] {
        var words = words.map { word in
            word.replacing("results/", with: directory.url.path + "/")
                .replacing("opening.html", with: directory.url.path + "/opening.md")
        }
        if let place = words.firstIndex(of: "--hold") { words[place + 1] = "200" }
        if let place = words.firstIndex(of: "--calibration") {
            words[place + 1] = try calibration()
        }
        func steady(_ rate: Int) -> [String] {
            ["--set", "producers.0.arrivals={\"executor\": \"constant\", \"rate\": \(rate)}"]
        }
        switch words[0] {
        case "sweep":
            return words + [
                "--virtual", "--partitions", "4", "--consumers", "1,2,3,4", "--trials", "1",
                "--quiet",
            ] + steady(2000)
        case "knee":
            return words + [
                "--virtual", "--from", "400", "--hold", "500", "--resolution", "20",
                "--no-hysteresis", "--quiet", "--set", "consumers.0.instances=2", "--set",
                "topics.reservation-events.partitions=2",
            ]
        case "simulate": return words + ["--quiet", "--set", "phases.measure=5s"] + steady(400)
        case "plan": return words + ["--quiet", "--peak", "400/s"]
        default: return words
        }
    }

    /// A measured sweep: one in virtual time calibrates nothing.
    private func calibration() throws -> String {
        var sweep = SampleSweep.record(counts: [1], trials: 1) { _, _ in 1 }
        sweep.runs[0].costs = RunCostRecord(
            consumerThreads: 1, handled: 5000, excessNs: 2000, consumed: 5000, consumerNs: 300)
        let path = directory.url.path + "/measured.sweep.json"
        try sweep.json().write(to: URL(fileURLWithPath: path))
        return path
    }
}
