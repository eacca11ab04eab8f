import Synchronization
import UrrPlatform

/// What a worker records into: a value that holds histograms and counters.
///
/// A struct of handles (`Histogram`) and plain integers is best: it is reached through a pointer,
/// so that `recorder.active.pointee.sent &+= 1` is one addition in memory.
public protocol IntervalBank {
    /// Adds everything that `other` holds.
    mutating func add(_ other: Self)
    /// Empties the bank.
    mutating func reset()
}

/// Hands what one thread records to one other thread, interval by interval, without a lock and
/// without a wait on the recording side.
///
/// There are two banks. The writer records into one; the reader asks for a flip, the writer sees
/// the request at its next step boundary and goes on in the other bank, and from then on the
/// first one belongs to the reader, who merges and empties it before asking again. Records are
/// never torn, never counted twice and never missed: a bank has one owner at any time.
///
/// ```
///   control block     written by
///   0    requested    reader   number of flips asked for
///   128  served       writer   number of flips done
///   136  active       writer   address of the bank that the writer records into
/// ```
///
/// The writer calls `flipIfAsked` and uses `active`; the reader calls everything else. Each side
/// is one thread.
public final class IntervalRecorder<Bank: IntervalBank>: @unchecked Sendable {
    @usableFromInline static var servedOffset: Int { falseSharingByteCount }
    @usableFromInline static var activeOffset: Int { falseSharingByteCount + 8 }

    @usableFromInline let control: UnsafeMutableRawPointer
    @usableFromInline let banks: UnsafeMutableRawPointer
    /// Bytes from the first bank to the second: they are written by different threads.
    @usableFromInline let bankStride: Int
    /// Flips that the reader has asked for; only the reader touches it.
    private var asked: UInt64 = 0
    /// Whether the bank that the last flip freed has not been collected yet.
    private var pending = false

    /// A recorder that starts in `first`. Both banks must be empty and of the same shape.
    public init(_ first: Bank, _ second: Bank) {
        control = .allocate(byteCount: 3 * falseSharingByteCount, alignment: falseSharingByteCount)
        control.initializeMemory(as: UInt8.self, repeating: 0, count: 3 * falseSharingByteCount)
        let padded = MemoryLayout<Bank>.stride + falseSharingByteCount
        bankStride = padded - padded % falseSharingByteCount
        banks = .allocate(byteCount: 2 * bankStride, alignment: falseSharingByteCount)
        banks.bindMemory(to: Bank.self, capacity: 1).initialize(to: first)
        (banks + bankStride).bindMemory(to: Bank.self, capacity: 1).initialize(to: second)
        control.bindMemory(to: Atomic<UInt64>.self, capacity: 1).initialize(to: Atomic(0))
        (control + Self.servedOffset).bindMemory(to: Atomic<UInt64>.self, capacity: 1)
            .initialize(to: Atomic(0))
        (control + Self.activeOffset).bindMemory(to: UnsafeMutablePointer<Bank>.self, capacity: 1)
            .initialize(to: banks.assumingMemoryBound(to: Bank.self))
    }

    deinit {
        bank(0).deinitialize(count: 1)
        bank(1).deinitialize(count: 1)
        banks.deallocate()
        control.deallocate()
    }
}

// MARK: - Cells

extension IntervalRecorder {
    @usableFromInline
    var requested: UnsafeMutablePointer<Atomic<UInt64>> {
        @inlinable @inline(__always)
        get { control.assumingMemoryBound(to: Atomic<UInt64>.self) }
    }

    @usableFromInline
    var served: UnsafeMutablePointer<Atomic<UInt64>> {
        @inlinable @inline(__always)
        get { (control + Self.servedOffset).assumingMemoryBound(to: Atomic<UInt64>.self) }
    }

    @usableFromInline
    func bank(_ index: Int) -> UnsafeMutablePointer<Bank> {
        (banks + index * bankStride).assumingMemoryBound(to: Bank.self)
    }
}

// MARK: - The writer's side

extension IntervalRecorder {
    /// The bank to record into, until the next `flipIfAsked`. Writer only.
    @inlinable
    public var active: UnsafeMutablePointer<Bank> {
        @inline(__always)
        get {
            (control + Self.activeOffset)
                .assumingMemoryBound(to: UnsafeMutablePointer<Bank>.self).pointee
        }
    }

    /// Changes banks where the reader has asked for it. Writer only, at a boundary between steps:
    /// pointers into the bank must not be kept across the call. Wait-free; one load and one
    /// compare where nothing was asked.
    @inlinable
    @inline(__always)
    public func flipIfAsked() {
        // Acquiring: pairs with the releasing store in `askForFlip`, after which the other bank is
        // empty. Relaxed: only this thread stores to `served`.
        let number = requested.pointee.load(ordering: .acquiring)
        if number != served.pointee.load(ordering: .relaxed) { flip(to: number) }
    }

    @inline(never)
    @usableFromInline
    func flip(to number: UInt64) {
        (control + Self.activeOffset)
            .assumingMemoryBound(to: UnsafeMutablePointer<Bank>.self)
            .pointee = bank(Int(number & 1))
        // Releasing: everything recorded so far is visible to the reader once it sees the number;
        // pairs with the acquiring load in `isFlipDone`.
        served.pointee.store(number, ordering: .releasing)
    }
}

// MARK: - The reader's side

extension IntervalRecorder {
    /// Asks the writer to change banks. Does nothing while an earlier request is not collected.
    public func askForFlip() {
        guard !pending else { return }
        asked += 1
        pending = true
        // Releasing: the bank that the writer turns to was emptied before; pairs with the
        // acquiring load in `flipIfAsked`.
        requested.pointee.store(asked, ordering: .releasing)
    }

    /// Whether the writer has done the flip last asked for.
    public var isFlipDone: Bool {
        // Acquiring: pairs with the releasing store in `flip`, so that the records are visible.
        served.pointee.load(ordering: .acquiring) == asked
    }

    /// Gives the interval that the last flip ended to `body` and empties its bank. Returns false,
    /// without a call, where no flip was asked for or the writer has not reached it yet.
    @discardableResult
    public func collect(_ body: (Bank) -> Void) -> Bool {
        guard pending, isFlipDone else { return false }
        drain(Int((asked + 1) & 1), body)
        pending = false
        return true
    }

    /// Gives everything that is left to `body`, bank by bank, and empties both. Only after the
    /// writer's thread has ended and was joined: the join is what makes its records visible. The
    /// recorder can start over afterwards.
    public func finalFlip(_ body: (Bank) -> Void) {
        // The bank that is not active is the older interval.
        let current = Int(served.pointee.load(ordering: .acquiring) & 1)
        drain(1 - current, body)
        drain(current, body)
        // A request that the writer never saw is withdrawn.
        asked = served.pointee.load(ordering: .relaxed)
        requested.pointee.store(asked, ordering: .relaxed)
        pending = false
    }

    private func drain(_ index: Int, _ body: (Bank) -> Void) {
        body(bank(index).pointee)
        bank(index).pointee.reset()
    }
}
