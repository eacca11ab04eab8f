import UrrLog
import UrrPlatform

/// What a reading thread does.
struct ReadOrder: Sendable {
    /// Messages that each reader is to get.
    var count: UInt64
    /// Most records of one poll.
    var limit: Int
    var patience: Patience
}

/// The loops of readers. A reader commits after each poll that brought something, as a consumer
/// does that loses nothing.
enum LogReading {
    /// As many readers as `box` has checks, in turn: one poll each.
    static func all<Check: MessageCheck>(
        _ readers: LogReaders, _ order: ReadOrder, _ box: CheckBox<Check>
    ) {
        if readers.readers.count == 1 {
            box.checks[0] = one(readers.readers[0], order, box.checks[0])
        } else {
            several(UnsafeBufferPointer(readers.readers), order, box.checks)
        }
    }

    /// One reader.
    static func one<Check: MessageCheck>(
        _ reader: LogReader, _ order: ReadOrder, _ initial: Check
    ) -> Check {
        var check = initial
        var patience = order.patience
        var received: UInt64 = 0
        while received < order.count {
            let count = reader.poll(limit: order.limit) { record in
                check.take(record.payload, envelope: envelope(record))
            }
            if count == 0 {
                guard patience.wait() else { break }
            } else {
                patience.reset()
                reader.commit(reader.position)
                received &+= UInt64(truncatingIfNeeded: count)
            }
        }
        return check
    }

    private static func several<Check: MessageCheck>(
        _ readers: UnsafeBufferPointer<LogReader>, _ order: ReadOrder,
        _ checks: UnsafeMutableBufferPointer<Check>
    ) {
        var patience = order.patience
        var received: UInt64 = 0
        let total = order.count &* UInt64(readers.count)
        // Groups of one log have the same lines before them anyway.
        let isManyLogs = readers.count > 8
        while received < total {
            let before = received
            for index in 0..<readers.count {
                let reader = readers[index]
                if isManyLogs {
                    readers[(index &+ 4) % readers.count].prefetchState()
                    readers[(index &+ 2) % readers.count].prefetch()
                }
                received &+= UInt64(
                    truncatingIfNeeded: poll(reader, order.limit, &checks[index]))
            }
            if received != before {
                patience.reset()
            } else if !patience.wait() {
                break
            }
        }
    }

    /// One poll. A function of its own, so that the sums are in registers while it lasts: within the
    /// loop over the readers they would have to outlive every call there.
    @inline(never)
    private static func poll<Check: MessageCheck>(
        _ reader: LogReader, _ limit: Int, _ total: inout Check
    ) -> Int {
        var check = total
        let count = reader.poll(limit: limit) { record in
            check.take(record.payload, envelope: envelope(record))
        }
        if count > 0 {
            total = check
            reader.commit(reader.position)
        }
        return count
    }

    /// What a record carries beside its payload and its number.
    @inline(__always)
    static func envelope(_ record: LogRecord) -> UInt64 {
        UInt64(record.keyHash) &+ UInt64(bitPattern: record.appendTime)
    }
}
