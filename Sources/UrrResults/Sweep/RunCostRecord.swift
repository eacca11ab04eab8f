/// What a run says about the costs that a simulation does not have by itself.
public struct RunCostRecord: Codable, Sendable, Equatable {
    /// Threads that handled messages.
    public var consumerThreads: Int
    /// Handled messages of the groups whose handlers take time.
    public var handled: UInt64
    /// By how much their handlers took longer than the workload says: the mean, in nanoseconds; nil
    /// where too few were handled to tell.
    public var excessNs: Double?
    /// Messages that the consuming threads took.
    public var consumed: UInt64
    /// Processor time of a consuming thread per message, in nanoseconds; nil where too few were
    /// consumed to tell.
    public var consumerNs: Double?

    /// A record of the given values; see the properties.
    public init(
        consumerThreads: Int, handled: UInt64, excessNs: Double? = nil, consumed: UInt64,
        consumerNs: Double? = nil
    ) {
        self.consumerThreads = consumerThreads
        self.handled = handled
        self.excessNs = excessNs
        self.consumed = consumed
        self.consumerNs = consumerNs
    }
}
