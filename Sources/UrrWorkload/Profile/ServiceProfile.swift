import UrrPlatform

/// The quotas of a messaging service, as its vendor documents them: a data file, so that a changed
/// quota is a changed line with its source.
public struct ServiceProfile: Sendable, Equatable {
    /// What a quota limits.
    public enum Quantity: String, Sendable, CaseIterable {
        /// Messages per second of the whole topic or queue, in each direction.
        case messagesPerSecond
        /// Messages per second of one key (message group).
        case messagesPerSecondPerKey
        /// Messages received and not yet acknowledged.
        case inFlight
        /// Partition replicas on one broker.
        case partitionsPerBroker
        /// Partition replicas of the whole cluster.
        case partitionsPerCluster
        /// Memory that each partition replica needs, in bytes.
        case memoryPerPartition
        /// Memory that what is kept has to fit into, in bytes.
        case memory
        /// Bytes of one message.
        case messageSize
        /// How long messages can be kept.
        case retention
    }

    /// What happens at a limit.
    public enum Strictness: String, Sendable, CaseIterable {
        /// It cannot be exceeded.
        case hard
        /// The vendor raises it when asked.
        case adjustable
        /// A setting that the user can change.
        case standard = "default"
        /// More works, and the vendor advises against it.
        case recommendation
        /// Not from the vendor: what this profile takes for granted.
        case assumption
    }

    /// One limit.
    public struct Quota: Sendable, Equatable {
        /// What is limited.
        public var quantity: Quantity
        /// How much of it there is, in the unit of the quantity (nanoseconds for `retention`).
        public var limit: Double
        /// What happens there.
        public var strictness: Strictness
        /// What the vendor says, in our words.
        public var remark: String
        /// Address of the documentation.
        public var source: String
        /// When it was read: year-month-day.
        public var date: String
    }

    /// The word for it on the command line.
    public var name: String
    /// What the service is called.
    public var title: String
    /// Copies of each message.
    public var replication: Int
    /// Brokers that are taken for granted; nil where the service has none to be counted.
    public var brokers: Int?
    /// Memory of one broker that is taken for granted, in bytes; nil where it does not matter.
    public var brokerMemory: Int?
    /// Messages that a consumer takes at a time; nil leaves that to the workload.
    public var batch: Int?
    /// The limits, in the order of the file.
    public var quotas: [Quota]
}

extension ServiceProfile.Quantity {
    /// The unit of the limit.
    public var unit: String {
        switch self {
        case .messagesPerSecond, .messagesPerSecondPerKey: "/s"
        case .inFlight: "messages"
        case .partitionsPerBroker, .partitionsPerCluster: "partitions"
        case .memoryPerPartition, .memory, .messageSize: "bytes"
        case .retention: "ns"
        }
    }
}
