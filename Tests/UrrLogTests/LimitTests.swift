import Testing
import UrrLog

/// Limits at the end of their range, which must not overflow anything.
struct LimitTests {
    @Test(arguments: [AppenderKind.exclusive, .shared])
    func anyPollLimitWorksFromAnyPosition(kind: AppenderKind) throws {
        let log = try PartitionLog(
            LogConfiguration(dataCapacity: 4096, recordCapacity: 16, appender: kind))
        let group = try log.attachGroup(from: .earliest)
        let reader = try log.makeReader(group, reset: .earliest)
        let appended = try append(3, to: log, kind)
        #expect(appended == 3)
        #expect(reader.poll(limit: 1) { _ in } == 1)
        #expect(reader.poll(limit: .max) { _ in } == 2)
        #expect(reader.position == 3)
        #expect(reader.poll(limit: .max) { _ in } == 0)
    }

    private func append(
        _ count: Int, to log: PartitionLog, _ kind: AppenderKind
    ) throws -> Int {
        let payload: [UInt8] = [1, 2, 3]
        var done = 0
        let exclusive = kind == .exclusive ? try log.makeExclusiveAppender() : nil
        let shared = kind == .shared ? try log.makeSharedAppender() : nil
        for number in 0..<count {
            payload.withUnsafeBytes { bytes in
                let result =
                    exclusive?.append(bytes, keyHash: 0, time: Int64(number))
                    ?? shared?.append(bytes, keyHash: 0, time: Int64(number))
                if result == .appended { done += 1 }
            }
        }
        exclusive?.publish()
        return done
    }

    @Test func retentionBeyondAllMemoryIsRefused() {
        var configuration = LogConfiguration(dataCapacity: 4096, recordCapacity: 16)
        configuration.retentionBytes = .max
        #expect(configuration.problems().count == 1)
    }
}
