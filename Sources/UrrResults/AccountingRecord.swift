/// Totals over all producers and all groups. A message that three groups read is sent once and
/// delivered three times.
public struct AccountingRecord: Codable, Sendable, Equatable {
    /// Messages that the schedules asked for.
    public var scheduled: UInt64
    /// Messages that the target accepted.
    public var sent: UInt64
    /// Messages that the target confirmed.
    public var acknowledged: UInt64
    /// Messages that the target refused for good.
    public var sendFailed: UInt64
    /// Offers that the target put off.
    public var backPressured: UInt64
    /// Messages scheduled and never offered or given up.
    public var dropped: UInt64
    /// Deliveries.
    public var delivered: UInt64
    /// Messages handled.
    public var handled: UInt64
    /// Attempts at handling that failed.
    public var failed: UInt64
    /// Deliveries beyond the first, whatever the reason.
    public var duplicates: UInt64
    /// Messages confirmed and never delivered, or never handled.
    public var lost: UInt64
    /// Messages that came after a later one of the same key.
    public var reordered: UInt64
    /// Repeated deliveries.
    public var redelivered: UInt64
    /// Messages that went to a dead-letter queue.
    public var deadLettered: UInt64
    /// Messages that retention removed before they were read.
    public var outOfRange: UInt64
    /// Messages unread or unhandled at the end.
    public var unhandledAtEnd: UInt64
    /// Deliveries with wrong content.
    public var corrupted: UInt64
    /// Messages that producers sent again.
    public var retried: UInt64
    /// Of those, messages that the target knew by producer id and sequence and did not store.
    public var deduplicated: UInt64
    /// Deliveries of the copies that it did store.
    public var copies: UInt64
    /// Messages handled although their effect had been applied before.
    public var repeated: UInt64
    /// Deliveries skipped as repeats by a store.
    public var skipped: UInt64
    /// First deliveries after one of the same key that was due later, where that is asked for.
    public var keyReordered: UInt64
    /// Messages that groups left out because they were too far behind.
    public var shed: UInt64
    /// Messages that groups left out because they were too old.
    public var expired: UInt64
    /// Messages that groups left out because their circuit breakers were open.
    public var shortCircuited: UInt64
    /// Messages for which more went wrong than guarantees and injected faults allow.
    public var violations: UInt64

    /// A record of the given values; see the properties.
    public init(
        scheduled: UInt64, sent: UInt64, acknowledged: UInt64, sendFailed: UInt64,
        backPressured:
            UInt64, dropped: UInt64, delivered: UInt64, handled: UInt64, failed: UInt64,
        duplicates:
            UInt64, lost: UInt64, reordered: UInt64, redelivered: UInt64, deadLettered: UInt64,
        outOfRange: UInt64, unhandledAtEnd: UInt64, corrupted: UInt64, retried: UInt64 = 0,
        deduplicated: UInt64 = 0, copies: UInt64 = 0, repeated: UInt64 = 0, skipped: UInt64 = 0,
        keyReordered: UInt64 = 0, shed: UInt64 = 0, expired: UInt64 = 0,
        shortCircuited: UInt64 = 0, violations: UInt64 = 0
    ) {
        self.scheduled = scheduled
        self.sent = sent
        self.acknowledged = acknowledged
        self.sendFailed = sendFailed
        self.backPressured = backPressured
        self.dropped = dropped
        self.delivered = delivered
        self.handled = handled
        self.failed = failed
        self.duplicates = duplicates
        self.lost = lost
        self.reordered = reordered
        self.redelivered = redelivered
        self.deadLettered = deadLettered
        self.outOfRange = outOfRange
        self.unhandledAtEnd = unhandledAtEnd
        self.corrupted = corrupted
        self.retried = retried
        self.deduplicated = deduplicated
        self.copies = copies
        self.repeated = repeated
        self.skipped = skipped
        self.keyReordered = keyReordered
        self.shed = shed
        self.expired = expired
        self.shortCircuited = shortCircuited
        self.violations = violations
    }
}
