import Testing
import UrrLog
import UrrPlatform

@Suite struct SmokeTests {
    @Test func appendsAndReads() throws {
        let log = try PartitionLog(
            LogConfiguration(dataCapacity: 1024, recordCapacity: 16, pages: .ordinary))
        let appender = try log.makeExclusiveAppender()
        let group = try log.attachGroup(from: .earliest)
        let reader = try log.makeReader(group, reset: .earliest)
        for lap in 0..<100 {
            let payload = [UInt8](repeating: UInt8(lap), count: lap % 70)
            let result = payload.withUnsafeBytes {
                appender.append($0, keyHash: UInt32(lap), time: Int64(lap))
            }
            #expect(result == .appended)
            appender.publish()
            let count = reader.poll(limit: 10) { record in
                #expect(record.offset == lap)
                #expect(record.keyHash == lap)
                #expect(Array(record.payload) == payload)
            }
            #expect(count == 1)
            #expect(reader.commit(reader.position))
        }
    }

    @Test func appendsAndReadsShared() throws {
        let log = try PartitionLog(
            LogConfiguration(
                dataCapacity: 1024, recordCapacity: 16, appender: .shared, pages: .ordinary))
        let appender = try log.makeSharedAppender()
        let group = try log.attachGroup(from: .earliest)
        let reader = try log.makeReader(group, reset: .earliest)
        for lap in 0..<100 {
            let payload = [UInt8](repeating: UInt8(lap), count: lap % 70)
            let result = payload.withUnsafeBytes {
                appender.append($0, keyHash: UInt32(lap), time: Int64(lap))
            }
            #expect(result == .appended)
            let count = reader.poll(limit: 10) { record in
                #expect(record.offset == lap)
                #expect(Array(record.payload) == payload)
            }
            #expect(count == 1)
            #expect(reader.commit(reader.position))
        }
    }
}
