import Synchronization
import UrrPlatform

/// What an append with a sequence number came to.
@frozen
public enum SequencedResult: UInt8, Sendable {
    /// The record is in the log, for the first time.
    case appended
    /// The record was appended before: nothing was done, and the sender may take it as done.
    case repeated
    /// A record before this one is missing: `ProducerSession.nextSequence` says which.
    case gap
    /// Another session of the same producer has taken over.
    case fenced
    /// As `AppendResult.full`: the same number can be offered again.
    case full
    /// As `AppendResult.tooLarge`: the number stays free for another record.
    case tooLarge
    /// As `AppendResult.closed`.
    case closed

    /// What an append that was tried came to.
    @inlinable
    public init(_ result: AppendResult) {
        switch result {
        case .appended: self = .appended
        case .full: self = .full
        case .tooLarge: self = .tooLarge
        case .closed: self = .closed
        }
    }
}

/// The order of one idempotent producer in one partition: its records are numbered 0, 1, 2... by
/// the sender, and each gets into the log once and in turn, however often it is offered. One
/// thread at a time.
///
/// A handle without ownership, as the appenders: the `PartitionLog` that made it must outlive it.
/// Several producers can go through one appender. Repeats are recognised within a session; a
/// producer that starts again opens a new one, which counts from 0 and fences the former.
public struct ProducerSession: @unchecked Sendable {
    @usableFromInline let state: UnsafeMutablePointer<ProducerState>

    init(state: UnsafeMutablePointer<ProducerState>) { self.state = state }

    /// The producer's number.
    public var id: Int64 { state.pointee.id }
    /// How many sessions this producer had in this partition before.
    public var epoch: Int64 { state.pointee.epoch }
    /// The sequence number of the record that is due. From any thread.
    @inlinable
    public var nextSequence: Int64 { state.pointee.nextSequence.load(ordering: .relaxed) }
    /// Whether another session has taken over, or this one was closed.
    @inlinable
    public var isFenced: Bool { state.pointee.isFenced.load(ordering: .acquiring) }

    /// Appends the record if it is the one that is due; `appender` is of the same log.
    @inlinable
    @inline(__always)
    public func append(
        _ payload: UnsafeRawBufferPointer, keyHash: UInt32, time: Nanoseconds, sequence: Int64,
        to appender: ExclusiveAppender
    ) -> SequencedResult {
        invariant(isOf(UnsafeRawPointer(appender.published)), "session of another log")
        if let refusal = refusal(of: sequence) { return refusal }
        let result = appender.append(payload, keyHash: keyHash, time: time)
        if result == .appended { confirm(sequence) }
        return SequencedResult(result)
    }

    /// Appends the record if it is the one that is due; `appender` is of the same log.
    @inlinable
    @inline(__always)
    public func append(
        _ payload: UnsafeRawBufferPointer, keyHash: UInt32, time: Nanoseconds, sequence: Int64,
        to appender: SharedAppender
    ) -> SequencedResult {
        invariant(isOf(UnsafeRawPointer(appender.claim)), "session of another log")
        if let refusal = refusal(of: sequence) { return refusal }
        let result = appender.append(payload, keyHash: keyHash, time: time)
        if result == .appended { confirm(sequence) }
        return SequencedResult(result)
    }

    /// Why the record with this number may not be appended now, or nil where it is the one that is
    /// due. For claims and batches: ask, append or commit, then `confirm`.
    @inlinable
    @inline(__always)
    public func refusal(of sequence: Int64) -> SequencedResult? {
        if isFenced { return .fenced }
        let next = nextSequence
        // A negative number was never appended.
        return sequence == next ? nil : sequence < next && sequence >= 0 ? .repeated : .gap
    }

    /// Tells that the record with this number, which was due, was appended.
    @inlinable
    @inline(__always)
    public func confirm(_ sequence: Int64) {
        invariant(sequence == nextSequence, "confirmed out of turn")
        // Relaxed: one thread writes, and nothing that other threads read hangs on it.
        state.pointee.nextSequence.store(sequence &+ 1, ordering: .relaxed)
    }

    @inlinable
    @inline(__always)
    func isOf(_ word: UnsafeRawPointer) -> Bool {
        word >= state.pointee.base && word < state.pointee.end
    }
}

/// What the log knows of one session of an idempotent producer. On its own cache lines: written
/// with every record.
@usableFromInline
struct ProducerState: ~Copyable {
    @usableFromInline let nextSequence = Atomic<Int64>(0)
    @usableFromInline let isFenced = Atomic<Bool>(false)
    /// Where the words of its log are that appenders point to.
    @usableFromInline let base: UnsafeRawPointer
    @usableFromInline let end: UnsafeRawPointer
    let id: Int64
    let epoch: Int64

    init(id: Int64, epoch: Int64, _ memory: LogMemory) {
        self.id = id
        self.epoch = epoch
        base = UnsafeRawPointer(memory.base)
        end = base + LogLayout.groupsOffset
    }
}
