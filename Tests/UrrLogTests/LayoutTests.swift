import Testing
import UrrPlatform

@testable import UrrLog

@Suite struct LayoutTests {
    /// Words of different writers are two cache lines apart, wherever the log starts.
    @Test func writersDoNotShareLines() {
        let words = [
            0, LogLayout.publishedOffset, LogLayout.claimOffset, LogLayout.freedOffset,
            LogLayout.groupsOffset, LogLayout.groupsOffset + falseSharingByteCount,
        ]
        for (word, next) in zip(words, words.dropFirst()) {
            #expect(next - word >= falseSharingByteCount)
        }
        #expect(LogLayout.earliestOffset == LogLayout.freedOffset + 16)
        #expect(LogLayout.epochInGroup + 8 <= falseSharingByteCount)
        for number in 0..<200 {
            let colour = LogLayout.colour(number)
            #expect(colour % falseSharingByteCount == 0)
            #expect(colour < LogLayout.colourByteCount)
        }
    }

    @Test(arguments: [AppenderKind.exclusive, .shared])
    func partsFollowEachOther(_ kind: AppenderKind) {
        for shift in 0..<12 {
            let configuration = smallLog(data: 4096, records: 1 << shift, groups: 3, kind)
            let layout = LogLayout(configuration)
            let index = kind == .shared ? 32 << shift : max(16, 1 << shift)
            #expect(layout.indexOffset == 512 + 4 * 128)
            #expect(layout.dataOffset >= layout.indexOffset + index)
            #expect(layout.dataOffset % 128 == 0)
            #expect(layout.endOffset == layout.dataOffset + 4096)
            #expect(layout.byteCount == layout.endOffset + 128)
        }
    }

    /// What a partition costs beyond what it holds: at most 64 KiB.
    @Test func overheadIsSmall() {
        let configuration = smallLog(data: 1 << 20, records: 1 << 14, groups: 8)
        let beyond = LogRegion.byteCount(configuration, count: 1) - (1 << 20)
        #expect(beyond <= 64 << 10)
    }

    /// A record is handed over in registers, and an appender's state is eight words and then some.
    @Test func recordsAreSmall() {
        #expect(MemoryLayout<LogRecord>.size == 40)
        #expect(MemoryLayout<ExclusiveState>.size <= 3 * falseSharingByteCount)
    }

    @Test func marksBelongToOneOffset() {
        for offset in Offset(0)..<64 {
            for other in Offset(0)..<64 {
                let isSame = offset == other
                #expect(LogMark.isSettled(LogMark.committed(offset), other) == isSame)
                #expect(LogMark.isSettled(LogMark.aborted(offset), other) == isSame)
                #expect(!LogMark.isSettled(LogMark.claimed(offset), other))
            }
            // Fresh memory.
            #expect(!LogMark.isSettled(0, offset))
            #expect(LogMark.isAborted(LogMark.aborted(offset)))
            #expect(!LogMark.isAborted(LogMark.committed(offset)))
        }
    }

    /// A reader goes on by address: what it comes to behind the ring must send it to the start, also
    /// where a frame ends with the ring, as here every fourth one of each lap.
    @Test func aHeaderBehindTheRingSendsReadersBack() throws {
        let log = try PartitionLog(smallLog(data: 256, records: 8))
        let rings = log.memory.rings
        let appender = try log.makeExclusiveAppender()
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        for lap in 0..<3 {
            for number in 0..<4 {
                let text = Array(repeating: UInt8(lap * 4 + number), count: 48)
                let result = text.withUnsafeBytes {
                    appender.append($0, keyHash: 0, time: Nanoseconds(lap))
                }
                #expect(result == .appended)
            }
            appender.publish()
            var read: [UInt8] = []
            #expect(reader.poll(limit: 8) { read.append($0.payload[0]) } == 4)
            #expect(read == (0..<4).map { UInt8(lap * 4 + $0) })
            reader.commit(reader.position)
            let bits = (rings.data + 256).load(
                fromByteOffset: LogLayout.bitsInHeader, as: UInt64.self)
            #expect(bits == LogLayout.lapBit)
        }
    }

    /// Every start position of every record size in small rings: a block is never split, and never
    /// moved without need.
    @Test func blocksArePlacedWhole() throws {
        for capacity in [64, 128, 256] {
            let log = try PartitionLog(smallLog(data: capacity, records: 4))
            let rings = log.memory.rings
            for position in 0..<3 * capacity {
                for size in 0...capacity / 2 {
                    let place = rings.place(size, at: position)
                    #expect(place % capacity + size <= capacity)
                    if position % capacity + size <= capacity {
                        #expect(place == position)
                    } else {
                        #expect(place == (position / capacity + 1) * capacity)
                    }
                }
                #expect(rings.lapStart(position) >= position)
                #expect(rings.lapStart(position) % capacity == 0)
                #expect(rings.lapStart(position) - position < capacity)
            }
        }
    }
}
