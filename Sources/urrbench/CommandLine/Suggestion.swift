import UrrWorkload

/// Finds the word that somebody probably meant, on the command line as in workload files.
enum Suggestion {
    /// `; did you mean "X"?`, or nothing where no word is close.
    static func text(for typed: String, among words: [String]) -> String {
        closest(to: typed, among: words).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// The word that is a few slips of the finger away; else the only one that `typed` starts.
    static func closest(to typed: String, among words: [String]) -> String? {
        if let near = suggestion(for: typed, among: words) { return near }
        let longer = words.filter { typed.count > 1 && $0.hasPrefix(typed) }
        return longer.count == 1 ? longer[0] : nil
    }
}
