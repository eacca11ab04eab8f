import CJemalloc
import UrrPlatform

extension AllocationProbe {
    /// Counts with jemalloc's per-thread counters, where jemalloc really is the allocator.
    ///
    /// Under a sanitizer `malloc` belongs to the sanitizer and the counters stand still; then the
    /// probe counts nothing and its name says so.
    public static func jemalloc() -> AllocationProbe {
        guard let counter = threadCounter() else {
            return AllocationProbe(name: "not counted: jemalloc has no thread counters") { nil }
        }
        let before = counter.pointee
        let block = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 16)
        let moved = counter.pointee != before
        block.deallocate()
        guard moved else {
            return AllocationProbe(name: "not counted: another allocator is in place") { nil }
        }
        return AllocationProbe(
            name: "jemalloc \(version())", processAllocatedBytes: { processCounter() },
            threadAllocatedBytes: { threadCounter() })
    }

    /// "stats.allocated", after the new epoch that brings it up to date.
    private static func processCounter() -> UInt64? {
        var epoch: UInt64 = 1
        guard mallctl("epoch", nil, nil, &epoch, MemoryLayout<UInt64>.size) == 0 else {
            return nil
        }
        var bytes = 0
        var size = MemoryLayout<Int>.size
        guard mallctl("stats.allocated", &bytes, &size, nil, 0) == 0 else { return nil }
        return UInt64(bytes)
    }

    private static func threadCounter() -> UnsafePointer<UInt64>? {
        var pointer: UnsafePointer<UInt64>?
        var size = MemoryLayout<UnsafePointer<UInt64>?>.size
        guard mallctl("thread.allocatedp", &pointer, &size, nil, 0) == 0 else { return nil }
        return pointer
    }

    private static func version() -> String {
        var text: UnsafePointer<CChar>?
        var size = MemoryLayout<UnsafePointer<CChar>?>.size
        guard mallctl("version", &text, &size, nil, 0) == 0, let text else { return "?" }
        return String(cString: text).split(separator: "-").first.map(String.init) ?? "?"
    }
}
