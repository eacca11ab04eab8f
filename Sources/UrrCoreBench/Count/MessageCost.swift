/// What one message costs in a case, in things that do not depend on how busy a machine is.
public struct MessageCost: Codable, Sendable, Equatable {
    /// Name of the case: structure, operation, bytes, batch.
    public var name: String
    /// What is done for each message.
    public var summary: String
    /// Instructions in user space; nil where they cannot be counted.
    public var instructions: Double?
    /// Atomic read-modify-write operations.
    public var atomics: Double?
    /// Compare-and-exchange operations that failed.
    public var failedExchanges: Double?
    /// System calls.
    public var systemCalls: Double?
    /// Bytes allocated; nil where the allocator does not count.
    public var allocatedBytes: Double?
    /// Bytes of memory, all books included, for each record that is kept; nil in cases that keep
    /// nothing.
    public var retainedBytes: Double?
    /// What went wrong; then nothing of the above is to be trusted.
    public var defect: String?
}
