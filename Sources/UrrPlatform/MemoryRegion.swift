import Glibc

/// Why memory could not be had.
public struct MemoryError: Error, CustomStringConvertible {
    /// The number of bytes that were asked for.
    public let byteCount: Int
    /// The system's error number.
    public let code: Int32

    /// What failed, with the size and the system's reason.
    public var description: String {
        "could not map \(byteCount) bytes of memory: \(String(cString: strerror(code)))"
    }
}

/// One anonymous mapping, zeroed, aligned to 2 MiB where that helps huge pages, else to a page.
///
/// Owned by whoever holds the value; unmapped when that ends. Nothing stored in a region may
/// depend on its address, so that a mapped file can take its place.
public struct MemoryRegion: ~Copyable, @unchecked Sendable {
    /// First byte of the region.
    public let base: UnsafeMutableRawPointer
    /// Usable bytes, a multiple of the page size.
    public let byteCount: Int
    /// What `hugePages` asks of the system.
    public enum Pages: Sendable {
        /// Pages of the system's ordinary size.
        case ordinary
        /// Transparent huge pages where the region is large enough to hold one.
        case huge
    }

    static let hugePageByteCount = 2 << 20
    static let pageByteCount = 4096

    /// Maps at least `byteCount` bytes. O(1) until `touch()` or first use of a page.
    public init(byteCount: Int, pages: Pages = .ordinary) throws(MemoryError) {
        let page = Self.pageByteCount
        guard byteCount > 0, byteCount <= Int.max - Self.hugePageByteCount - page else {
            throw MemoryError(byteCount: byteCount, code: EINVAL)
        }
        let rounded = (byteCount + page - 1) / page * page
        let huge = pages == .huge && rounded >= Self.hugePageByteCount
        let length = huge ? rounded + Self.hugePageByteCount : rounded
        guard
            let start = mmap(
                nil, length, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            start != MAP_FAILED
        else { throw MemoryError(byteCount: byteCount, code: errno) }
        self.byteCount = rounded
        base = huge ? Self.align(start, length, keeping: rounded) : start
        if huge { Self.preferHugePages(base, byteCount: rounded) }
    }

    /// Asks the system for transparent huge pages under `byteCount` bytes from a page boundary on.
    static func preferHugePages(_ base: UnsafeMutableRawPointer, byteCount: Int) {
        // 14 is MADV_HUGEPAGE (<asm-generic/mman-common.h>), which the Glibc module lacks.
        madvise(base, byteCount, 14)
    }

    deinit { munmap(base, byteCount) }

    /// Gives back what a mapping of `length` bytes has before the first huge page boundary and
    /// behind the `byteCount` bytes that follow it, which is where the region starts.
    private static func align(
        _ mapping: UnsafeMutableRawPointer, _ length: Int, keeping byteCount: Int
    ) -> UnsafeMutableRawPointer {
        let address = UInt(bitPattern: mapping)
        let mask = UInt(hugePageByteCount - 1)
        let before = Int(((address + mask) & ~mask) - address)
        let behind = length - before - byteCount
        if before > 0 { munmap(mapping, before) }
        if behind > 0 { munmap(mapping + before + byteCount, behind) }
        return mapping + before
    }

    /// Writes to every page, so that no page fault is left for the measured part. The cost is
    /// about 1.2 microseconds a 4 KiB page (see the peers' limits), so it is done before a run.
    public func touch() {
        var offset = 0
        while offset < byteCount {
            (base + offset).storeBytes(of: 0, as: UInt8.self)
            offset += Self.pageByteCount
        }
    }
}

extension UnsafeMutableRawPointer {
    /// Memory for a table that is read at random: on huge pages where it is as large as one, because
    /// otherwise each look at it misses the address translation, too. To be freed with
    /// `deallocate()`; not initialized.
    public static func allocateTable(byteCount: Int) -> UnsafeMutableRawPointer {
        let huge = MemoryRegion.hugePageByteCount
        guard byteCount >= huge else {
            return .allocate(byteCount: max(1, byteCount), alignment: falseSharingByteCount)
        }
        let rounded = (byteCount + huge - 1) / huge * huge
        let base = UnsafeMutableRawPointer.allocate(byteCount: rounded, alignment: huge)
        MemoryRegion.preferHugePages(base, byteCount: rounded)
        return base
    }
}

/// Bytes between two things that different threads write: two cache lines of 64 bytes, because
/// the adjacent-line prefetcher moves lines in pairs.
public let falseSharingByteCount = 128
