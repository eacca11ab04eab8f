import UrrResults

/// Where a verb stores what it found: in the file that the user names, else among the results under a
/// name of its own, else nowhere.
struct ResultDestination {
    /// What was given with `--out`.
    private let file: String?
    /// The directory of results; nil where nothing is stored.
    let store: ResultStore?

    /// `directory` is where results go instead of the usual place.
    init(file: String? = nil, directory: String? = nil, storesNothing: Bool = false) {
        self.file = storesNothing ? nil : file
        store =
            storesNothing
            ? nil : ResultStore(directory: directory ?? ProgramEnvironment.resultsDirectory)
    }

    /// What is wrong with the options of a verb that has both `--out` and `--no-results`; nil where
    /// nothing is.
    static func contradiction(_ arguments: ParsedArguments) -> String? {
        guard arguments.has("out"), arguments.has("no-results") else { return nil }
        return "--out: must not be given with --no-results, which stores nothing"
    }

    /// Makes sure that a record with a name of its own can be stored; see `ResultStore.prepare`.
    func prepare() throws(ResultError) {
        if file == nil { try store?.prepare() }
    }

    /// Stores the record; where it is then, if anywhere.
    func save(_ record: some StorableRecord) throws(ResultError) -> String? {
        guard let file else { return try store?.save(record) }
        try ResultStore.replace(file, with: try record.json())
        return file
    }
}
