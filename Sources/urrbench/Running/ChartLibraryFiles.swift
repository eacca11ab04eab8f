import Foundation
import UrrReport

/// Finds the chart libraries where Debian's packages put them.
enum ChartLibraryFiles {
    /// What is missing and how to get it.
    struct Missing: Error, CustomStringConvertible {
        /// Packages that would bring the files.
        let packages: [String]
        /// Files that were looked for, one for each package.
        let files: [String]

        var description: String {
            "the charts need \(files.joined(separator: " and ")); run\n"
                + "    sudo apt-get install \(packages.joined(separator: " "))\n"
                + "and try again, or use --format markdown"
        }
    }

    /// One file of a package; the first of `names` that is there counts.
    private struct Source {
        let package: String
        let names: [String]
    }

    // Version 3 of Chart.js and version 4 name their bundle for browsers differently.
    private static let chartScript = Source(
        package: "libjs-chart.js", names: ["chart.js/chart.min.js", "chart.js/chart.umd.js"])
    private static let dygraphScript = Source(
        package: "libjs-dygraphs",
        names: ["dygraphs/dygraph.min.js", "dygraphs/dist/dygraph.min.js"])
    private static let dygraphStyle = Source(
        package: "libjs-dygraphs",
        names: ["dygraphs/dygraph.min.css", "dygraphs/dist/dygraph.min.css"])

    /// Reads the libraries below `root`.
    static func load(root: String = "/usr/share/javascript") throws(Missing) -> ChartLibraries {
        let sources = [chartScript, dygraphScript, dygraphStyle]
        let texts = sources.map { source in
            source.names.lazy.compactMap { name in
                try? String(contentsOfFile: root + "/" + name, encoding: .utf8)
            }.first
        }
        guard let chart = texts[0], let script = texts[1], let style = texts[2] else {
            let missing = zip(sources, texts).filter { $0.1 == nil }.map(\.0)
            var packages: [String] = []
            for source in missing where !packages.contains(source.package) {
                packages.append(source.package)
            }
            throw Missing(packages: packages, files: missing.map { root + "/" + $0.names[0] })
        }
        return ChartLibraries(chartScript: chart, dygraphScript: script, dygraphStyle: style)
    }
}
