import UrrPlatform
import UrrQueue

/// What a queue's steady state costs in memory.
public struct QueueMemoryFigures: Codable, Sendable {
    /// Messages that it holds.
    public var retained: Int
    /// Records of messages and groups with their tables, bytes for each message that is held.
    public var indexBytesPerMessage: Double
    /// Deduplication ids that it remembers.
    public var remembered: Int
    /// Bytes for each of them, the hash table included; nil without deduplication.
    public var bytesPerID: Double?
    /// By how much the allocator's own count of allocated bytes grew, for each message that is
    /// held: the queue's records are in mapped regions, and this shows that nothing is elsewhere.
    /// Nil where nothing counts.
    public var allocatorBytesPerMessage: Double?
}

/// Takes the allocator's count before a queue is made.
struct QueueMemoryProbe {
    private let allocations: AllocationProbe
    private let before: UInt64?

    init(_ allocations: AllocationProbe) {
        self.allocations = allocations
        before = allocations.processAllocatedBytes()
    }

    /// The figures of a queue that is in its steady state.
    func figures(_ core: QueueCore, _ plan: QueuePlan) -> QueueMemoryFigures {
        let memory = core.memory
        let retained = Double(max(1, plan.retained))
        var growth: Double?
        if let before, let now = allocations.processAllocatedBytes() {
            growth = Double(Int64(bitPattern: now &- before)) / retained
        }
        let ids = memory.deduplicationIDs
        return QueueMemoryFigures(
            retained: plan.retained,
            indexBytesPerMessage: Double(memory.messageIndexBytes + memory.groupBytes) / retained,
            remembered: plan.rememberedIDs > 0 ? ids : 0,
            bytesPerID: plan.rememberedIDs > 0 && ids > 0
                ? Double(memory.deduplicationBytes) / Double(ids) : nil,
            allocatorBytesPerMessage: growth)
    }
}
