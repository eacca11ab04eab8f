import UrrEvents
import UrrPlatform
import UrrWorkload

/// How the messages of one source are read and checked: the trace header stands first, or, in
/// events, as digits in the JSON. A plain value, so that nothing is counted when it is passed along.
@frozen
public struct MessageReader: @unchecked Sendable {
    @usableFromInline let check: BodyCheck
    /// For events; nil where the header stands first.
    @usableFromInline let events: EventReader?

    @usableFromInline
    init(check: BodyCheck, events: EventReader? = nil) {
        self.check = check
        self.events = events
    }

    /// The header of a message that is of the run and as it was sent, as far as that is checked;
    /// nil for one that is damaged or foreign.
    @inlinable
    @inline(__always)
    func header(_ payload: UnsafeRawBufferPointer, runTag: UInt32) -> TraceHeader? {
        if let events { return events.header(payload, runTag: runTag) }
        guard payload.count >= TraceHeader.byteCount, let base = payload.baseAddress else {
            return nil
        }
        let header = TraceHeader(reading: base)
        return header.isIntact(runTag: runTag) && check.passes(payload) ? header : nil
    }

    /// The header as it stands there, checked by nothing.
    @inlinable
    @inline(__always)
    func unchecked(_ payload: UnsafeRawBufferPointer) -> TraceHeader? {
        if let events { return events.unchecked(payload) }
        guard payload.count >= TraceHeader.byteCount, let base = payload.baseAddress else {
            return nil
        }
        return TraceHeader(reading: base)
    }
}

/// Reads events. Valid while the `EventReading` lives that made it, and on its thread only.
@frozen
public struct EventReader: @unchecked Sendable {
    @usableFromInline let codec: EventCodec
    /// Room for one trace.
    @usableFromInline let scratch: UnsafeMutableRawPointer
    /// What every message of the run should say, by the upper bits of its number.
    @usableFromInline let samplers: UnsafeMutablePointer<EventSampler?>
    @usableFromInline let samplerCount: Int
    /// Whether every byte is compared.
    @usableFromInline let isWhole: Bool
    /// What the messages of a queue are likely to be.
    @usableFromInline let admittedForm: Int

    @usableFromInline
    init(
        codec: EventCodec, scratch: UnsafeMutableRawPointer,
        samplers: UnsafeMutablePointer<EventSampler?>, samplerCount: Int, isWhole: Bool
    ) {
        self.codec = codec
        self.scratch = scratch
        self.samplers = samplers
        self.samplerCount = samplerCount
        self.isWhole = isWhole
        admittedForm = EventForm.all.firstIndex(of: EventForm(.admitted)) ?? 0
    }

    @inlinable
    @inline(never)
    func header(_ payload: UnsafeRawBufferPointer, runTag: UInt32) -> TraceHeader? {
        guard let header = unchecked(payload), header.isIntact(runTag: runTag) else { return nil }
        return !isWhole || saysWhatWasSent(payload) ? header : nil
    }

    @inlinable
    func unchecked(_ payload: UnsafeRawBufferPointer) -> TraceHeader? {
        codec.readTrace(payload, to: scratch) ? TraceHeader(reading: scratch) : nil
    }

    /// What a message says; nil where it is no event.
    @inlinable
    func reading(_ payload: UnsafeRawBufferPointer, guess: Int) -> EventCodec.Reading? {
        codec.read(payload, guess: guess, trace: scratch)
    }

    /// Whether a message begins as an event does: no header of an intact message can, because none
    /// is intended at such a time.
    static func isEvent(_ payload: UnsafeRawBufferPointer) -> Bool {
        payload.starts(with: Array("{\"version\":".utf8))
    }

    /// Whether form and fields are what the message's number makes them: those of the message that a
    /// producer drew, or of what follows from it. When it happened is known to its producer only.
    @usableFromInline
    func saysWhatWasSent(_ payload: UnsafeRawBufferPointer) -> Bool {
        guard let seen = reading(payload, guess: 0) else { return false }
        let number = seen.fields.user
        let stream = Int(number >> EventSampler.indexBits)
        guard stream < samplerCount, let sampler = samplers[stream] else { return false }
        let index = number & (1 << EventSampler.indexBits - 1)
        let drawn = sampler.draw(index)
        let traits = codec.traits(seen.form)
        let expected = sampler.fields(index, drawn, timestamp: seen.fields.timestamp)
        return traits.visible(expected) == seen.fields
            && (seen.form == drawn.form || seen.form == codec.traits(drawn.form).followUp)
    }
}

/// Owns what the event readers of one worker point to.
@usableFromInline
final class EventReading {
    private let catalogue = EventCatalogue()
    private let scratch = UnsafeMutableRawPointer.allocate(
        byteCount: EventTemplate.traceByteCount, alignment: 8)
    private let samplers: UnsafeMutablePointer<EventSampler?>
    private let samplerCount: Int
    private let isWhole: Bool
    private let check: BodyCheck

    init(_ plan: RunPlan, filler: Filler) {
        isWhole = plan.verifiesBodies
        check = plan.verifiesBodies ? filler.check : .none
        samplerCount = plan.producers.count * 2
        samplers = .allocate(capacity: max(1, samplerCount))
        for (entry, producer) in plan.producers.enumerated() {
            for (offset, phase) in [ArrivalPhase.warmup, .measure].enumerated() {
                (samplers + (entry * 2 + offset)).initialize(
                    to: producer.samplers.eventSampler(phase))
            }
        }
    }

    deinit {
        scratch.deallocate()
        samplers.deallocate()
    }

    var codec: EventCodec { catalogue.codec }

    /// The reader of a source.
    func reader(ofEvents isOfEvents: Bool) -> MessageReader {
        MessageReader(check: check, events: isOfEvents ? events : nil)
    }

    var events: EventReader {
        EventReader(
            codec: catalogue.codec, scratch: scratch, samplers: samplers,
            samplerCount: samplerCount, isWhole: isWhole)
    }
}
