import UrrLog
import UrrPlatform

/// What a producer of a log sends.
struct AppendOrder: @unchecked Sendable {
    /// Messages.
    var count: UInt64
    /// Records that are published together.
    var batch: Int
    /// Bits that are set in the first word of each message, to tell streams apart.
    var mark: UInt64 = 0
    /// The append time of the first message; one more for each next. Times must not fall from one
    /// order to the next.
    var firstTime: UInt64 = 0
    var patience: Patience
    var pattern = MessagePattern.shared.words
}

/// Sixteen messages to be copied in turn: rewriting the one that was just copied would make each
/// copy wait for the stores before it.
final class MessageSlots: @unchecked Sendable {
    let memory: UnsafeMutableRawPointer

    init<Shape: MessageShape>(_ shape: Shape.Type, _ pattern: UnsafeRawPointer) {
        memory = .allocate(byteCount: 16 * Shape.byteCount, alignment: falseSharingByteCount)
        for slot in 0..<16 { Shape.write(to: memory + slot * Shape.byteCount, 0, 0, pattern) }
    }

    deinit { memory.deallocate() }
}

/// The loops of producers: each returns how many messages it sent, fewer than ordered only where
/// the log stayed full for too long.
///
/// Messages are filled in place, as with the peers that can do so. The record's key hash is the
/// message's number, its append time counts on from the order's: a clock would cost more than the
/// append.
enum LogAppending {
    /// One exclusive appender, filling records in place.
    static func exclusive<Shape: MessageShape>(
        _ shape: Shape.Type, _ appender: ExclusiveAppender, _ order: AppendOrder
    ) -> UInt64 {
        var batch = appender.makeBatch()
        var patience = order.patience
        var sent: UInt64 = 0
        while sent < order.count {
            let end = min(order.count, sent &+ UInt64(order.batch))
            let next = fill(shape, &batch, sent..<end, order)
            if next == sent {
                guard patience.wait() else { break }
            } else {
                patience.reset()
                sent = next
            }
        }
        return sent
    }

    /// Appends the messages of these numbers and publishes them together; returns the number of the
    /// first that found no room.
    @inline(__always)
    static func fill<Shape: MessageShape>(
        _ shape: Shape.Type, _ batch: inout ExclusiveBatch, _ numbers: Range<UInt64>,
        _ order: AppendOrder
    ) -> UInt64 {
        var next = numbers.lowerBound
        while next < numbers.upperBound, let place = batch.claim(byteCount: Shape.byteCount) {
            Shape.write(to: place, order.mark | next, next, order.pattern)
            batch.commit(
                keyHash: UInt32(truncatingIfNeeded: next),
                time: Int64(bitPattern: order.firstTime &+ next))
            next &+= 1
        }
        batch.publish()
        return next
    }

    /// The same with payloads that exist before: every record is copied into the log.
    static func exclusiveCopying<Shape: MessageShape>(
        _ shape: Shape.Type, _ appender: ExclusiveAppender, _ order: AppendOrder,
        from slots: MessageSlots
    ) -> UInt64 {
        var batch = appender.makeBatch()
        var patience = order.patience
        var sent: UInt64 = 0
        while sent < order.count {
            let end = min(order.count, sent &+ UInt64(order.batch))
            var next = sent
            while next < end {
                let slot = slots.memory + Int(next & 15) &* Shape.byteCount
                // One store, as wide as what copies: two would have to leave the processor's store
                // buffer, behind all that was copied before, until a copy could read both.
                slot.storeBytes(of: SIMD2(order.mark | next, next), as: SIMD2<UInt64>.self)
                let result = batch.append(
                    UnsafeRawBufferPointer(start: slot, count: Shape.byteCount),
                    keyHash: UInt32(truncatingIfNeeded: next),
                    time: Int64(bitPattern: order.firstTime &+ next))
                if result != .appended { break }
                next &+= 1
            }
            batch.publish()
            if next == sent {
                guard patience.wait() else { break }
            } else {
                patience.reset()
                sent = next
            }
        }
        return sent
    }

    /// One of several appenders of a shared log, filling records in place.
    static func shared<Shape: MessageShape>(
        _ shape: Shape.Type, _ appender: SharedAppender, _ order: AppendOrder
    ) -> UInt64 {
        order.batch == 1
            ? sharedOneByOne(shape, appender, order) : sharedBatches(shape, appender, order)
    }

    private static func sharedOneByOne<Shape: MessageShape>(
        _ shape: Shape.Type, _ appender: SharedAppender, _ order: AppendOrder
    ) -> UInt64 {
        var patience = order.patience
        var sent: UInt64 = 0
        while sent < order.count {
            guard let claim = appender.claim(byteCount: Shape.byteCount) else {
                guard patience.wait() else { break }
                continue
            }
            patience.reset()
            Shape.write(
                to: claim.payload.baseAddress.unsafelyUnwrapped, order.mark | sent, sent,
                order.pattern)
            appender.commit(
                claim, keyHash: UInt32(truncatingIfNeeded: sent),
                time: Int64(bitPattern: order.firstTime &+ sent))
            sent &+= 1
        }
        return sent
    }

    /// Claims a whole batch with one atomic operation, and publishes it with one store.
    private static func sharedBatches<Shape: MessageShape>(
        _ shape: Shape.Type, _ appender: SharedAppender, _ order: AppendOrder
    ) -> UInt64 {
        var patience = order.patience
        var sent: UInt64 = 0
        while sent < order.count {
            let count = Int(min(order.count &- sent, UInt64(order.batch)))
            guard var batch = appender.claimBatch(count: count, byteCount: Shape.byteCount) else {
                guard patience.wait() else { break }
                continue
            }
            patience.reset()
            while let payload = batch.payload {
                Shape.write(
                    to: payload.baseAddress.unsafelyUnwrapped, order.mark | sent, sent,
                    order.pattern)
                batch.commit(
                    keyHash: UInt32(truncatingIfNeeded: sent),
                    time: Int64(bitPattern: order.firstTime &+ sent))
                sent &+= 1
            }
        }
        return sent
    }
}
