/// A report before it takes a form: HTML and Markdown are written from the same document, so that
/// both say the same.
///
/// All texts are plain: whoever writes a form escapes them. Names from files went through
/// `printable` before they got here.
public struct ReportDocument: Sendable, Equatable {
    /// What the report is about, in a few words.
    public var title: String
    /// What was reported on, in the order in which it was given.
    public var parts: [ReportPart]

    init(title: String, parts: [ReportPart]) {
        self.title = title
        self.parts = parts
    }
}

/// One subject of a report: a run, a sweep, a knee, or the comparison of several runs.
public struct ReportPart: Sendable, Equatable {
    /// The kind of subject in a word or two: `Run`, `Comparison`.
    var kind: String
    /// Where its numbers come from; nil where that differs between them.
    var source: ReportSource?
    /// Its name.
    var title: String
    /// Where and when, in one line each.
    var facts: [String]
    /// What is said first: whether the numbers can be trusted and what came out.
    var answer: ReportAnswer
    /// The evidence, in order.
    var sections: [ReportSection]
}

/// Where numbers come from.
enum ReportSource: String, Sendable, Equatable {
    case measured
    case simulated

    init(isSimulated: Bool) { self = isSimulated ? .simulated : .measured }
}

extension ReportPart {
    /// The kind with the source: `Sweep, measured`.
    var label: String { source.map { "\(kind), \($0.rawValue)" } ?? kind }
}

/// What a part says first.
struct ReportAnswer: Sendable, Equatable {
    /// One word for the state of the numbers, such as `VALID`.
    var badge: String
    /// What the word means for a reader.
    var tone: ReportTone
    /// The outcome in one or two sentences.
    var headline: String
    /// What a reader must know before the numbers, gravest first.
    var remarks: [ReportRemark]
    /// The few numbers that matter most.
    var figures: [ReportFigure]
}

/// A sentence with what it means.
struct ReportRemark: Sendable, Equatable {
    var tone: ReportTone
    /// The name of the check, or what the remark is about.
    var label: String
    var text: String
}

/// A number that stands out.
struct ReportFigure: Sendable, Equatable {
    var label: String
    var value: String
    /// What the number is of, or how it came about.
    var note: String
    var tone: ReportTone = .plain
}

/// What a piece of text says, for those who see colour; never said by colour alone.
enum ReportTone: String, Sendable, Equatable {
    case plain
    case good
    case doubtful
    case bad
}

/// A heading with what belongs under it.
struct ReportSection: Sendable, Equatable {
    var title: String
    /// What the numbers are of: the phase, the unit, the resolution.
    var remark: String?
    var blocks: [ReportBlock]
}

/// A piece of a section.
enum ReportBlock: Sendable, Equatable {
    case paragraph(String)
    case table(ReportTable)
    case chart(ReportChart)
}
