import Synchronization
import UrrPlatform

/// A queue for several producer and consumer threads; or several queues that messages move between,
/// a dead-letter queue and its sources, which are used as one because a move changes two of them.
///
/// The core has one writer at a time: whoever holds it. A client that finds the core free does its
/// own call at once, and then those of the others that came meanwhile; a client that finds it held
/// leaves its batch in its mailbox and takes the answer from there. So batches are handed over one
/// cache line at a time and the core's memory stays with the thread that works on it (flat
/// combining: Hendler, Incze, Shavit, Tzafrir, "Flat combining and the synchronization-parallelism
/// tradeoff", 2010). Nobody waits for a thread that has nothing to do with the queue; a thread that
/// is suspended while it holds the core delays the others.
public final class SharedQueue: @unchecked Sendable {
    /// The cores, for set-up and after all clients have ended; not while they run.
    public let cores: [QueueCore]
    /// Number of clients that can be made.
    public let clientCount: Int
    private let memory: UnsafeMutableRawPointer

    /// The first core: the only one, where there is one.
    public var core: QueueCore { cores[0] }

    /// A queue around `core`, which nobody else uses from now on, for `clientCount` clients.
    public convenience init(_ core: QueueCore, clientCount: Int) {
        self.init([core], clientCount: clientCount)
    }

    /// Queues around `cores`, which nobody else uses from now on, for `clientCount` clients of all
    /// of them together. Dead-letter queues of the cores have to be among them where they have
    /// clients of their own.
    public init(_ cores: [QueueCore], clientCount: Int) {
        invariant(clientCount > 0, "a shared queue needs clients")
        invariant(!cores.isEmpty, "a shared queue needs a core")
        self.cores = cores
        self.clientCount = clientCount
        memory = .allocate(
            byteCount: falseSharingByteCount + clientCount * Mailbox.byteCount,
            alignment: falseSharingByteCount)
        memory.bindMemory(to: Atomic<UInt32>.self, capacity: 1).initialize(to: Atomic(0))
        for number in 0..<clientCount { mailbox(number).initialize() }
    }

    deinit { memory.deallocate() }

    /// The client with this number, from 0 up, of core number `core`. Make each at most once; one
    /// thread uses it.
    public func client(_ number: Int, of core: Int = 0) throws(MemoryError) -> QueueClient {
        invariant(number >= 0 && number < clientCount, "no such client")
        invariant(cores.indices.contains(core), "no such core")
        return try QueueClient(self, number, core: cores[core])
    }

    @inline(__always)
    func mailbox(_ number: Int) -> Mailbox {
        Mailbox(base: memory + falseSharingByteCount + number * Mailbox.byteCount)
    }

    @inline(__always)
    private var held: UnsafeMutablePointer<Atomic<UInt32>> {
        memory.assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    /// Takes the core where it is free.
    @inline(__always)
    private func take() -> Bool {
        // The load keeps the line shared as long as the core is held.
        guard held.pointee.load(ordering: .relaxed) == 0 else { return false }
        // Acquire: pairs with the release in `leave` of the holder before.
        return held.pointee.exchange(1, ordering: .acquiring) == 0
    }

    @inline(__always)
    private func leave() {
        // Release: pairs with the acquire in `take` of the next holder.
        held.pointee.store(0, ordering: .releasing)
    }

    /// Does the call in a client's mailbox, or has it done; returns when it is done.
    func perform(_ number: Int) {
        let own = mailbox(number)
        if take() {
            execute(own.call)
            serve(except: number)
            leave()
            return
        }
        // Release: pairs with the acquire of whoever serves it.
        own.state.pointee.store(Mailbox.posted, ordering: .releasing)
        var idle = IdleStrategy.yield
        while true {
            // Acquire: pairs with the release in `serve`; the answer is ours then.
            if own.state.pointee.load(ordering: .acquiring) == Mailbox.done { break }
            if take() {
                serve(except: -1)
                leave()
            } else {
                idle.idle()
            }
        }
        own.state.pointee.store(Mailbox.idle, ordering: .relaxed)
    }

    private func serve(except number: Int) {
        for other in 0..<clientCount where other != number {
            let mailbox = mailbox(other)
            // Acquire: pairs with the release of the client that posted it.
            guard mailbox.state.pointee.load(ordering: .acquiring) == Mailbox.posted else {
                continue
            }
            execute(mailbox.call)
            // Release: pairs with the acquire of the client that waits for it.
            mailbox.state.pointee.store(Mailbox.done, ordering: .releasing)
        }
    }

    @inline(__always)
    private func execute(_ call: UnsafeMutablePointer<QueueCall>) {
        call.pointee.core.unsafelyUnwrapped._withUnsafeGuaranteedRef { execute(call, on: $0) }
    }

    private func execute(_ call: UnsafeMutablePointer<QueueCall>, on core: QueueCore) {
        let now = call.pointee.now
        switch call.pointee.kind {
        case .send:
            call.pointee.error = core.sendPrepared(
                call.pointee.sends, call.pointee.prepared.unsafelyUnwrapped,
                results: call.pointee.sendResults, now: now)
        case .receive:
            let result = core.receiveMessage(
                call.pointee.request, into: call.pointee.target, now: now)
            call.pointee.count = result.count
            call.pointee.error = result.error
            copyOut(call)
        case .delete:
            call.pointee.error = core.deleteMessageBatch(
                call.pointee.settles, results: call.pointee.settleResults, now: now)
        case .changeVisibility:
            call.pointee.error = core.changeMessageVisibilityBatch(
                call.pointee.settles, results: call.pointee.settleResults, now: now)
        case .purge:
            call.pointee.error = core.purge(now: now)
        case .attributes:
            call.pointee.attributes = core.attributes(now: now)
        case .redrive:
            let result = core.redrive(
                to: call.pointee.destination?.takeUnretainedValue(),
                maximum: call.pointee.maximum, now: now)
            call.pointee.count = result.count
            call.pointee.error = result.error
        }
    }

    /// Copies bodies and group ids to the client: in the queue they may end at any time.
    private func copyOut(_ call: UnsafeMutablePointer<QueueCall>) {
        var free = call.pointee.arena
        for number in 0..<call.pointee.count {
            let message = call.pointee.target[number]
            call.pointee.target[number].body = copied(message.body, to: &free)
            call.pointee.target[number].messageGroupID = copied(message.messageGroupID, to: &free)
        }
    }

    @inline(__always)
    private func copied(
        _ bytes: UnsafeRawBufferPointer, to free: inout UnsafeMutableRawPointer?
    ) -> UnsafeRawBufferPointer {
        guard let start = bytes.baseAddress, let target = free else { return bytes }
        copyBytes(to: target, from: start, count: bytes.count)
        free = target + bytes.count
        return UnsafeRawBufferPointer(start: target, count: bytes.count)
    }
}
