/// A way to count what a thread allocates. Supplied by whoever links an allocator that can tell
/// (jemalloc in the executable); everybody else sees only this.
public struct AllocationProbe: Sendable {
    /// Returns the address of the calling thread's running total of allocated bytes, or nil where
    /// nothing is counted. Reading through the address costs one load; the address stays valid
    /// until the thread ends.
    public let threadAllocatedBytes: @Sendable () -> UnsafePointer<UInt64>?
    /// Bytes that are allocated in the whole process at the moment, or nil where nothing is counted.
    /// Cold: asks the allocator to add up its books.
    public let processAllocatedBytes: @Sendable () -> UInt64?
    /// What counts, for the result ("jemalloc 5.3.0"), or why nothing does.
    public let name: String

    /// A probe that reads through these two; see the properties.
    public init(
        name: String, processAllocatedBytes: @escaping @Sendable () -> UInt64? = { nil },
        threadAllocatedBytes: @escaping @Sendable () -> UnsafePointer<UInt64>?
    ) {
        self.name = name
        self.processAllocatedBytes = processAllocatedBytes
        self.threadAllocatedBytes = threadAllocatedBytes
    }

    /// Counts nothing and says so.
    public static let none = AllocationProbe(name: "not counted") { nil }
}
