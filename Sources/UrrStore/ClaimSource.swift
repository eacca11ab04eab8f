/// Tokens that tell one batch of one session from all others. Stored with each entry, so that an
/// attempt whose answer was lost is known again when the batch is sent once more: its own entries
/// are new, not repeats.
public struct ClaimSource: ~Copyable {
    private let session: UInt64
    private var batch: UInt64 = 0

    /// A source of its own for each session.
    public init() {
        session = UInt64.random(in: .min ... .max)
    }

    /// The token of the next batch.
    public mutating func next() -> EventKey {
        batch += 1
        return EventKey(high: session, low: batch)
    }
}
