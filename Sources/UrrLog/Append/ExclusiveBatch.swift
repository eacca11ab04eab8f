import Synchronization
import UrrPlatform

/// Several records that an exclusive appender adds and publishes together, with all that an append
/// needs kept in registers: the fastest way to append.
///
/// A local variable of one function: `var batch = appender.makeBatch()`, any number of appends,
/// `batch.publish()`, and so on. Nothing is in the log before `publish`. While it is open, nothing
/// may be appended beside it.
public struct ExclusiveBatch: ~Copyable {
    @usableFromInline let appender: ExclusiveAppender
    @usableFromInline var firstOffset: Offset
    @usableFromInline var nextOffset: Offset
    @usableFromInline var offsetLimit: Offset
    @usableFromInline var frame: UnsafeMutableRawPointer
    @usableFromInline var frameLimit: UInt
    @usableFromInline var lastTime: Nanoseconds
    @usableFromInline var expiry: Nanoseconds
    @usableFromInline var claimedLength = -1

    @inlinable
    @inline(__always)
    init(_ appender: ExclusiveAppender) {
        self.appender = appender
        let state = appender.state
        firstOffset = state.pointee.nextOffset
        nextOffset = firstOffset
        // Relaxed: a close that happened before this call is seen; a later one may let the
        // records pass for which there was room already.
        offsetLimit = state.pointee.offsetLimit.load(ordering: .relaxed)
        frame = state.pointee.frame
        frameLimit = state.pointee.frameLimit
        lastTime = state.pointee.lastTime
        expiry = state.pointee.expiry
    }

    /// Why the last `claim` answered nil.
    @inlinable
    public var lastRefusal: AppendResult { appender.lastRefusal }

    /// Copies `payload` into the log; as `ExclusiveAppender.append`.
    @inlinable
    @inline(__always)
    public mutating func append(
        _ payload: UnsafeRawBufferPointer, keyHash: UInt32, time: Nanoseconds
    ) -> AppendResult {
        let length = payload.count
        if !hasRoom(length, time) {
            let result = makeRoom(length, time)
            if result != .appended { return result }
        }
        if let source = payload.baseAddress {
            let target = frame + LogLayout.frameHeaderByteCount
            copyPayload(to: target, from: source, count: length)
        }
        finish(length, keyHash, time)
        return .appended
    }

    /// Room for a payload of `byteCount` bytes, to be filled in place and then committed; as
    /// `ExclusiveAppender.claim`.
    @inlinable
    @inline(__always)
    public mutating func claim(byteCount: Int) -> UnsafeMutableRawPointer? {
        claimedLength = -1
        if !hasRoom(byteCount, lastTime) {
            let result = makeRoom(byteCount, lastTime)
            if result != .appended {
                appender.state.pointee.refusal = result
                return nil
            }
        }
        claimedLength = byteCount
        return frame + LogLayout.frameHeaderByteCount
    }

    /// Appends the record that was filled in since `claim`. False where nothing is claimed.
    @inlinable
    @inline(__always)
    @discardableResult
    public mutating func commit(keyHash: UInt32, time: Nanoseconds) -> Bool {
        if claimedLength < 0 { return false }
        finish(claimedLength, keyHash, time)
        return true
    }

    /// Makes every record of the batch visible to readers; the batch can be used on.
    @inlinable
    @inline(__always)
    public mutating func publish() {
        let state = appender.state
        invariant(state.pointee.nextOffset == firstOffset, "append beside an open batch")
        state.pointee.batchByteCount =
            Int(bitPattern: UInt(bitPattern: frame) &- UInt(bitPattern: state.pointee.frame))
        state.pointee.nextOffset = nextOffset
        state.pointee.frame = frame
        state.pointee.lastTime = lastTime
        firstOffset = nextOffset
        appender.publish()
    }

    @inlinable
    @inline(__always)
    func hasRoom(_ length: Int, _ time: Nanoseconds) -> Bool {
        UInt(bitPattern: frame + LogFrame.byteCount(length)) <= frameLimit
            && nextOffset < offsetLimit && time < expiry
            && UInt(bitPattern: length) <= appender.state.pointee.maximumMessageBytes
    }

    @inlinable
    @inline(__always)
    mutating func finish(_ length: Int, _ keyHash: UInt32, _ time: Nanoseconds) {
        lastTime = max(time, lastTime)
        LogFrame.write(frame, length, keyHash, lastTime)
        let state = appender.state
        LogFrame.leaveWaypoint(
            state.pointee.rings, nextOffset, UInt(bitPattern: frame) &- state.pointee.origin,
            lastTime)
        let size = LogFrame.byteCount(length)
        nextOffset &+= 1
        frame += size
        claimedLength = -1
    }

    /// The slow half of an append. Publishes what the batch has so far, as any slow append does.
    @inlinable
    @inline(__always)
    mutating func makeRoom(_ length: Int, _ time: Nanoseconds) -> AppendResult {
        publish()
        let result = appender.makeRoom(length, time)
        self = ExclusiveBatch(appender)
        return result
    }
}

extension ExclusiveAppender {
    /// A batch that goes on where this appender is.
    @inlinable
    @inline(__always)
    public func makeBatch() -> ExclusiveBatch { ExclusiveBatch(self) }
}
