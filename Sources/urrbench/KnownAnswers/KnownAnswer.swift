/// One quantity whose value theory knows, beside what the harness measured.
struct KnownAnswer: Sendable {
    /// The experiment that it belongs to.
    var experiment: String
    /// The quantity, with its unit.
    var quantity: String
    /// What theory says.
    var expected: Double
    /// What came out.
    var measured: Double
    /// Largest relative error that passes; where it is 0, `measured` must be at least `expected`.
    var tolerance: Double

    /// Relative error of the measurement.
    var error: Double {
        expected == 0 ? (measured == 0 ? 0 : .infinity) : measured / expected - 1
    }

    /// Whether the measurement is as it should be.
    var holds: Bool {
        tolerance == 0 ? measured >= expected : abs(error) <= tolerance
    }
}

/// How the experiments are run.
struct ExperimentMode: Sendable {
    /// Whether the engine's threads run in real time; otherwise in virtual time.
    var isReal: Bool
    /// Whether the short form is wanted: fewer experiments, shorter runs.
    var isShort: Bool
    /// How often a run is repeated whose verdict says that the machine disturbed it.
    var attempts: Int { isReal ? 3 : 1 }
}
