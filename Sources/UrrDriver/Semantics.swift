/// What a driver promises, stated by itself and checked by the conformance suite. Two results are
/// alike only where these agree.
public struct DriverSemantics: Sendable {
    /// When a message counts as acknowledged.
    public enum Acknowledgement: String, Sendable {
        /// As soon as `flush` returns: the target is in this process.
        case onFlush = "on flush"
        /// When the target's answer arrives as a `Completion`.
        case byCompletion = "by completion"
    }

    /// What survives which failure.
    public enum Durability: String, Sendable {
        /// Lost with the process.
        case memory
        /// Written to a file that is not yet forced to the disk.
        case asynchronousFile = "asynchronous file"
        /// Forced to the disk before it is acknowledged.
        case synchronousFile = "fsync per batch"
    }

    /// Where order is promised.
    public enum Ordering: String, Sendable {
        /// Within one partition.
        case partition
        /// Within one message group.
        case messageGroup = "message group"
        /// Nowhere.
        case none
    }

    /// When a message counts as acknowledged.
    public var acknowledgement: Acknowledgement
    /// What survives which failure.
    public var durability: Durability
    /// Where order is promised.
    public var ordering: Ordering
    /// Whether an acknowledged message can reach a group more than once without a fault.
    public var mayRepeat: Bool
    /// Whether members of a group can come and go while it reads.
    public var managesMembers: Bool
    /// Whether it tells repeats of an idempotent producer by producer id and sequence.
    public var deduplicates: Bool
    /// Whether a member can poll some of its partitions and not others.
    public var selectsLanes: Bool

    /// Semantics with the given promises.
    public init(
        acknowledgement: Acknowledgement, durability: Durability, ordering: Ordering,
        mayRepeat: Bool, managesMembers: Bool = false, deduplicates: Bool = false,
        selectsLanes: Bool = false
    ) {
        self.acknowledgement = acknowledgement
        self.durability = durability
        self.ordering = ordering
        self.mayRepeat = mayRepeat
        self.managesMembers = managesMembers
        self.deduplicates = deduplicates
        self.selectsLanes = selectsLanes
    }

    /// The promises as words, for the result.
    public var summary: [String: String] {
        [
            "acknowledgement": acknowledgement.rawValue,
            "durability": durability.rawValue,
            "ordering": ordering.rawValue,
            "repeats": mayRepeat ? "possible" : "none without a fault",
        ]
    }
}
