import UrrLog
import UrrPlatform

/// One face for both kinds of appenders, so that a test can run over both.
enum AnyAppender {
    case exclusive(ExclusiveAppender)
    case shared(SharedAppender)

    init(_ log: PartitionLog) throws {
        switch log.configuration.appender {
        case .exclusive: self = .exclusive(try log.makeExclusiveAppender())
        case .shared: self = .shared(try log.makeSharedAppender())
        }
    }

    /// Appends and, where that is apart, publishes.
    func append(_ payload: [UInt8], keyHash: UInt32 = 0, time: Nanoseconds = 0) -> AppendResult {
        payload.withUnsafeBytes { bytes in
            switch self {
            case .exclusive(let appender):
                let result = appender.append(bytes, keyHash: keyHash, time: time)
                appender.publish()
                return result
            case .shared(let appender):
                return appender.append(bytes, keyHash: keyHash, time: time)
            }
        }
    }

    /// The same by claiming and filling in place; `abort` gives the claim up instead. An exclusive
    /// appender that aborts consumes nothing.
    func claim(
        _ payload: [UInt8], keyHash: UInt32 = 0, time: Nanoseconds = 0, abort: Bool = false
    ) -> AppendResult {
        switch self {
        case .exclusive(let appender):
            guard let room = appender.claim(byteCount: payload.count) else {
                return appender.lastRefusal
            }
            payload.withUnsafeBytes { room.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
            if abort {
                appender.abort()
            } else {
                appender.commit(keyHash: keyHash, time: time)
                appender.publish()
            }
        case .shared(let appender):
            guard let claim = appender.claim(byteCount: payload.count) else {
                return appender.lastRefusal
            }
            claim.payload.copyBytes(from: payload)
            if abort {
                appender.abort(claim)
            } else {
                appender.commit(claim, keyHash: keyHash, time: time)
            }
        }
        return .appended
    }
}

/// What a reader saw, copied.
struct SeenRecord: Equatable {
    var offset: Offset
    var time: Nanoseconds
    var keyHash: UInt32
    var payload: [UInt8]

    init(_ record: LogRecord) {
        offset = record.offset
        time = record.appendTime
        keyHash = record.keyHash
        payload = Array(record.payload)
    }

    init(offset: Offset, time: Nanoseconds, keyHash: UInt32, payload: [UInt8]) {
        self.offset = offset
        self.time = time
        self.keyHash = keyHash
        self.payload = payload
    }
}

extension LogReader {
    /// Polls once and copies what came.
    func take(_ limit: Int) -> [SeenRecord] {
        var seen: [SeenRecord] = []
        let count = poll(limit: limit) { seen.append(SeenRecord($0)) }
        return count == seen.count ? seen : []
    }
}

/// A small configuration on ordinary pages.
func smallLog(
    data: Int = 1024, records: Int = 16, groups: Int = 4, maximum: Int? = nil,
    _ appender: AppenderKind = .exclusive, _ whenFull: WhenFull = .backpressure,
    retentionBytes: Int? = nil, retentionTime: Nanoseconds? = nil
) -> LogConfiguration {
    LogConfiguration(
        dataCapacity: data, recordCapacity: records, maximumGroups: groups,
        maximumMessageBytes: maximum, appender: appender, whenFull: whenFull,
        retentionBytes: retentionBytes, retentionTime: retentionTime, pages: .ordinary)
}
