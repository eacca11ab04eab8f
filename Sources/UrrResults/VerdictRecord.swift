/// How far the numbers of a run can be trusted.
public struct VerdictRecord: Codable, Sendable, Equatable {
    /// The verdict: the gravest of the reasons.
    public var value: Verdict
    /// What speaks against the run; empty for a valid one.
    public var reasons: [VerdictReason]

    /// A record of the given values; see the properties.
    public init(
        value: Verdict, reasons: [VerdictReason] = []
    ) {
        self.value = value
        self.reasons = reasons
    }
}

/// One thing that speaks against a run.
public struct VerdictReason: Codable, Sendable, Equatable {
    /// Stable name of the check.
    public var code: String
    /// What it makes of the run.
    public var severity: Verdict
    /// The finding in words, with its numbers.
    public var text: String

    /// A record of the given values; see the properties.
    public init(
        code: String, severity: Verdict, text: String
    ) {
        self.code = code
        self.severity = severity
        self.text = text
    }
}
