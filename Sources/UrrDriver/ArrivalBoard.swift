/// Tells a loop in virtual time which members have got something to poll, so that it need not ask a
/// thousand idle ones at every instant. For one thread; a plain value, valid while the driver that
/// made it lives.
public struct ArrivalBoard: @unchecked Sendable {
    /// Number of each group's first member on the board.
    @usableFromInline let first: UnsafeMutablePointer<Int>
    /// Members that found nothing and wait.
    @usableFromInline let isAsleep: UnsafeMutablePointer<Bool>
    /// Members that something has arrived for, in order of arrival.
    @usableFromInline let woken: UnsafeMutablePointer<Int32>
    @usableFromInline let wokenCount: UnsafeMutablePointer<Int>
    /// Members of all groups.
    public let capacity: Int

    /// A board for groups of so many members each, none of them asleep.
    public init(members: [Int]) {
        first = .allocate(capacity: max(1, members.count))
        var next = 0
        for (group, count) in members.enumerated() {
            (first + group).initialize(to: next)
            next += count
        }
        capacity = next
        isAsleep = .allocate(capacity: max(1, next))
        isAsleep.initialize(repeating: false, count: max(1, next))
        woken = .allocate(capacity: max(1, next))
        woken.initialize(repeating: 0, count: max(1, next))
        wokenCount = .allocate(capacity: 1)
        wokenCount.initialize(to: 0)
    }

    /// Frees the board. No copy may be used afterwards.
    public func deallocate() {
        first.deallocate()
        isAsleep.deallocate()
        woken.deallocate()
        wokenCount.deallocate()
    }

    /// The number of a member on the board.
    @inlinable
    @inline(__always)
    public func number(group: Int, member: Int) -> Int { first[group] &+ member }

    /// The member waits for messages from now on.
    @inlinable
    @inline(__always)
    public func sleep(_ number: Int) { isAsleep[number] = true }

    /// Something has arrived for the member. Each is on the list once: waking ends its sleep.
    @inlinable
    @inline(__always)
    public func wake(_ number: Int) {
        guard isAsleep[number] else { return }
        isAsleep[number] = false
        woken[wokenCount.pointee] = Int32(truncatingIfNeeded: number)
        wokenCount.pointee &+= 1
    }

    /// Whether anybody was woken since the last `takeWoken`.
    @inlinable
    @inline(__always)
    public var hasNews: Bool { wokenCount.pointee > 0 }

    /// Hands out everybody who was woken and forgets them. Nobody may be woken meanwhile.
    @inlinable
    @inline(__always)
    public func takeWoken(_ body: (Int) -> Void) {
        let count = wokenCount.pointee
        wokenCount.pointee = 0
        for index in 0..<count { body(Int(woken[index])) }
    }
}
