import UrrDriver
import UrrEvents
import UrrMeasure
import UrrPlatform
import UrrWorkload

/// Publishes what follows from handled messages to one topic, for one group on one consuming worker:
/// a producer instance of its own, whose messages have sequence numbers and books like any other's.
///
/// An event goes out before the effect that it follows from is recorded and before its source is
/// committed. A crash between makes it go out again: under a new sequence number, with the mark of
/// a message sent again, and with the same key, by which readers skip it.
@usableFromInline
struct FollowUpSender<Driver: MessageDriver>: ~Copyable {
    @usableFromInline let endpoint: Unmanaged<Driver.Producer>
    @usableFromInline let entry: Int
    @usableFromInline let group: Int
    @usableFromInline let topic: Int
    @usableFromInline let producer: UInt16
    @usableFromInline let segment: Int
    @usableFromInline let partitions: Int
    /// Next sequence number by partition.
    @usableFromInline let counters: UnsafeMutablePointer<UInt64>
    @usableFromInline let runTag: UInt32
    @usableFromInline let isSealed: Bool
    @usableFromInline let codec: EventCodec
    /// Room for one trace.
    @usableFromInline let scratch: UnsafeMutableRawPointer
    /// What was published, each once, and what was published again.
    @usableFromInline let published: EventBook
    @usableFromInline let again: EventBook
    /// Since when a full target keeps it from sending; -1 where it does not.
    @usableFromInline var waitingSince: Nanoseconds = -1

    init(
        _ plan: RunPlan, entry: Int, worker: Int, endpoint: Driver.Producer,
        sequences: SequenceCounters, codec: EventCodec
    ) {
        let own = plan.producers[entry]
        self.endpoint = .passUnretained(endpoint)
        self.entry = entry
        group = own.followUpOf ?? 0
        topic = own.topic ?? 0
        let instance = own.firstInstance + worker
        producer = UInt16(truncatingIfNeeded: instance)
        segment = own.segmentBase
        partitions = plan.topology.topics[topic].partitions
        counters = sequences.row(instance: instance)
        runTag = plan.runTag
        isSealed = plan.verifies
        self.codec = codec
        scratch = .allocate(byteCount: EventTemplate.traceByteCount, alignment: 8)
        published = EventBook()
        again = EventBook()
    }

    @inlinable
    deinit {
        scratch.deallocate()
        published.deallocate()
        again.deallocate()
    }

    /// Publishes event number `form` of `source`, whose key is number `key`; acknowledged when this
    /// returns. Where it is refused, the same is to be offered again later.
    @inlinable
    mutating func offer<Clock: MonotonicClock>(
        _ form: Int, of source: PendingEvent, key: UInt32, isMeasured: Bool, isRepeat: Bool,
        clock: Clock, bank: UnsafeMutablePointer<ProducerBank>
    ) -> OfferResult {
        let now = clock.now()
        let number = source.fields.user
        let hash = codec.hash(ofId: number)
        let partition = UrrPlatform.partition(forKeyHash: hash, partitions: partitions)
        TraceHeader(
            intended: source.ended, sent: now, sequence: counters[partition], keyIndex: key,
            producer: producer, segment: UInt8(truncatingIfNeeded: isMeasured ? segment : 0),
            runTag: runTag, isRetry: isRepeat, isSealed: isSealed
        ).write(to: scratch)
        let fields = EventFields(
            entity: number, saga: number, user: number, amount: source.fields.amount,
            timestamp: source.fields.timestamp)
        let byteCount = codec.smallestByteCount(form)
        let message = OutgoingMessage(
            byteCount: byteCount, partition: Int32(truncatingIfNeeded: partition), keyHash: hash,
            keyIndex: key, token: 0, sentAt: now, deduplication: number)
        let codec = codec
        let scratch = scratch
        let result = endpoint._withUnsafeGuaranteedRef { endpoint in
            endpoint.offer(message) { memory in
                codec.write(
                    form: form, fields, trace: scratch, byteCount: byteCount, to: memory)
            }
        }
        guard result == .accepted else {
            if isMeasured { refused(result, now: now, bank: bank) }
            return result
        }
        counters[partition] &+= 1
        endpoint._withUnsafeGuaranteedRef { $0.flush(now: now) }
        let figure = codec.traits(form).figure
        if isRepeat {
            again.add(figure: figure, amount: fields.amount)
        } else {
            published.add(figure: figure, amount: fields.amount)
        }
        if isMeasured, isRepeat {
            bank.pointee.tallies[entry].retried &+= 1
        } else if isMeasured {
            book(source.ended, sent: now, acknowledged: clock.now(), bank: bank)
        }
        return .accepted
    }

    @inlinable
    mutating func book(
        _ intended: Nanoseconds, sent: Nanoseconds, acknowledged: Nanoseconds,
        bank: UnsafeMutablePointer<ProducerBank>
    ) {
        let tally = bank.pointee.tallies + entry
        if waitingSince >= 0 {
            tally.pointee.heldBack &+= sent &- waitingSince
            waitingSince = -1
        }
        tally.pointee.sent &+= 1
        tally.pointee.acknowledged &+= 1
        tally.pointee.maximumLateness = max(tally.pointee.maximumLateness, sent &- intended)
        bank.pointee.sendDelay[segment].record(sent &- intended)
        bank.pointee.acknowledgement[segment].record(acknowledged &- sent)
    }

    @inlinable
    @inline(never)
    mutating func refused(
        _ result: OfferResult, now: Nanoseconds, bank: UnsafeMutablePointer<ProducerBank>
    ) {
        let tally = bank.pointee.tallies + entry
        if result == .failed { tally.pointee.failed &+= 1 }
        guard result == .backPressured, waitingSince < 0 else { return }
        tally.pointee.backPressured &+= 1
        waitingSince = now
    }
}
