/// `stores`: which idempotency stores this program has.
enum StoresVerb {
    static let verb = Verb(
        "stores", summary: "List the idempotency stores and whether this program has them.",
        notes: [
            "A workload names one in a group's \"idempotency\". Passwords are taken from the"
                + " environment only: PGPASSWORD or PGPASSFILE for PostgreSQL, REDISCLI_AUTH for"
                + " Redis, or within URRBENCH_POSTGRES and URRBENCH_REDIS, the addresses that are"
                + " used where a workload gives none."
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        let width = StoreTable.all.map(\.kind.rawValue.count).max() ?? 0
        let lines = StoreTable.all.map { store in
            let name = store.kind.rawValue
            let gap = String(repeating: " ", count: width - name.count + 2)
            let mark = store.make == nil ? "\n  not here: \(StoreTable.missing(store.kind))" : ""
            return name + gap + store.summary + mark
        }
        return Console.print(lines.joined(separator: "\n"))
    }
}
