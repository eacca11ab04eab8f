import Foundation
import Testing
import UrrResults
import UrrTestSupport

@testable import urrbench

struct ReportVerbTests {
    /// Ends with the test, not before: the files in it go with it.
    private let directory: TemporaryDirectory
    /// A stored sample.
    private let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = try ResultStore(directory: directory.url.path).save(SampleRun.record())
    }

    @Test(arguments: [
        (["--format", "markdown"], "# spike"), (["-f", "csv"], "file,kind,subject"),
        (["--format=json"], "\"schema\" : \"urrbench.report\""),
    ])
    func textsGoToStandardOutput(options: [String], start: String) throws {
        let run = try BuiltProgram.run(["report", path] + options)
        #expect(run.status == 0)
        #expect(run.output.contains(start))
        #expect(run.errors.isEmpty)
    }

    @Test func theEndingChoosesTheFormat() throws {
        let out = directory.url.appendingPathComponent("numbers.csv")
        let run = try BuiltProgram.run(["report", path, "--out", out.path])
        #expect(run.status == 0 && run.output.isEmpty)
        #expect(try String(contentsOf: out, encoding: .utf8).hasPrefix("file,kind,"))
    }

    @Test func everyUnreadableFileIsNamed() throws {
        let broken = directory.url.appendingPathComponent("broken.json")
        try Data("{\"schema\": \"other\"}".utf8).write(to: broken)
        let run = try BuiltProgram.run(["report", path, broken.path, "/no/such.json"])
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("broken.json") && run.errors.contains("/no/such.json"))
    }

    @Test func aPlaceThatCannotBeWrittenIsNamed() throws {
        let out = directory.url.path + "/no/such/report.md"
        let run = try BuiltProgram.run(["report", path, "--out", out])
        #expect(run.status == 3)
        #expect(run.errors.contains(out) && run.errors.contains("No such file"))
    }

    @Test func missingLibrariesAreNamedWithTheCommandThatBringsThem() throws {
        let directory = try TemporaryDirectory()
        let error = #expect(throws: ChartLibraryFiles.Missing.self) {
            try ChartLibraryFiles.load(root: directory.url.path)
        }
        #expect(error?.packages == ["libjs-chart.js", "libjs-dygraphs"])
        #expect(
            error?.description.contains("sudo apt-get install libjs-chart.js libjs-dygraphs")
                == true)
        let charts = directory.url.appendingPathComponent("chart.js")
        try FileManager.default.createDirectory(at: charts, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: charts.appendingPathComponent("chart.umd.js"))
        let rest = #expect(throws: ChartLibraryFiles.Missing.self) {
            try ChartLibraryFiles.load(root: directory.url.path)
        }
        #expect(rest?.packages == ["libjs-dygraphs"])
    }

    @Test(.enabled(if: Browser.isReady, "\(Browser.whyNot)"), arguments: [390, 1440])
    func aBrowserWithoutNetworkDrawsEveryChart(width: Int) throws {
        let page = directory.url.appendingPathComponent("report.html")
        let run = try BuiltProgram.run(["report", path, path, "--out", page.path])
        #expect(run.status == 0, "\(run.errors)")
        let seen = try Browser.open(page, width: width)
        #expect(seen.attribute("data-width") == "\(width)")
        #expect(seen.console == [])
        #expect(seen.attribute("data-errors") == nil)
        let charts = try #require(seen.attribute("data-charts"))
        #expect(Int(charts) ?? 0 >= 10)
        #expect(seen.attribute("data-drawn") == charts)
        #expect(seen.attribute("data-inked") == charts)
    }
}
