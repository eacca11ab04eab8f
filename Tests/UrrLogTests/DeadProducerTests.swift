import Testing
import UrrPlatform

@testable import UrrLog

/// Producers of a shared log that die, at every point of an append.
@Suite struct DeadProducerTests {
    private func shared(
        _ whenFull: WhenFull = .backpressure, data: Int = 2048
    ) throws -> (log: PartitionLog, appender: SharedAppender, reader: LogReader) {
        let log = try PartitionLog(
            smallLog(data: data, records: 16, maximum: data / 2 - 16, .shared, whenFull))
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        return (log, try log.makeSharedAppender(), reader)
    }

    @Test func deadProducerIsAbandoned() throws {
        let (log, appender, reader) = try shared()
        _ = appender.claim(byteCount: 10)
        let other = try log.makeSharedAppender()
        #expect(AnyAppender.shared(other).append([1]) == .appended)
        #expect(reader.take(5).isEmpty)
        #expect(!log.abandon(offset: 1))
        #expect(!log.abandon(offset: 2))
        #expect(!log.abandon(offset: -1))
        let blocked = try #require(log.blockedOffset())
        #expect(log.abandon(offset: blocked))
        #expect(!log.abandon(offset: blocked))
        #expect(reader.take(5).map(\.payload) == [[1]])
        #expect(reader.aborted == 1)
        // The log goes on over the abandoned record.
        #expect(reader.commit(2))
        for value in UInt8(0)..<40 {
            #expect(AnyAppender.shared(other).append([value]) == .appended)
            #expect(reader.take(5).map(\.payload) == [[value]])
            #expect(reader.commit(reader.position))
        }
    }

    /// What the reader of a dead producer's record sees until it is abandoned: nothing, for as long
    /// as the log has room for the others, and no longer.
    @Test func theWaitEndsWithTheRoom() throws {
        let (log, appender, reader) = try shared()
        _ = appender.claim(byteCount: 10)
        let other = AnyAppender.shared(try log.makeSharedAppender())
        for value in UInt8(1)..<16 {
            #expect(other.append([value]) == .appended)
            #expect(reader.take(5).isEmpty)
        }
        #expect(other.append([0]) == .full)
        #expect(log.blockedOffset() == 0)
        #expect(log.abandon(offset: 0))
        #expect(reader.take(99).map(\.payload) == (UInt8(1)..<16).map { [$0] })
    }

    /// Between the exchange that takes a place and the first store to it.
    @Test(arguments: [1, 2, 3])
    func deadBeforeItsFirstStore(count: Int64) throws {
        let (log, appender, reader) = try shared()
        let other = AnyAppender.shared(try log.makeSharedAppender())
        for round in 0..<40 {
            #expect(other.append([1], time: 0) == .appended)
            #expect(take(count, 50, of: appender) == .appended)
            if round % 3 != 0 { #expect(other.append([2], time: 0) == .appended) }
            for _ in 0..<count {
                let blocked = try #require(log.blockedOffset())
                #expect(log.abandon(offset: blocked))
                #expect(log.appendTime(at: blocked) == nil)
            }
            #expect(log.blockedOffset() == nil)
            if round % 3 == 0 { #expect(other.append([2], time: 0) == .appended) }
            let seen = reader.take(99).map(\.payload)
            #expect(seen == [[1], [2]])
            #expect(reader.commit(reader.position))
        }
        #expect(reader.aborted == 40 * UInt64(count))
    }

    /// The neighbour of a dead producer that is only slow keeps its bytes.
    @Test func aSlowNeighbourIsNotWrittenOver() throws {
        let (log, dead, reader) = try shared(.overwrite, data: 1024)
        let slow = try log.makeSharedAppender()
        let fast = AnyAppender.shared(try log.makeSharedAppender())
        #expect(take(1, 100, of: dead) == .appended)
        var place = SharedAppender.Place()
        #expect(slow.reserve(1, 112, 112, 0, &place) == .appended)
        #expect(place.offset == 1)
        #expect(log.abandon(offset: 0))
        // It comes back to its place.
        let descriptor = slow.state.pointee.rings.descriptor(1)
        let bytes = slow.state.pointee.rings.byte(place.position)
        slow.hold(descriptor, 1, place.position, 112)
        for index in 0..<112 { bytes.storeBytes(of: 7, toByteOffset: index, as: UInt8.self) }
        while fast.append([UInt8](repeating: 9, count: 200)) == .appended {}
        slow.finish(descriptor, 1, 112, 5, 5)
        // The abandoned record was discarded meanwhile, its neighbour not.
        #expect(log.startOffset == 1)
        let seen = reader.take(1)
        #expect(seen.map(\.payload) == [[UInt8](repeating: 7, count: 112)])
        #expect(seen.map(\.offset) == [1])
    }

    /// Wherever the ring stands: an empty log takes any record, also after a dead producer.
    @Test func aDeadProducerLeavesNoHole() throws {
        for start in stride(from: 0, through: 512, by: 16) {
            let (log, appender, reader) = try shared(data: 512)
            let other = AnyAppender.shared(appender)
            for _ in 0..<start / 128 {
                #expect(other.append([UInt8](repeating: 1, count: 128)) == .appended)
            }
            #expect(other.append([UInt8](repeating: 2, count: start % 128)) == .appended)
            _ = reader.take(99)
            #expect(reader.commit(reader.position))
            #expect(take(1, 240, of: appender) == .appended)
            #expect(log.abandon(offset: log.endOffset - 1))
            #expect(reader.take(1).isEmpty)
            #expect(reader.commit(log.endOffset))
            #expect(other.append([UInt8](repeating: 3, count: 240)) == .appended)
        }
    }

    @Test func whatCannotBeAbandoned() throws {
        let (log, appender, _) = try shared()
        #expect(!log.abandon(offset: 0))
        #expect(take(2, 16, of: appender) == .appended)
        #expect(!log.abandon(offset: .min))
        #expect(!log.abandon(offset: .max))
        #expect(!log.abandon(offset: 2))
        #expect(log.abandon(offset: 0))
        #expect(log.abandon(offset: 1))
        #expect(!log.abandon(offset: 1))
        let exclusive = try PartitionLog(smallLog())
        #expect(!exclusive.abandon(offset: 0))
    }

    /// Takes a place for `count` records of `byteCount` bytes, and nothing more.
    private func take(_ count: Int64, _ byteCount: Int, of appender: SharedAppender) -> AppendResult
    {
        var place = SharedAppender.Place()
        let size = LogDescriptor.byteCount(byteCount) * Int(count)
        return appender.reserve(count, byteCount, size, 0, &place)
    }
}
