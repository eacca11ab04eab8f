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
    private let region: LogRegion
    let handles: Mutex<LogHandles>

    /// Maps and prepares the memory of a log. O(memory) where it is touched in advance.
    public convenience init(_ configuration: LogConfiguration) throws(LogError) {
        let problems = configuration.problems()
        if !problems.isEmpty { throw .configuration(problems) }
        try Self.checkMemory(configuration, count: 1)
        self.init(checked: configuration, in: try LogRegion(configuration, count: 1), at: 0)
    }

    /// Throws where there is not memory for `count` logs. Asked before, because the system gives
    /// out memory that it does not have, and stops a process when the memory is used.
    static func checkMemory(_ configuration: LogConfiguration, count: Int) throws(LogError) {
        let wanted = LogRegion.byteCount(configuration, count: count)
        guard let available = MemoryRegion.availableBytes(), wanted > available else { return }
        throw .notEnoughMemory(byteCount: wanted, available: available)
    }

    /// Log number `index` of `region`, where configuration and memory were checked before.
    init(checked configuration: LogConfiguration, in region: LogRegion, at index: Int) {
        self.region = region
        self.configuration = configuration
        let memory = LogMemory(
            base: region.base(index), layout: LogLayout(configuration),
            configuration: configuration)
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

    /// Bytes of the data ring in use by retained records, headers and padding included.
    public var retainedBytes: Int {
        holdingAll { start, end in
            if memory.isShared {
                // All that is claimed is in use, finished or not. Acquire, and in this order: the
                // claim was made in the room that this or an earlier `freed` left. The start that
                // is held has no position of its own there.
                let claim = LogPlace(memory.claim.pointee.load(ordering: .acquiring))
                let freed = LogPlace(memory.freed.pointee.load(ordering: .acquiring))
                return max(0, claim.position - freed.position)
            }
            return memory.place(of: end, from: start).position - start.position
        }
    }

    /// When the record at `offset` was appended, or nil where it is not retained, not
    /// finished, or aborted.
    public func appendTime(at offset: Offset) -> Nanoseconds? {
        holdingAll { start, end in
            guard offset >= start.offset, offset < end else { return nil }
            return memory.time(at: memory.place(of: offset, from: start)) ?? nil
        }
    }

    /// Runs `query` with all that is retained held, so that none of it changes. One at a time; an
    /// appender that runs out of room meanwhile is refused.
    func holdingAll<Answer>(_ query: (LogPlace, Offset) -> Answer) -> Answer {
        handles.withLock { _ in
            let line = memory.group(memory.maximumGroups)
            let (start, end) = memory.holdAll(line)
            // Releases the reads; pairs with the load of pins in `LogMemory.makeRoom`.
            defer { memory.pin(line).pointee.store(Int64.max, ordering: .releasing) }
            return query(start, end)
        }
    }
}
