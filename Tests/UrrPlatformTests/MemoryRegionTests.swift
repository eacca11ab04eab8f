import Testing
import UrrPlatform

struct MemoryRegionTests {
    @Test(arguments: [1, 4096, 4097, 3 << 20])
    func regionsAreZeroedWholePages(byteCount: Int) throws {
        for pages in [MemoryRegion.Pages.ordinary, .huge] {
            let region = try MemoryRegion(byteCount: byteCount, pages: pages)
            #expect(region.byteCount >= byteCount && region.byteCount % 4096 == 0)
            #expect(UInt(bitPattern: region.base) % 4096 == 0)
            region.touch()
            let bytes = UnsafeRawBufferPointer(start: region.base, count: region.byteCount)
            #expect(bytes.allSatisfy { $0 == 0 })
        }
    }

    @Test func largeRegionsAreAlignedForHugePages() throws {
        let region = try MemoryRegion(byteCount: 5 << 20, pages: .huge)
        #expect(UInt(bitPattern: region.base) % (2 << 20) == 0)
        (region.base + region.byteCount - 1).storeBytes(of: 1, as: UInt8.self)
    }

    /// Huge pages are asked for where the system offers them, and for the region alone: nothing
    /// beside it stays mapped for the sake of its alignment.
    @Test func largeRegionsAskForHugePages() throws {
        let offered = readSystemFile("/sys/kernel/mm/transparent_hugepage/enabled") ?? "[never]"
        let region = try MemoryRegion(byteCount: 5 << 20, pages: .huge)
        let flags = try #require(Self.flags(at: region.base))
        #expect(flags.contains("hg") || offered.contains("[never]"))
        #expect(region.byteCount == 5 << 20)
        let small = try MemoryRegion(byteCount: 1 << 20, pages: .ordinary)
        #expect(try #require(Self.flags(at: small.base)).contains("hg") == false)
    }

    /// The flags of the mapping that `address` lies in.
    private static func flags(at address: UnsafeMutableRawPointer) -> [Substring]? {
        var isInside = false
        for line in (readSystemFile("/proc/self/smaps") ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            if ends.count == 2 {
                isInside = (ends[0]..<ends[1]).contains(UInt(bitPattern: address))
            } else if isInside, words[0] == "VmFlags:" {
                return Array(words.dropFirst())
            }
        }
        return nil
    }

    @Test(arguments: [0, -1, Int.max, 1 << 60])
    func whatCannotBeHadIsAnError(byteCount: Int) {
        #expect(throws: MemoryError.self) { _ = try MemoryRegion(byteCount: byteCount).byteCount }
    }

    @Test func theMachineHasMemory() throws {
        #expect(try #require(MemoryRegion.availableBytes()) > 0)
    }

    /// What is available is what the tightest limit leaves: of the machine, of the process's
    /// control group, or of one above it.
    @Test func controlGroupsLimitMemory() {
        let machine = ["/proc/meminfo": "MemTotal: 9000 kB\nMemAvailable:    4000 kB\n"]
        func available(_ files: [String: String]) -> Int? {
            let files = machine.merging(files) { $1 }
            return MemoryRegion.availableBytes { files[$0] }
        }
        #expect(MemoryRegion.availableBytes { _ in nil } == nil)
        #expect(available([:]) == 4_096_000)
        let second = ["/proc/self/cgroup": "0::/a/b\n"]
        #expect(available(second) == 4_096_000)
        let unlimited = [
            "/sys/fs/cgroup/a/b/memory.max": "max\n", "/sys/fs/cgroup/a/b/memory.current": "5\n",
        ].merging(second) { $1 }
        #expect(available(unlimited) == 4_096_000)
        let above = [
            "/sys/fs/cgroup/a/memory.max": "100000\n",
            "/sys/fs/cgroup/a/memory.current": "30000\n",
            "/sys/fs/cgroup/a/memory.stat": "anon 1\ninactive_file 20000\n",
        ].merging(unlimited) { $1 }
        #expect(available(above) == 90_000)
        let root = [
            "/sys/fs/cgroup/memory.max": "1000\n", "/sys/fs/cgroup/memory.current": "3000\n",
        ].merging(above) { $1 }
        #expect(available(root) == 0)
        let first = [
            "/proc/self/cgroup": "7:cpu,cpuacct:/x\n4:memory:/y/z\n0::/\n",
            "/sys/fs/cgroup/memory/y/z/memory.limit_in_bytes": "50000\n",
            "/sys/fs/cgroup/memory/y/z/memory.usage_in_bytes": "8000\n",
            "/sys/fs/cgroup/memory/y/z/memory.stat": "total_inactive_file 1000\n",
        ]
        #expect(available(first) == 43_000)
    }
}
