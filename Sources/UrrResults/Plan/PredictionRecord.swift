import Foundation

/// How far simulations were from measurements of the same configurations: what `scripts/validate-plan`
/// found when it was run last with `--save`.
public struct PredictionRecord: Codable, Sendable, Equatable {
    /// Says what kind of file this is.
    public static let schema = "urrbench.prediction"
    /// Version of the layout that this program reads.
    public static let version = 1

    /// The kind of file.
    public private(set) var schema = Self.schema
    /// The layout.
    public private(set) var version = Self.version
    /// The day of the measurements: `2026-11-21`.
    public var date: String
    /// The processor that measured.
    public var cpuModel: String
    /// How many CPUs it was allowed to use.
    public var cpus: Int
    /// What carried the messages.
    public var driver: String
    /// Configurations that were drawn at random; none of them calibrated anything.
    public var configurations: Int
    /// The errors by metric.
    public var errors: [PredictionErrorRecord]

    /// A record of the given values; see the properties.
    public init(
        date: String, cpuModel: String, cpus: Int, driver: String, configurations: Int,
        errors: [PredictionErrorRecord]
    ) {
        self.date = date
        self.cpuModel = cpuModel
        self.cpus = cpus
        self.driver = driver
        self.configurations = configurations
        self.errors = errors
    }

    /// Reads a record. Never traps, whatever the bytes are.
    public init(json: Data) throws(ResultError) {
        self = try RecordFile.decode(json, schema: Self.schema, version: Self.version)
    }
}

/// The error of one metric, as shares of what was measured.
public struct PredictionErrorRecord: Codable, Sendable, Equatable {
    /// What was compared: `throughput`, `lag peak`, `recovery`, `response p99`.
    public var metric: String
    /// Configurations in which it could be compared.
    public var compared: Int
    /// The middle one of the errors.
    public var median: Double
    /// The greatest of them.
    public var worst: Double
    /// What the error should not exceed.
    public var goal: Double

    /// A record of the given values; see the properties.
    public init(metric: String, compared: Int, median: Double, worst: Double, goal: Double) {
        self.metric = metric
        self.compared = compared
        self.median = median
        self.worst = worst
        self.goal = goal
    }
}

extension ResultStore {
    /// The prediction errors in the file at `path`; nil where there is no such file.
    public static func loadPrediction(path: String) throws(ResultError) -> PredictionRecord? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try PredictionRecord(json: try bytes(path: path))
    }
}
