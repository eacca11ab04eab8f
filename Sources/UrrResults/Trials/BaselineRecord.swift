import Foundation

/// Trials that are kept to compare with, with the noise of the machine that they ran on.
public struct BaselineRecord: Codable, Sendable, Equatable {
    /// Says what kind of file this is.
    public static let schema = "urrbench.baseline"
    /// Version of the layout.
    public static let version = 1

    /// Trials that were run one after the other.
    public struct Session: Codable, Sendable, Equatable {
        /// When the first of them started: ISO 8601, UTC.
        public var startedAt: String
        /// Commit that the program was built from.
        public var commit: String
        /// The trials.
        public var trials: [TrialRecord]

        /// A session of the given trials.
        public init(startedAt: String, commit: String, trials: [TrialRecord]) {
            self.startedAt = startedAt
            self.commit = commit
            self.trials = trials
        }
    }

    /// See `schema`.
    public var schema = Self.schema
    /// See `version`.
    public var version = Self.version
    /// Name of the baseline.
    public var name: String
    /// What runs must share with it.
    public var identity: TrialIdentity
    /// The workload as it was run, overrides applied: what a check runs again.
    public var document: JSONValue
    /// What is compared.
    public var metrics: [String]
    /// At least one.
    public var sessions: [Session]
    /// Noise bands by metric, as shares: what builds of the same source differ by on this machine.
    public var bands: [String: Double]
    /// The hard tier; nil where it was not counted.
    public var counters: CounterRecord?

    /// A baseline of the given values; see the properties.
    public init(
        name: String, identity: TrialIdentity, document: JSONValue, metrics: [String],
        sessions: [Session], bands: [String: Double], counters: CounterRecord?
    ) {
        self.name = name
        self.identity = identity
        self.document = document
        self.metrics = metrics
        self.sessions = sessions
        self.bands = bands
        self.counters = counters
    }

    /// All trials of all sessions.
    public var trials: [TrialRecord] { sessions.flatMap(\.trials) }

    /// Reads a baseline. Never traps, whatever the bytes are.
    public init(json: Data) throws(ResultError) {
        self = try RecordFile.decode(json, schema: Self.schema, version: Self.version)
        guard !trials.isEmpty else { throw .malformed(path: "sessions", reason: "no trial") }
        for (metric, band) in bands where band < 0 {
            throw .malformed(path: "bands.\(metric)", reason: "negative")
        }
    }

    /// The baseline as JSON with sorted members.
    public func json() throws(ResultError) -> Data { try RecordFile.encode(self) }
}
