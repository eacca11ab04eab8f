/// The name of `candidates` that `word` was probably meant to be, nil where none is near.
///
/// Near: an edit distance (insertions, deletions, substitutions, transpositions of neighbours) of
/// at most a third of the longer name, at least 1, and less than replacing all of it. O(candidates * length^2) with lengths cut at 64.
public func suggestion(for word: String, among candidates: [String]) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    let lowered = Array(word.lowercased().utf8)
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate.utf8.count <= 64 {
        let other = Array(candidate.lowercased().utf8)
        let distance = editDistance(lowered, other)
        let limit = max(1, max(lowered.count, other.count) / 3)
        if distance <= limit, distance < other.count, distance < (best?.distance ?? .max) {
            best = (candidate, distance)
        }
    }
    return best?.name
}

/// The optimal string alignment distance of two short texts.
func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in 0..<left.count {
        var current = [i + 1]
        for j in 0..<right.count {
            let substitution = last[j] + (left[i] == right[j] ? 0 : 1)
            var cost = min(last[j + 1] + 1, current[j] + 1, substitution)
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                cost = min(cost, beforeLast[j - 1] + 1)
            }
            current.append(cost)
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}

/// The end of a message about an unknown name: what was probably meant, or what there is.
func didYouMean(_ word: String, among candidates: [String], plural: String) -> String {
    if let name = suggestion(for: word, among: candidates) { return "did you mean \"\(name)\"?" }
    if candidates.isEmpty { return "there are no \(plural)" }
    let shown = candidates.prefix(20).joined(separator: ", ")
    return "\(plural) are \(shown)" + (candidates.count > 20 ? ", ..." : "")
}
