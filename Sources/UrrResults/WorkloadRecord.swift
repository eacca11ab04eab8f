/// The workload as it was run.
public struct WorkloadRecord: Codable, Sendable, Equatable {
    /// The name that the workload gives itself.
    public var name: String
    /// The file as it was named on the command line, without a path of the machine; nil for a
    /// built-in workload.
    public var file: String?
    /// Digest of the workload after overrides, as `algorithm:hexadecimal`. Runs with equal digest
    /// and seed offered the same messages.
    public var digest: String
    /// Changes made on the command line, as given.
    public var overrides: [String]
    /// The workload as run, overrides applied.
    public var document: JSONValue

    /// A record of the given values; see the properties.
    public init(
        name: String, file: String? = nil, digest: String, overrides: [String] = [],
        document:
            JSONValue
    ) {
        self.name = name
        self.file = file
        self.digest = digest
        self.overrides = overrides
        self.document = document
    }
}
