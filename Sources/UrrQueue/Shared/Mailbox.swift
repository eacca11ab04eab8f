import Synchronization
import UrrPlatform

/// What one client asks the queue to do. Points to memory of the client, which waits meanwhile.
struct QueueCall {
    enum Kind: UInt8 {
        case send, receive, delete, changeVisibility, purge, attributes, redrive
    }

    var kind = Kind.purge
    /// The core that it is about; set once, before the first call.
    var core: Unmanaged<QueueCore>?
    var now: Nanoseconds = 0
    var sends = UnsafeBufferPointer<SendEntry>(start: nil, count: 0)
    var sendResults = UnsafeMutableBufferPointer<SendResult>(start: nil, count: 0)
    /// The entries to send as the client prepared them.
    var prepared: UnsafeMutablePointer<PreparedEntry>?
    var settles = UnsafeBufferPointer<SettleEntry>(start: nil, count: 0)
    var settleResults = UnsafeMutableBufferPointer<SettleResult>(start: nil, count: 0)
    var request = ReceiveRequest()
    var target = UnsafeMutableBufferPointer<ReceivedMessage>(start: nil, count: 0)
    /// Where the bytes of delivered messages are copied to.
    var arena: UnsafeMutableRawPointer?
    /// Where a redrive goes, and how many messages at the most.
    var destination: Unmanaged<QueueCore>?
    var maximum = 0
    /// Answers.
    var count = 0
    var error: QueueError?
    var attributes = QueueAttributes()
}

/// Where a client puts its call and finds the answer.
///
/// ```
///  byte   what           written by                     ordering
///  ------------------------------------------------------------------------------------
///     0   state          client: posted; holder: done   release -> acquire, both ways
///   128   the call       client, then whoever holds the queue; ordered by the state
/// ```
struct Mailbox {
    static let idle: UInt32 = 0
    static let posted: UInt32 = 1
    static let done: UInt32 = 2

    static let callOffset = falseSharingByteCount
    static let byteCount =
        callOffset
        + (MemoryLayout<QueueCall>.size + falseSharingByteCount - 1) / falseSharingByteCount
        * falseSharingByteCount

    let base: UnsafeMutableRawPointer

    @inline(__always)
    var state: UnsafeMutablePointer<Atomic<UInt32>> {
        base.assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    @inline(__always)
    var call: UnsafeMutablePointer<QueueCall> {
        (base + Self.callOffset).assumingMemoryBound(to: QueueCall.self)
    }

    func initialize() {
        base.bindMemory(to: Atomic<UInt32>.self, capacity: 1).initialize(to: Atomic(Self.idle))
        (base + Self.callOffset).bindMemory(to: QueueCall.self, capacity: 1)
            .initialize(to: QueueCall())
    }
}
