import UrrLog

/// The logs that are measured: as many slots as the peers' rings have.
enum LogFactory {
    /// Records of a log, unless they would take more than `dataBytes`.
    static let records = 65_536
    /// Largest data ring: half of the last-level cache of the machines that this was written on.
    static let dataBytes = 16 << 20

    /// Bytes of a data ring for messages of `byteCount` bytes, a power of two.
    static func dataCapacity(_ byteCount: Int, slots: Int = records) -> Int {
        min(slots * byteCount, dataBytes)
    }

    /// The configuration of a log for messages of `byteCount` bytes. With `share` above 1 it has
    /// that part (a power of two) of everything.
    static func configuration(
        _ byteCount: Int, _ appender: AppenderKind, groups: Int, slots: Int = records,
        share: Int = 1
    ) -> LogConfiguration {
        let data = dataCapacity(byteCount, slots: slots)
        return LogConfiguration(
            dataCapacity: data / share, recordCapacity: data / byteCount / share,
            maximumGroups: groups, maximumMessageBytes: byteCount, appender: appender)
    }
}
