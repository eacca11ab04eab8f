/// What carried the messages and what it promises.
public struct DriverRecord: Codable, Sendable, Equatable {
    /// Name of the driver, as `--driver` takes it.
    public var name: String
    /// What the driver declares: acknowledgement, durability, scope of order, deduplication and so
    /// on.
    public var semantics: [String: String]
    /// What the target said about itself: version, settings that matter.
    public var facts: [String: String]

    /// A record of the given values; see the properties.
    public init(
        name: String, semantics: [String: String] = [:], facts: [String: String] = [:]
    ) {
        self.name = name
        self.semantics = semantics
        self.facts = facts
    }
}
