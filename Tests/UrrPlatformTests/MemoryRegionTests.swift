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

    @Test(arguments: [0, -1, Int.max, 1 << 60])
    func whatCannotBeHadIsAnError(byteCount: Int) {
        #expect(throws: MemoryError.self) { _ = try MemoryRegion(byteCount: byteCount).byteCount }
    }

    @Test func theMachineHasMemory() throws {
        #expect(try #require(MemoryRegion.availableBytes()) > 0)
    }
}
