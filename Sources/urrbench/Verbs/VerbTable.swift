/// All verbs, in the order of the help.
enum VerbTable {
    static let all: [Verb] = [
        WorkloadVerb.verb, SweepVerb.verb, KneeVerb.verb, SimulateVerb.verb, ValidateVerb.verb,
        ShowVerb.verb,
        ReportVerb.verb, MergeVerb.verb, CoreVerb.verb, DriversVerb.verb, KnownAnswersVerb.verb,
        VerificationCostVerb.verb, VersionVerb.verb, CompletionVerb.verb, HelpVerb.verb,
    ]

    /// Names of all verbs. Written out, because the table of verbs cannot refer to itself while it
    /// is made; a test compares the two.
    static let names = [
        "workload", "sweep", "knee", "simulate", "validate", "show", "report", "merge", "core",
        "drivers",
        "known-answers", "verification-cost", "version", "completion", "help",
    ]
}
