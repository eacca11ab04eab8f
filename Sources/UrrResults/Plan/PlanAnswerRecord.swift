/// What follows from the smallest size that meets the objectives.
public struct PlanAnswerRecord: Codable, Sendable, Equatable {
    /// The run of the planned size.
    public var trial: PlanTrialRecord
    /// How much more load it holds; nil where the time was over before that was known.
    public var margin: PlanMarginRecord?
    /// What gives way first when the load grows.
    public var bottleneck: PlanBottleneckRecord
    /// Total rate of the group's producers at which the hottest key alone keeps its consumer busy
    /// all the time, in messages per second; nil without keys or where handling takes no time.
    public var keyCapPerSecond: Double?
    /// Bytes that the greatest lag takes.
    public var backlogBytes: Double
    /// What has to be stored.
    public var storage: PlanStorageRecord
    /// Consumers of one instance of the service.
    public var consumersPerInstance: Int
    /// Instances of the service.
    public var instances: Int
    /// What was found about the size with one consumer or one partition fewer, in sentences.
    public var neighbours: [String]

    /// A record of the given values; see the properties.
    public init(
        trial: PlanTrialRecord, margin: PlanMarginRecord? = nil,
        bottleneck: PlanBottleneckRecord, keyCapPerSecond: Double? = nil, backlogBytes: Double,
        storage: PlanStorageRecord, consumersPerInstance: Int, instances: Int,
        neighbours: [String]
    ) {
        self.trial = trial
        self.margin = margin
        self.bottleneck = bottleneck
        self.keyCapPerSecond = keyCapPerSecond
        self.backlogBytes = backlogBytes
        self.storage = storage
        self.consumersPerInstance = consumersPerInstance
        self.instances = instances
        self.neighbours = neighbours
    }
}

/// How much load a size holds.
public struct PlanMarginRecord: Codable, Sendable, Equatable {
    /// Greatest multiple of the planned load that held.
    public var heldFactor: Double
    /// Smallest multiple that was missed; nil where everything that was tried held.
    public var missedFactor: Double?

    /// A record of the given values; see the properties.
    public init(heldFactor: Double, missedFactor: Double? = nil) {
        self.heldFactor = heldFactor
        self.missedFactor = missedFactor
    }
}

/// What gives way first when the load grows. Loads are those of the peak, as shares of what can be
/// handled: above 1 a backlog grows as long as the peak lasts.
public struct PlanBottleneckRecord: Codable, Sendable, Equatable {
    /// What there is to give way.
    public enum Kind: String, Codable, Sendable, Equatable {
        /// All consumers together.
        case consumers
        /// The consumer that has a partition more than others.
        case division
        /// The partition that gets more of the keys than others.
        case partition
        /// The hottest key, whose messages are handled one after the other.
        case key
    }

    /// What gives way first.
    public var kind: Kind
    /// Load of all consumers together.
    public var consumers: Double
    /// Load of the consumer with the most partitions, were keys spread evenly; nil for a queue.
    public var division: Double?
    /// Load of the consumer that would have the heaviest partition alone; nil for a queue.
    public var partition: Double?
    /// Load by the hottest key alone; 0 without keys.
    public var key: Double

    /// A record of the given values; see the properties.
    public init(
        kind: Kind, consumers: Double, division: Double?, partition: Double?, key: Double
    ) {
        self.kind = kind
        self.consumers = consumers
        self.division = division
        self.partition = partition
        self.key = key
    }
}

/// What has to be stored, in bytes.
public struct PlanStorageRecord: Codable, Sendable, Equatable {
    /// One message with its index entry, once.
    public var storedBytesPerMessage: Double
    /// Messages of a day: the measured phase once, the initial rate for the rest.
    public var messagesPerDay: Double
    /// Copies of each message.
    public var replication: Int
    /// Bytes of a day, all copies.
    public var bytesPerDay: Double
    /// How long messages are kept.
    public var retentionNs: Int64
    /// Bytes that are kept, all copies.
    public var retainedBytes: Double

    /// A record of the given values; see the properties.
    public init(
        storedBytesPerMessage: Double, messagesPerDay: Double, replication: Int,
        bytesPerDay: Double, retentionNs: Int64, retainedBytes: Double
    ) {
        self.storedBytesPerMessage = storedBytesPerMessage
        self.messagesPerDay = messagesPerDay
        self.replication = replication
        self.bytesPerDay = bytesPerDay
        self.retentionNs = retentionNs
        self.retainedBytes = retainedBytes
    }
}

/// The quotas of a service beside what the plan needs.
public struct PlanProfileRecord: Codable, Sendable, Equatable {
    /// Name of the profile.
    public var name: String
    /// What the service is called.
    public var title: String
    /// One entry per quota, in the order of the profile.
    public var quotas: [PlanQuotaRecord]

    /// A record of the given values; see the properties.
    public init(name: String, title: String, quotas: [PlanQuotaRecord]) {
        self.name = name
        self.title = title
        self.quotas = quotas
    }
}

/// One quota beside what the plan needs of it.
public struct PlanQuotaRecord: Codable, Sendable, Equatable {
    /// What is limited, such as `inFlight`.
    public var quantity: String
    /// The limit.
    public var limit: Double
    /// What the plan needs; nil where the plan says nothing about it.
    public var needed: Double?
    /// Unit of both: `messages`, `/s`, `bytes`, `partitions` or `ns`.
    public var unit: String
    /// What kind of limit it is: `hard`, `adjustable`, `default`, `recommendation`, `assumption`.
    public var strictness: String
    /// How the need was reckoned, and what the limit means.
    public var remark: String
    /// Where the limit is documented.
    public var source: String
    /// When it was read there: year-month-day.
    public var date: String

    /// Whether the plan needs more than there is.
    public var isExceeded: Bool { needed.map { $0 > limit } ?? false }
    /// What the plan needs as a share of the limit; nil where that is not known.
    public var share: Double? { limit > 0 ? needed.map { $0 / limit } : nil }

    /// A record of the given values; see the properties.
    public init(
        quantity: String, limit: Double, needed: Double?, unit: String, strictness: String,
        remark: String, source: String, date: String
    ) {
        self.quantity = quantity
        self.limit = limit
        self.needed = needed
        self.unit = unit
        self.strictness = strictness
        self.remark = remark
        self.source = source
        self.date = date
    }
}
