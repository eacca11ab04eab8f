/// The texts of the libraries that draw the charts, as Debian ships them. They go into the page, so
/// that it opens without a network; they are not part of this program.
public struct ChartLibraries: Sendable, Equatable {
    /// The script of Chart.js.
    public var chartScript: String
    /// The script of dygraphs.
    public var dygraphScript: String
    /// The style sheet of dygraphs.
    public var dygraphStyle: String

    /// Libraries with the given texts.
    public init(chartScript: String, dygraphScript: String, dygraphStyle: String) {
        self.chartScript = chartScript
        self.dygraphScript = dygraphScript
        self.dygraphStyle = dygraphStyle
    }
}
