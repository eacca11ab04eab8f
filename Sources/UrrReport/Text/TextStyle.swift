/// What the reader of a text can see.
public struct TextStyle: Sendable {
    /// Whether escape sequences for colour may be used.
    public var colour: Bool
    /// Whether characters outside ASCII may be used for drawing. Names are shown as they are.
    public var unicode: Bool
    /// Longest line in columns.
    public var width: Int

    /// No escape sequences, no character outside ASCII, 100 columns: fit for a file.
    public static let plain = TextStyle(colour: false, unicode: false, width: 100)

    /// A style; `width` below 72 is taken as 72, because tables do not fit into less, and above
    /// 100 as 100, because longer lines are hard to read.
    public init(colour: Bool, unicode: Bool, width: Int) {
        self.colour = colour
        self.unicode = unicode
        self.width = min(100, max(72, width))
    }

    /// What a piece of text says, for those who see colour.
    enum Tone: String {
        case good = "32"
        case doubtful = "33"
        case bad = "31"
        case strong = "1"
        case faint = "2"
    }

    /// `text` in a tone. The codes take no columns: pad before, not after.
    func paint(_ text: String, _ tone: Tone) -> String {
        colour ? "\u{1b}[\(tone.rawValue)m\(text)\u{1b}[0m" : text
    }
}
