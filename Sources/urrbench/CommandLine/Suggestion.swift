/// Finds the word that somebody probably meant.
enum Suggestion {
    /// `; did you mean "X"?`, or nothing where no word is close.
    static func text(for typed: String, among words: [String]) -> String {
        closest(to: typed, among: words).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// The word with the fewest edits to `typed`, where that is at most a third of its length; else
    /// the only word that `typed` is the beginning of.
    static func closest(to typed: String, among words: [String]) -> String? {
        let best = words.map { (word: $0, distance: distance(typed, $0)) }
            .min { $0.distance < $1.distance }
        if let best, best.distance <= max(1, best.word.count / 3) { return best.word }
        let longer = words.filter { typed.count > 1 && $0.hasPrefix(typed) }
        return longer.count == 1 ? longer[0] : nil
    }

    /// Edits (insert, remove, replace, swap two neighbours) between two texts: the optimal string
    /// alignment distance. O(n m).
    static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left), b = Array(right)
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
