/// A chart with the table of the same numbers.
struct ReportChart: Sendable, Equatable {
    /// What it shows.
    var title: String
    /// How to read it, in a sentence; nil where the title says it all.
    var remark: String?
    var data: ChartData
    /// The numbers of the chart.
    var table: ReportTable
}

/// What the page's script draws. Written as JSON into the page; everything that is drawn is in it.
struct ChartData: Sendable, Equatable, Encodable {
    /// How the data is laid out and which library draws it.
    enum Form: String, Sendable, Encodable {
        /// Values over the seconds of a run; can be zoomed.
        case time
        /// Points and lines over any quantity.
        case curves
        /// A bar from one value to another for each category.
        case ranges
    }

    /// What a quantity is, for labels; the page knows how to write each.
    enum Unit: String, Sendable, Encodable {
        case nanoseconds = "ns"
        case perSecond = "/s"
        case count
        case seconds = "s"
        /// 1 / (1 - q) for a quantile q: 100 stands for the 99th percentile.
        case quantile
    }

    struct Axis: Sendable, Equatable, Encodable {
        var title: String
        var unit: Unit
        var isLogarithmic = false
    }

    /// One line, set of points or set of bars.
    struct Series: Sendable, Equatable, Encodable {
        enum Style: String, Sendable, Encodable {
            case line
            case dashed
            /// A line with a mark at each point.
            case marked
            case points
            /// Points that take no part in what is computed from the others.
            case hollow
            /// An area between two values at each x.
            case band
            /// A bar between two values.
            case bar
        }

        var name: String
        /// Which of the page's colours; series of the same thing share one.
        var colour: Int
        var style: Style = .line
        /// `time`: one value per instant. `ranges`: none.
        var values: [Double?] = []
        /// `curves`: (x, y), of a band (x, low, high). `ranges`: (low, high), empty for nothing.
        var points: [[Double]] = []
        /// `curves`: the number of points from which on a line is only an indication; drawn dotted.
        var certain: Int?
    }

    /// A part of the time axis with a name.
    struct Span: Sendable, Equatable, Encodable {
        var name: String
        var from: Double
        var to: Double
        /// Whether the part is not what is reported on, and is shaded.
        var isAside: Bool
    }

    var form: Form
    var x: Axis
    var y: Axis
    var series: [Series]
    /// `time`: the instants, in seconds.
    var instants: [Double] = []
    /// `time`: what the parts of the run are called.
    var spans: [Span] = []
    /// `ranges`: one per bar.
    var categories: [String] = []
}
