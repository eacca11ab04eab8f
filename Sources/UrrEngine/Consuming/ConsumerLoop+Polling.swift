import UrrDriver
import UrrMeasure
import UrrPlatform

extension ConsumerLoop {
    /// Checks a delivered message against the producers' sequences. Returns its header where it is
    /// a first delivery, and counts it as damaged or repeated where it is not.
    @inlinable
    @inline(__always)
    static func verify(
        _ message: IncomingMessage, member: UnsafeMutablePointer<Member<Driver>>, runTag: UInt32,
        bodyCheck: BodyCheck, tally: UnsafeMutablePointer<ConsumerTally>
    ) -> TraceHeader? {
        guard message.payload.count >= TraceHeader.byteCount,
            let base = message.payload.baseAddress
        else {
            tally.pointee.corrupted &+= 1
            return nil
        }
        let header = TraceHeader(reading: base)
        guard header.isIntact(runTag: runTag), Int(header.producer) < member.pointee.producers,
            bodyCheck.passes(message.payload)
        else {
            tally.pointee.corrupted &+= 1
            return nil
        }
        let row = member.pointee.rows[Int(message.lane)]
        let isFirst = member.pointee.tracker._withUnsafeGuaranteedRef {
            $0.deliver(partition: row, producer: header.producer, sequence: header.sequence)
        }
        guard isFirst else {
            tally.pointee.duplicates &+= 1
            return nil
        }
        return header
    }

    /// Polls for a member whose handler takes no time: delivery, handling, booking and commit of
    /// one batch. The clock is read once when the first message has arrived and once when the
    /// last is done.
    @inlinable
    mutating func pollInstant(
        _ index: Int, now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) -> Int {
        let member = members + index
        let group = member.pointee.group
        if freezes[group].isFrozen(now) { return 0 }
        member.pointee.commitIfDue(now: now, closing: isClosing)
        let tally = bank.pointee.tallies + group
        let clock = clock
        let runTag = runTag
        let bodyCheck = bodyCheck
        let latencies = bank.pointee.latencies(group: group, segment: 0)
        var received: Nanoseconds = 0
        let limit = min(member.pointee.pollLimit, BatchScratch.capacity)
        let count = member.pointee.consumer._withUnsafeGuaranteedRef { consumer in
            consumer.poll(limit: limit) { message in
                if received == 0 { received = clock.nowAfterLoads() }
                member.pointee.delivered[Int(message.lane)] = message.offset &+ 1
                guard
                    let header = Self.verify(
                        message, member: member, runTag: runTag, bodyCheck: bodyCheck,
                        tally: tally)
                else { return }
                let segment = Int(header.segment)
                // A later lane is looked at later: its messages may have been sent since.
                if segment != scratch.segment || header.sent > received {
                    Self.book(
                        &scratch, received: received, clock: clock, latencies: latencies,
                        tally: tally)
                    scratch.segment = segment
                    received = clock.nowAfterLoads()
                }
                scratch.append(header)
            }
        }
        guard count > 0 else { return 0 }
        Self.book(
            &scratch, received: received, clock: clock, latencies: latencies, tally: tally)
        if member.pointee.autoCommitInterval == 0 { member.pointee.commitDelivered() }
        return count
    }

    /// Books what the scratch holds, handled as of now. Warm-up (segment 0) is not booked.
    @inlinable
    @inline(__always)
    static func book(
        _ scratch: inout BatchScratch, received: Nanoseconds, clock: Clock,
        latencies: UnsafeMutablePointer<Histogram>, tally: UnsafeMutablePointer<ConsumerTally>
    ) {
        guard scratch.count > 0 else { return }
        if scratch.segment == 0 {
            scratch.count = 0
            return
        }
        tally.pointee.delivered &+= UInt64(scratch.count)
        tally.pointee.handled &+= UInt64(scratch.count)
        scratch.book(
            received: received, handled: clock.nowAfterLoads(),
            to: latencies + ConsumerBank.kinds &* scratch.segment)
    }

    /// Polls for a member whose handlers take time, and starts as many as have a free slot.
    @inlinable
    mutating func pollAndStart(
        _ index: Int, now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) -> Int {
        let member = members + index
        let group = member.pointee.group
        if freezes[group].isFrozen(now) { return 0 }
        member.pointee.commitIfDue(now: now, closing: isClosing)
        let tally = bank.pointee.tallies + group
        let runTag = runTag
        let bodyCheck = bodyCheck
        let limit = min(member.pointee.pollLimit, member.pointee.pending.room)
        let count = member.pointee.consumer._withUnsafeGuaranteedRef { consumer in
            consumer.poll(limit: limit) { message in
                let header = Self.verify(
                    message, member: member, runTag: runTag, bodyCheck: bodyCheck,
                    tally: tally)
                if let header, header.segment != 0 { tally.pointee.delivered &+= 1 }
                member.pointee.delivered[Int(message.lane)] = message.offset &+ 1
                // A repeated or damaged message costs its handler's time like any other.
                member.pointee.pending.append(
                    PendingMessage(
                        intended: header?.intended ?? 0, sent: header?.sent ?? 0,
                        offset: message.offset,
                        identity: Self.identity(
                            of: header, message, row: member.pointee.rows[Int(message.lane)]),
                        lane: message.lane, segment: header?.segment ?? 0))
            }
        }
        guard count > 0 else {
            // It found nothing: from now on its slots wait for messages, not messages for slots.
            member.pointee.freeAt.update(
                repeating: .min, count: member.pointee.concurrency)
            return 0
        }
        startWaiting(index, now: clock.nowAfterLoads())
        return count
    }

    /// Names the message for its service time: its partition, who sent it and its running number
    /// there. All three matter: partitions that drew the same times in the same order would all be
    /// slow at once.
    @inlinable
    @inline(__always)
    static func identity(
        of header: TraceHeader?, _ message: IncomingMessage, row: Int
    ) -> UInt64 {
        let partition = mix64(UInt64(row) &+ 1)
        guard let header else { return partition ^ UInt64(bitPattern: message.offset) }
        return partition ^ mix64(header.sequence &+ UInt64(header.producer) &<< 48)
    }
}
