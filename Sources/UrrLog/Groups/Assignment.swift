/// Gives each of `partitions` partitions to one of `members`, as contiguous ranges: the first
/// `partitions % members` members get one more than the others. Members beyond the partitions get
/// nothing. The result has one list for each member, in the given order; it depends on the order
/// alone, so every member computes the same.
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
