#if PostgreSQL
/// The texts that the store sends. `$1` is the scope, `$2` the keys, `$3` the batch's claim.
enum PostgreSQLStatements {
    static let schema = """
        CREATE TABLE IF NOT EXISTS processed_events (
            scope text NOT NULL,
            event_key text NOT NULL,
            claim text NOT NULL,
            processed_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (scope, event_key)
        )
        """

    static let lookUp = Statement(
        name: "urrbench_look_up", parameters: 2,
        text: """
            SELECT event_key FROM processed_events
            WHERE scope = $1 AND event_key = ANY ($2::text[])
            """)

    /// Answers with the keys that were new.
    static let record = Statement(
        name: "urrbench_record", parameters: 3, text: insert)

    /// After an attempt whose answer was lost: the keys that are new now, and those that the
    /// lost attempt entered. Both parts see the table as it was before the statement.
    static let recordAgain = Statement(
        name: "urrbench_record_again", parameters: 3,
        text: """
            WITH inserted AS (\(insert))
            SELECT event_key FROM inserted UNION
            SELECT event_key FROM processed_events
            WHERE scope = $1 AND event_key = ANY ($2::text[]) AND claim = $3
            """)

    static let all = [lookUp, record, recordAgain]

    static let forget = "DELETE FROM processed_events WHERE starts_with(scope, $1)"

    private static let insert = """
        INSERT INTO processed_events (scope, event_key, claim)
        SELECT $1, entry, $3 FROM unnest($2::text[]) AS entry
        ON CONFLICT DO NOTHING RETURNING event_key
        """

    struct Statement {
        let name: String
        let parameters: Int32
        let text: String
    }
}
#endif
