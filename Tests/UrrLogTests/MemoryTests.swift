import Testing
import UrrPlatform
import UrrTestSupport

@testable import UrrLog

/// What a partition costs beyond what it holds. Each measurement has a process of its own, because
/// the counts are those of the process.
@Suite(.enabled(if: Sanitizer.active == nil, "a sanitizer has memory of its own"))
struct MemoryTests {
    static let limit = 64 << 10

    @Test func aThousandSmallPartitions() async {
        await #expect(processExitsWith: .success) {
            for kind in [AppenderKind.exclusive, .shared] {
                try Footprint.check(
                    partitions: 1000, smallLog(data: 64 << 10, records: 512, groups: 4, kind))
            }
        }
    }

    /// Where huge pages are asked for, and where every group slot there can be is paid for.
    @Test func partitionsOnHugePages() async {
        await #expect(processExitsWith: .success) {
            for kind in [AppenderKind.exclusive, .shared] {
                var configuration = smallLog(data: 4 << 20, records: 1 << 14, groups: 256, kind)
                configuration.pages = .huge
                try Footprint.check(partitions: 20, configuration)
            }
        }
    }
}

/// What this process has of memory.
private struct Footprint {
    let mapped: Int
    let resident: Int

    static func now() throws -> Footprint {
        let text = try #require(readSystemFile("/proc/self/statm"))
        let pages = text.split(separator: " ").compactMap { Int($0) }
        return Footprint(mapped: pages[0] * 4096, resident: pages[1] * 4096)
    }

    /// Opens a topic and everything that is used with it, and compares.
    static func check(partitions: Int, _ configuration: LogConfiguration) throws {
        // What the process needs once and for all is there after this.
        _ = try ConsumerGroup(Topic(partitionCount: 1, configuration)).join().synchronize()
        let before = try now()
        let topic = try Topic(partitionCount: partitions, configuration)
        let group = try ConsumerGroup(topic)
        let member = group.join()
        member.synchronize()
        let appenders = try topic.partitions.map { try AnyAppender($0) }
        let after = try now()
        let index = LogLayout(configuration).dataOffset - LogLayout(configuration).indexOffset
        let held = configuration.dataCapacity + index
        for (count, kind) in [
            (after.mapped - before.mapped, "mapped"),
            (after.resident - before.resident, "resident"),
        ] {
            let beyond = count / partitions - held
            #expect(beyond <= MemoryTests.limit, "\(beyond) bytes \(kind) beyond \(held)")
        }
        #expect(after.resident - before.resident >= partitions * configuration.dataCapacity)
        #expect(appenders.count == member.assignment.count)
    }
}
