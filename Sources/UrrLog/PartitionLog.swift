import Synchronization
import UrrPlatform

/// One partition: records in the order of their offsets, in a ring of fixed size, appended by one
/// thread or several and read without a lock or a copy by any number of groups.
///
/// The log owns its memory and the private state of all handles that it made; it must outlive
/// them. Making handles and asking questions is cold and safe from any thread; the hot path is in
/// the handles alone. See the article "Partition log" for layout, protocol and outcomes.
public final class PartitionLog: @unchecked Sendable {
    /// What the log was opened with.
    public let configuration: LogConfiguration
    let memory: LogMemory
    private let region: MemoryRegion
    let handles: Mutex<LogHandles>

    /// Numbers the logs of the process, for `LogLayout.colour` alone.
    private static let opened = Atomic<Int>(0)

    /// Maps and prepares the memory of a log. O(memory) where it is touched in advance.
    public init(_ configuration: LogConfiguration) throws(LogError) {
        let problems = configuration.problems()
        if !problems.isEmpty { throw .configuration(problems) }
        let layout = LogLayout(configuration)
        do {
            region = try MemoryRegion(
                byteCount: layout.byteCount + LogLayout.colourByteCount,
                pages: configuration.pages)
        } catch {
            throw .outOfMemory(byteCount: error.byteCount, code: error.code)
        }
        if configuration.prefault { region.touch() }
        let number = Self.opened.wrappingAdd(1, ordering: .relaxed).oldValue
        let base = region.base + LogLayout.colour(number)
        self.configuration = configuration
        let memory = LogMemory(base: base, layout: layout, configuration: configuration)
        self.memory = memory
        handles = Mutex(LogHandles(memory))
        memory.initialize(configuration)
    }

    deinit {
        handles.withLock { $0.deallocate() }
    }

    // MARK: Appenders

    /// The one appender of a log that was opened as exclusive. Succeeds once.
    public func makeExclusiveAppender() throws(LogError) -> ExclusiveAppender {
        guard configuration.appender == .exclusive else { throw .wrongAppenderKind }
        guard let state = handles.withLock({ $0.makeExclusive() }) else { throw .appenderTaken }
        return ExclusiveAppender(state: state)
    }

    /// One more appender of a log that was opened as shared: one for each thread.
    public func makeSharedAppender() throws(LogError) -> SharedAppender {
        guard configuration.appender == .shared else { throw .wrongAppenderKind }
        return SharedAppender(state: handles.withLock { $0.makeShared() })
    }

    /// Refuses all appends from now on. What is in the log can still be read.
    public func close() { handles.withLock { $0.close() } }

    // MARK: Questions, from any thread

    /// The offset behind the newest record. In a shared log the newest ones may still be in the
    /// hands of their appenders.
    public var endOffset: Offset { memory.endOffset() }

    /// The oldest retained offset; equal to `endOffset` where nothing is retained.
    public var startOffset: Offset {
        // Acquire: pairs with the appender's exchange; the end that is read later is not older.
        memory.earliest.pointee.load(ordering: .acquiring)
    }

    /// Bytes of the data ring in use by retained records, padding included.
    public var retainedBytes: Int {
        let freed = memory.freed.pointee.load(ordering: .acquiring)
        let end: Int
        if memory.isShared {
            end = Int(bitPattern: memory.claim.pointee.load(ordering: .acquiring).second)
        } else {
            let offset = memory.endOffset()
            end = offset == 0 ? 0 : memory.endPosition(offset - 1)
        }
        return max(0, min(memory.dataCapacity, end - Int(bitPattern: freed.second)))
    }

    /// When the record at `offset` was appended, or nil where it is not retained or not finished.
    public func appendTime(at offset: Offset) -> Nanoseconds? {
        guard offset >= startOffset, offset < memory.endOffset() else { return nil }
        if memory.isShared && !memory.isSettled(offset) { return nil }
        // Acquires the release of the time: if the slot was used again by now, the earliest offset
        // that is read next shows it.
        let time = LogMemory.time(memory.descriptor(offset)).pointee.load(ordering: .acquiring)
        return offset >= startOffset ? time : nil
    }

    // MARK: Dead producers

    /// The first offset of a shared log that was claimed and not finished, or nil. Readers stop
    /// there until it is. O(records retained).
    public func blockedOffset() -> Offset? {
        guard memory.isShared else { return nil }
        let end = memory.endOffset()
        var offset = startOffset
        while offset < end {
            if memory.isSettled(offset) {
                offset += 1
            } else if startOffset > offset {
                offset = startOffset
            } else {
                return offset
            }
        }
        return nil
    }

    /// Marks a record as aborted whose appender died between claim and commit, so that readers go
    /// on. False where the record is not in that state. Only for an appender that is known to be
    /// dead: a live one would go on writing into memory that is no longer its own.
    public func abandon(offset: Offset) -> Bool {
        guard memory.isShared, offset >= startOffset, offset < memory.endOffset() else {
            return false
        }
        let mark = LogMemory.mark(memory.descriptor(offset))
        // Acquires the claim's descriptor and releases it to readers and other appenders.
        return mark.pointee.compareExchange(
            expected: LogMark.claimed(offset), desired: LogMark.aborted(offset),
            ordering: .acquiringAndReleasing
        ).exchanged
    }
}

extension LogMemory {
    /// Writes the configuration and the empty state into fresh, zeroed memory.
    func initialize(_ configuration: LogConfiguration) {
        func write(_ value: UInt64, at offset: Int) {
            (base + offset).storeBytes(of: value, as: UInt64.self)
        }
        write(LogLayout.magic, at: LogLayout.magicOffset)
        write(UInt64(configuration.dataCapacity), at: LogLayout.dataCapacityOffset)
        write(UInt64(configuration.recordCapacity), at: LogLayout.recordCapacityOffset)
        write(UInt64(configuration.maximumGroups), at: LogLayout.groupCountOffset)
        write((isShared ? 1 : 0) | (overwrites ? 2 : 0), at: LogLayout.modeOffset)
        for slot in 0..<maximumGroups {
            write(UInt64(Int64.max), at: offset(ofGroup: slot, LogLayout.committedInGroup))
            write(UInt64(Int64.max), at: offset(ofGroup: slot, LogLayout.pinInGroup))
        }
    }

    private func offset(ofGroup slot: Int, _ field: Int) -> Int { group(slot) - base + field }
}
