import Synchronization
import UrrPlatform

/// The mapped memory of one log, or of all partitions of a topic side by side.
///
/// A thousand small logs with a mapping each would take several entries of the processor's address
/// translation apiece, and a thread that goes round over them would wait for those more than for the
/// records. In one mapping they share huge pages. Nothing in a log depends on where it lies, and none
/// touches another's bytes.
final class LogRegion: Sendable {
    private let region: MemoryRegion
    private let start: Int
    private let stride: Int

    /// Numbers the regions of the process, for `LogLayout.colour` alone.
    private static let opened = Atomic<Int>(0)

    /// Maps memory for `count` logs. O(memory) where it is touched in advance.
    init(_ configuration: LogConfiguration, count: Int) throws(LogError) {
        stride = Self.stride(LogLayout(configuration))
        do {
            region = try MemoryRegion(
                byteCount: Self.byteCount(configuration, count: count), pages: configuration.pages)
        } catch {
            throw .outOfMemory(byteCount: error.byteCount, code: error.code)
        }
        if configuration.prefault { region.touch() }
        start = LogLayout.colour(Self.opened.wrappingAdd(1, ordering: .relaxed).oldValue)
    }

    /// First byte of the log numbered `index`.
    func base(_ index: Int) -> UnsafeMutableRawPointer { region.base + (start + index * stride) }

    /// Bytes that `count` logs take, as far as an `Int` can say.
    static func byteCount(_ configuration: LogConfiguration, count: Int) -> Int {
        let all = stride(LogLayout(configuration)).multipliedReportingOverflow(by: count)
        let wanted = all.partialValue.addingReportingOverflow(LogLayout.colourByteCount)
        return all.overflow || wanted.overflow ? Int.max : wanted.partialValue
    }

    /// Bytes from one log to the next: never whole pages, for the reason that `colour` has.
    static func stride(_ layout: LogLayout) -> Int {
        let line = falseSharingByteCount
        let rounded = (layout.byteCount + line - 1) / line * line
        return rounded % LogLayout.colourByteCount == 0 ? rounded + line : rounded
    }
}
