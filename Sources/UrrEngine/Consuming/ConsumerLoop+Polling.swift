import UrrDriver
import UrrMeasure
import UrrPlatform
import UrrWorkload

extension ConsumerLoop {
    /// A delivered message, checked against the producers' sequences.
    @usableFromInline
    struct Delivery {
        /// Its header, where that can be trusted.
        @usableFromInline var header: TraceHeader?
        /// What it is to the group.
        @usableFromInline var standing: PendingMessage.Standing
        /// Whether it was delivered for the first time.
        @usableFromInline var isNew: Bool

        @inlinable
        init(_ header: TraceHeader?, _ standing: PendingMessage.Standing, isNew: Bool) {
            self.header = header
            self.standing = standing
            self.isNew = isNew
        }
    }

    /// Takes note of a delivery; counts it as damaged or repeated where it is.
    @inlinable
    @inline(__always)
    static func verify(
        _ message: IncomingMessage, member: UnsafeMutablePointer<Member<Driver>>, runTag: UInt32,
        tally: UnsafeMutablePointer<ConsumerTally>
    ) -> Delivery {
        guard member.pointee.isVerified else { return Self.trust(message, member: member) }
        let lane = member.pointee.lanes[Int(message.lane)]
        let expected = lane.pointee.delivered
        if message.offset != expected { Self.passOver(lane, to: message.offset) }
        lane.pointee.delivered = message.offset &+ 1
        guard let header = member.pointee.reader.header(message.payload, runTag: runTag),
            Int(header.producer) < member.pointee.producers
        else {
            tally.pointee.corrupted &+= 1
            return Delivery(nil, .damaged, isNew: false)
        }
        let isNext = member.pointee.tracker._withUnsafeGuaranteedRef {
            $0.deliverNext(
                partition: lane.pointee.row, producer: header.producer, sequence: header.sequence)
        }
        if isNext {
            guard header.isRetry, Int(header.producer) >= member.pointee.firstFollowUp else {
                return Delivery(header, .first, isNew: true)
            }
            return Self.noteAgain(header, lane: lane, tally: tally)
        }
        return Self.verifyOutOfOrder(
            header, message.offset, expected: expected, lane: lane, tally: tally,
            tracker: member.pointee.tracker)
    }

    /// An event that was published again, under a number of its own: its effect has been applied.
    @inline(never)
    @usableFromInline
    static func noteAgain(
        _ header: TraceHeader, lane: UnsafeMutablePointer<LaneState>,
        tally: UnsafeMutablePointer<ConsumerTally>
    ) -> Delivery {
        tally.pointee.duplicates &+= 1
        lane.pointee.copies &+= 1
        return Delivery(header, .again, isNew: false)
    }

    /// Takes a delivery for what it says it is, where nothing is to be checked.
    @inlinable
    @inline(__always)
    static func trust(
        _ message: IncomingMessage, member: UnsafeMutablePointer<Member<Driver>>
    ) -> Delivery {
        member.pointee.lanes[Int(message.lane)].pointee.delivered = message.offset &+ 1
        guard let header = member.pointee.reader.unchecked(message.payload) else {
            return Delivery(nil, .damaged, isNew: false)
        }
        return Delivery(header, .first, isNew: true)
    }

    @inline(never)
    @usableFromInline
    static func passOver(_ lane: UnsafeMutablePointer<LaneState>, to offset: Int64) {
        lane.pointee.passOver(to: offset)
    }

    /// A message that is not its producer's next one: late, repeated, or after a gap. A repeat is
    /// explained where the group went back to an offset below it, or where a retry storm sent it.
    @inline(never)
    @usableFromInline
    static func verifyOutOfOrder(
        _ header: TraceHeader, _ offset: Int64, expected: Int64,
        lane: UnsafeMutablePointer<LaneState>, tally: UnsafeMutablePointer<ConsumerTally>,
        tracker: Unmanaged<SequenceTracker>
    ) -> Delivery {
        let comesAgain = offset >= expected && offset < lane.pointee.highWater
        let isFirst = tracker._withUnsafeGuaranteedRef {
            $0.deliverOutOfOrder(
                partition: lane.pointee.row, producer: header.producer, sequence: header.sequence,
                isExplained: comesAgain || header.isRetry)
        }
        if isFirst { return Delivery(header, .first, isNew: true) }
        tally.pointee.duplicates &+= 1
        if comesAgain {
            lane.pointee.redelivered &+= 1
        } else if header.isRetry {
            lane.pointee.copies &+= 1
        }
        let name = MessageName(producer: header.producer, sequence: header.sequence)
        let wasDropped = lane.pointee.incidents.takeUp(name)
        return Delivery(header, wasDropped ? .first : .again, isNew: false)
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
        let latencies = bank.pointee.latencies(group: group, segment: 0)
        var received: Nanoseconds = 0
        let limit = min(member.pointee.pollLimit, BatchScratch.capacity)
        let count = member.pointee.consumer._withUnsafeGuaranteedRef { consumer in
            consumer.poll(limit: limit) { message in
                if received == 0 { received = clock.nowAfterLoads() }
                let delivery = Self.verify(
                    message, member: member, runTag: runTag, tally: tally)
                guard delivery.standing == .first, let header = delivery.header else {
                    if delivery.standing == .again { tally.pointee.repeated &+= 1 }
                    return
                }
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
        guard count > 0 else {
            rest(index)
            return 0
        }
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
        if member.pointee.isManaged || !member.pointee.life.isUndisturbed,
            let work = attend(index, now: now)
        {
            return work
        }
        if freezes[group].isFrozen(now) { return 0 }
        member.pointee.commitIfDue(now: now, closing: isClosing)
        let tally = bank.pointee.tallies + group
        let runTag = runTag
        let limit = min(member.pointee.pollLimit, member.pointee.pending.room)
        let count: Int
        if member.pointee.remedies.isActive {
            noteLag(index)
        }
        if member.pointee.remedies.hasPreference {
            count = Self.pollByPreference(member, limit: limit) { message in
                Self.keep(message, member: member, runTag: runTag, tally: tally)
            }
        } else {
            count = member.pointee.consumer._withUnsafeGuaranteedRef { consumer in
                consumer.poll(limit: limit) { message in
                    Self.keep(message, member: member, runTag: runTag, tally: tally)
                }
            }
        }
        guard count > 0 else {
            // It found nothing: from now on its slots wait for messages, not messages for slots.
            member.pointee.freeAt.update(
                repeating: .min, count: member.pointee.concurrency)
            rest(index)
            return 0
        }
        if member.pointee.commitsFirst { commitBeforeHandling(index, count) }
        if member.pointee.life.crash == .beforeHandling, !isAskingStore(index) {
            crash(index, now: now, bank: bank)
            return count
        }
        if member.pointee.effects == nil {
            if !member.pointee.holds {
                member.pointee.pending.ready = member.pointee.pending.tail
            }
        } else {
            advanceEffects(index, now: now, bank: bank)
        }
        startWaiting(index, now: clock.nowAfterLoads())
        return count
    }

    /// Reads what a message says, for a service; one that says nothing is damaged.
    @inlinable
    @inline(never)
    static func readEvent(
        _ message: IncomingMessage, _ delivery: inout Delivery,
        member: UnsafeMutablePointer<Member<Driver>>, tally: UnsafeMutablePointer<ConsumerTally>
    ) {
        let position = member.pointee.pending.tail
        let held = position &+ 1 &- member.pointee.pending.head
        let isRead =
            member.pointee.desk?._withUnsafeGuaranteedRef {
                $0.take(message.payload, at: position, held: held)
            } ?? false
        guard !isRead, delivery.standing != .damaged else { return }
        tally.pointee.corrupted &+= 1
        delivery = Delivery(nil, .damaged, isNew: false)
    }

    /// Checks a delivery and puts it among those that wait for a handler.
    @inlinable
    @inline(__always)
    static func keep(
        _ message: IncomingMessage, member: UnsafeMutablePointer<Member<Driver>>, runTag: UInt32,
        tally: UnsafeMutablePointer<ConsumerTally>
    ) {
        var delivery = Self.verify(message, member: member, runTag: runTag, tally: tally)
        if member.pointee.desk != nil {
            Self.readEvent(message, &delivery, member: member, tally: tally)
        }
        if delivery.isNew, let header = delivery.header {
            if header.segment != 0 { tally.pointee.delivered &+= 1 }
            if let order = member.pointee.keyOrder,
                order._withUnsafeGuaranteedRef({
                    $0.isLate(key: header.keyIndex, intended: header.intended)
                })
            {
                tally.pointee.keyReordered &+= 1
            }
        }
        // A repeated or damaged message costs its handler's time like any other.
        member.pointee.pending.append(
            PendingMessage(
                delivery.header, delivery.standing, offset: message.offset,
                identity: Self.identity(
                    of: delivery.header, message,
                    row: member.pointee.lanes[Int(message.lane)].pointee.row),
                lane: message.lane))
    }

    /// Commits what was just received. The director must not take the run for drained on the word
    /// of these commits, so it is told first that there is work.
    @inlinable
    mutating func commitBeforeHandling(_ index: Int, _ count: Int) {
        heldFirst &+= count
        reportHeld()
        members[index].commitDelivered()
    }

    /// Tells the director whether this worker holds messages that are committed and not handled, or
    /// is to move dead letters back.
    @inlinable
    @inline(__always)
    mutating func reportHeld() {
        let holds = heldFirst > 0 || redrives.isPending
        guard holds != reportedHeld else { return }
        reportedHeld = holds
        control.reportHolding(consumer: worker, holds)
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
