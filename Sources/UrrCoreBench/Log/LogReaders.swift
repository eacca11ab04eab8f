import UrrLog

/// The readers that one thread polls: of several groups or of several partitions.
final class LogReaders: @unchecked Sendable {
    let readers: UnsafeMutableBufferPointer<LogReader>

    /// One reader of each log, in a group of its own for each of `groups`.
    init(_ logs: [PartitionLog], groups: Int) throws {
        var made: [LogReader] = []
        for log in logs {
            for _ in 0..<groups {
                made.append(try log.makeReader(log.attachGroup(from: .earliest)))
            }
        }
        readers = .allocate(capacity: made.count)
        _ = readers.initialize(from: made)
    }

    deinit { readers.deallocate() }
}
