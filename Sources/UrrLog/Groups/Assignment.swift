/// How the partitions of a topic are divided over the members of a group. Pure functions: the
/// result depends on the arguments alone, has one list for each member in the order given, and
/// gives each partition to exactly one member (if there is any).
public enum AssignmentStrategy: Sendable {
    /// Contiguous ranges; see `rangeAssignment`.
    case range
    /// Dealt out in turn; see `roundRobinAssignment`.
    case roundRobin
    /// As many as possible stay where they are; see `stickyAssignment`.
    case sticky

    /// Divides `partitions` over members who have `owned` so far, one list for each member.
    public func assign(partitions: Int, owned: [[Int]]) -> [[Int]] {
        switch self {
        case .range: rangeAssignment(partitions: partitions, members: owned.count)
        case .roundRobin: roundRobinAssignment(partitions: partitions, members: owned.count)
        case .sticky: stickyAssignment(partitions: partitions, owned: owned)
        }
    }
}

/// Gives each of `partitions` partitions to one of `members`, as contiguous ranges: the first
/// `partitions % members` members get one more than the others, members beyond the partitions get
/// nothing.
public func rangeAssignment(partitions: Int, members: Int) -> [[Int]] {
    guard members > 0 else { return [] }
    let each = partitions / members
    let more = partitions % members
    var next = 0
    return (0..<members).map { member in
        let count = each + (member < more ? 1 : 0)
        defer { next += count }
        return Array(next..<next + count)
    }
}

/// Deals `partitions` partitions out to `members` in turn: partition p goes to member
/// p % members.
public func roundRobinAssignment(partitions: Int, members: Int) -> [[Int]] {
    guard members > 0 else { return [] }
    return (0..<members).map { Array(stride(from: $0, to: partitions, by: members)) }
}

/// Divides evenly (no two members differ by more than one) and moves as few partitions as that
/// allows. `owned` is what each member has so far; a partition beyond the topic's or owned twice
/// counts for its first owner alone.
///
/// The share that is one larger goes to those who own the most: then each member keeps the smaller
/// of its share and what it owns, which no even division can better.
public func stickyAssignment(partitions: Int, owned: [[Int]]) -> [[Int]] {
    guard !owned.isEmpty else { return [] }
    var isTaken = [Bool](repeating: false, count: partitions)
    let valid = owned.map { list in
        list.filter { partition in
            guard partition >= 0, partition < partitions, !isTaken[partition] else { return false }
            isTaken[partition] = true
            return true
        }
    }
    let byOwned = valid.indices.sorted {
        (valid[$1].count, $0) < (valid[$0].count, $1)
    }
    var share = [Int](repeating: partitions / owned.count, count: owned.count)
    for member in byOwned.prefix(partitions % owned.count) { share[member] += 1 }
    var result = valid.indices.map { Array(valid[$0].sorted().prefix(share[$0])) }
    var kept = [Bool](repeating: false, count: partitions)
    for partition in result.joined() { kept[partition] = true }
    var homeless = (0..<partitions).filter { !kept[$0] }[...]
    for member in result.indices {
        let missing = share[member] - result[member].count
        result[member] += homeless.prefix(missing)
        homeless = homeless.dropFirst(missing)
    }
    return result.map { $0.sorted() }
}
