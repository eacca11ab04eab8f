/// How the run was laid out over threads.
public struct SettingsRecord: Codable, Sendable, Equatable {
    /// Threads that sent.
    public var producerWorkers: Int
    /// Threads that received and handled.
    public var consumerWorkers: Int
    /// What an idle worker does: `spin`, `yield` or `park`.
    public var idle: String
    /// Whether workers were pinned to processors.
    public var pinned: Bool

    /// A record of the given values; see the properties.
    public init(
        producerWorkers: Int, consumerWorkers: Int, idle: String, pinned: Bool
    ) {
        self.producerWorkers = producerWorkers
        self.consumerWorkers = consumerWorkers
        self.idle = idle
        self.pinned = pinned
    }
}
