/// What the measuring itself cost, and how busy the workers were.
public struct HarnessRecord: Codable, Sendable, Equatable {
    /// Cost of one clock reading.
    public var clockReadNs: Double
    /// Cost of counting one value.
    public var histogramRecordNs: Double
    /// Cost of checking one message.
    public var verificationNs: Double
    /// Share of the workers' time that went into measuring, 0...1, estimated from the costs above
    /// and the number of messages.
    public var estimatedShare: Double
    /// One entry per thread.
    public var workers: [WorkerRecord]
    /// Bytes allocated by the workers in the measured phase per message; nil where nothing counts
    /// them.
    public var allocatedBytesPerMessage: Double?
    /// Check of the placement of the threads; nil where none was made.
    public var placement: PlacementRecord?

    /// A record of the given values; see the properties.
    public init(
        clockReadNs: Double, histogramRecordNs: Double, verificationNs: Double,
        estimatedShare:
            Double, workers: [WorkerRecord], allocatedBytesPerMessage: Double? = nil,
        placement:
            PlacementRecord? = nil
    ) {
        self.clockReadNs = clockReadNs
        self.histogramRecordNs = histogramRecordNs
        self.verificationNs = verificationNs
        self.estimatedShare = estimatedShare
        self.workers = workers
        self.allocatedBytesPerMessage = allocatedBytesPerMessage
        self.placement = placement
    }
}

/// One thread that drove load.
public struct WorkerRecord: Codable, Sendable, Equatable {
    /// Name of the thread.
    public var name: String
    /// `producer` or `consumer`.
    public var role: String
    /// Processor that it was pinned to; nil where it was not.
    public var cpu: Int?
    /// Share of its rounds that did something, weighted by time, 0...1.
    public var busyShare: Double
    /// Processor time used.
    public var processorTimeNs: Int64
    /// Time from its start to its end.
    public var wallTimeNs: Int64
    /// Messages sent or handled.
    public var messages: UInt64
    /// Loop rounds.
    public var rounds: UInt64
    /// Bytes allocated for messages in the measured phase; nil where nothing counts them.
    public var allocatedBytes: UInt64?
    /// Bytes allocated for faults and rebalances.
    public var faultAllocatedBytes: UInt64
    /// Bytes that idempotency stores outside the program allocated; nil in older results.
    public var storeAllocatedBytes: UInt64?

    /// A record of the given values; see the properties.
    public init(
        name: String, role: String, cpu: Int? = nil, busyShare: Double, processorTimeNs: Int64,
        wallTimeNs: Int64, messages: UInt64, rounds: UInt64, allocatedBytes: UInt64? = nil,
        faultAllocatedBytes: UInt64 = 0, storeAllocatedBytes: UInt64? = nil
    ) {
        self.name = name
        self.role = role
        self.cpu = cpu
        self.busyShare = busyShare
        self.processorTimeNs = processorTimeNs
        self.wallTimeNs = wallTimeNs
        self.messages = messages
        self.rounds = rounds
        self.allocatedBytes = allocatedBytes
        self.faultAllocatedBytes = faultAllocatedBytes
        self.storeAllocatedBytes = storeAllocatedBytes
    }
}

/// What a message between two workers costs where they were placed, measured before and after the
/// run.
public struct PlacementRecord: Codable, Sendable, Equatable {
    /// Cost before the run.
    public var beforeNs: Double
    /// Cost after the run.
    public var afterNs: Double
    /// What the numbers say in words.
    public var label: String?

    /// A record of the given values; see the properties.
    public init(
        beforeNs: Double, afterNs: Double, label: String? = nil
    ) {
        self.beforeNs = beforeNs
        self.afterNs = afterNs
        self.label = label
    }
}
