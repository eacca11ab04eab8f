import Foundation

/// What messages cost in counts that do not depend on how busy a machine is: the hard tier.
public struct CounterRecord: Codable, Sendable, Equatable {
    /// Says what kind of file this is.
    public static let schema = "urrbench.counters"
    /// Version of the layout.
    public static let version = 1

    /// See `schema`.
    public var schema = Self.schema
    /// See `version`.
    public var version = Self.version
    /// Commit that the program was built from, or `unknown`.
    public var commit: String
    /// `release` or `debug`: the counts of the two have nothing to do with each other.
    public var buildMode: String
    /// The compiler; instructions depend on it.
    public var compiler: String
    /// Instruction set.
    public var architecture: String
    /// The processor's name: the C library copies memory by code that it chooses for it. Nil in older
    /// files.
    public var processor: String?
    /// What could not be counted here, and why.
    public var notCounted: [String]
    /// Counts per message by case, then by counter.
    public var cases: [String: [String: Double]]

    /// A record of the given values; see the properties.
    public init(
        commit: String, buildMode: String, compiler: String, architecture: String,
        processor: String? = nil, notCounted: [String] = [], cases: [String: [String: Double]]
    ) {
        self.commit = commit
        self.buildMode = buildMode
        self.compiler = compiler
        self.architecture = architecture
        self.processor = processor
        self.notCounted = notCounted
        self.cases = cases
    }

    /// Reads a record. Never traps, whatever the bytes are.
    public init(json: Data) throws(ResultError) {
        self = try RecordFile.decode(json, schema: Self.schema, version: Self.version)
        for (name, counts) in cases {
            for (counter, value) in counts where value < 0 {
                throw .malformed(path: "cases.\(name).\(counter)", reason: "negative")
            }
        }
    }

    /// The record as JSON with sorted members.
    public func json() throws(ResultError) -> Data { try RecordFile.encode(self) }
}
