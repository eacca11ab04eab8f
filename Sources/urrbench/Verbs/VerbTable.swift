/// All verbs, in the order of the help.
enum VerbTable {
    static let all: [Verb] = [
        WorkloadVerb.verb, SweepVerb.verb, KneeVerb.verb, SimulateVerb.verb, PlanVerb.verb,
        ValidateVerb.verb, ShowVerb.verb, ReportVerb.verb, MergeVerb.verb, AbVerb.verb,
        CompareVerb.verb, BaselineVerb.verb, HistoryVerb.verb, CountVerb.verb, CoreVerb.verb,
        DriversVerb.verb, StoresVerb.verb, KnownAnswersVerb.verb, VerificationCostVerb.verb,
        VersionVerb.verb, CompletionVerb.verb, HelpVerb.verb,
    ]

    /// Names of all verbs. Written out, because the table of verbs cannot refer to itself while it
    /// is made; a test compares the two.
    static let names = [
        "workload", "sweep", "knee", "simulate", "plan", "validate", "show", "report", "merge",
        "ab", "compare", "baseline", "history", "count", "core", "drivers", "stores",
        "known-answers", "verification-cost", "version", "completion", "help",
    ]
}
