import UrrLog
import UrrPlatform

/// The partition log's cases: one thread that appends, or that reads what is there.
enum LogCounts {
    static let all: [CountedCase] =
        [1, 32].map { appending(.exclusive, batch: $0) }
        + [1, 32].map { appending(.shared, batch: $0) }
        + [1, 256].map { reading(.exclusive, limit: $0) }
        + [1, 256].map { reading(.shared, limit: $0) }

    private static let size = MessageSize.bytes64
    private static let patience = Patience(
        IdleStrategy(spinRounds: 1, pausesPerRound: 1, yieldRounds: .max, parkNanoseconds: 0))

    private static func appending(_ kind: AppenderKind, batch: Int) -> CountedCase {
        CountedCase(
            name: "log-\(kind)-append-\(size.rawValue)B-b\(batch)",
            summary: "append in place, batches of \(batch)", window: 32
        ) {
            let log = try PartitionLog(configuration(kind))
            // Attached, so that the log keeps every record.
            _ = try log.attachGroup(from: .earliest)
            let append = try appender(log, kind, batch: batch)
            return CountedWork(retained: { retained(log, kind) }, run: append)
        }
    }

    private static func reading(_ kind: AppenderKind, limit: Int) -> CountedCase {
        CountedCase(
            name: "log-\(kind)-poll-\(size.rawValue)B-r\(limit)",
            summary: "poll at most \(limit), commit after each poll",
            window: UInt64(max(32, limit))
        ) {
            let log = try PartitionLog(configuration(kind))
            let reader = try log.makeReader(log.attachGroup(from: .earliest))
            let append = try appender(log, kind, batch: 32)
            _ = append(4 * MessageCounter.warmup)
            var check = StreamCheck<Message64>(nil)
            return CountedWork { count in
                let before = check.tally.count
                // `withExtendedLifetime` keeps the log, which the reader points into.
                check = withExtendedLifetime(log) {
                    LogReading.one(
                        reader,
                        ReadOrder(count: count, limit: min(limit, Int(count)), patience: patience),
                        check)
                }
                return check.tally.disorder == 0 ? check.tally.count - before : 0
            }
        }
    }

    private static func configuration(_ kind: AppenderKind) -> LogConfiguration {
        var configuration = LogFactory.configuration(size.rawValue * 2, kind, groups: 1)
        configuration.pages = .ordinary
        return configuration
    }

    /// Appends on from where the last call ended.
    private static func appender(
        _ log: PartitionLog, _ kind: AppenderKind, batch: Int
    ) throws -> (UInt64) -> UInt64 {
        let exclusive = kind == .exclusive ? try log.makeExclusiveAppender() : nil
        let shared = kind == .shared ? try log.makeSharedAppender() : nil
        var sent: UInt64 = 0
        return { count in
            withExtendedLifetime(log) {
                var order = AppendOrder(count: count, batch: batch, patience: patience)
                order.firstTime = sent
                let appended: UInt64 =
                    if let exclusive {
                        LogAppending.exclusive(Message64.self, exclusive, order)
                    } else if let shared {
                        LogAppending.shared(Message64.self, shared, order)
                    } else { 0 }
                sent += appended
                return appended
            }
        }
    }

    /// Ring bytes of what is retained, and the index beside it: a descriptor of 32 bytes for each
    /// record of a shared log, a waypoint of 16 bytes for each 16 records of an exclusive one.
    private static func retained(
        _ log: PartitionLog, _ kind: AppenderKind
    ) -> (bytes: Int, records: UInt64) {
        let records = UInt64(log.endOffset - log.startOffset)
        let books = Int(records) * (kind == .shared ? 32 : 1)
        return (log.retainedBytes + books, records)
    }
}
