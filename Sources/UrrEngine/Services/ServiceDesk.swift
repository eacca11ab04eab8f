import UrrEvents
import UrrPlatform
import UrrStore
import UrrWorkload

/// What a member knows of a message that it has polled, beside what is needed to book it.
@usableFromInline
struct PendingEvent {
    /// What it says; -1 where it could not be read.
    @usableFromInline var form: Int32 = -1
    @usableFromInline var byteCount: Int32 = 0
    @usableFromInline var fields: EventFields
    /// When its handler ended for the first time: the intended time of what follows.
    @usableFromInline var ended: Nanoseconds = 0
    /// Whether the event that follows has been published.
    @usableFromInline var isPublished = false

    @inlinable
    init() {
        fields = EventFields(entity: 0, saga: 0, user: 0, amount: 0, timestamp: 0)
    }
}

/// What a service does with the messages of one member: reads what they say, finds their
/// idempotency keys, and counts and adds up their effects. Parallel to the member's ring of pending
/// messages. Nothing is allocated after it is made.
@usableFromInline
final class ServiceDesk {
    let handler: HandlerKind
    private let reader: EventReader
    private let events: UnsafeMutablePointer<PendingEvent>
    private let mask: Int
    /// The form of the message before.
    private var guess = 0
    /// Effects that were applied, and those of them that had been applied before.
    private let applied: EventBook
    private let again: EventBook
    /// Bytes of the messages that are held, and how many of both there were at the most.
    private var heldBytes = 0
    private(set) var peak = HeldMessages()

    /// The desk of a member of which at most `capacity` messages are pending.
    init(
        _ handler: HandlerKind, reader: EventReader, capacity: Int, applied: EventBook,
        again: EventBook
    ) {
        self.handler = handler
        self.reader = reader
        self.applied = applied
        self.again = again
        var size = 1
        while size < capacity { size *= 2 }
        mask = size - 1
        events = .allocate(capacity: size)
        events.initialize(repeating: PendingEvent(), count: size)
    }

    deinit { events.deallocate() }

    /// The event of a pending message.
    @usableFromInline
    subscript(position: Int) -> UnsafeMutablePointer<PendingEvent> { events + (position & mask) }

    // MARK: - Messages

    /// Reads the message that will be at `position`; false where it says nothing. `held` messages
    /// are in the member's hands with it.
    @usableFromInline
    func take(_ payload: UnsafeRawBufferPointer, at position: Int, held: Int) -> Bool {
        let event = self[position]
        event.initialize(to: PendingEvent())
        event.pointee.byteCount = Int32(truncatingIfNeeded: payload.count)
        heldBytes += payload.count
        peak.messages = max(peak.messages, held)
        peak.bytes = max(peak.bytes, heldBytes)
        guard let reading = reader.reading(payload, guess: guess) else { return false }
        guess = reading.form
        event.pointee.form = Int32(truncatingIfNeeded: reading.form)
        event.pointee.fields = reading.fields
        return true
    }

    /// The messages in `positions` are not held any longer.
    @usableFromInline
    func release(_ positions: Range<Int>) {
        for position in positions { heldBytes -= Int(self[position].pointee.byteCount) }
    }

    // MARK: - Effects

    /// The form of the event that follows from a message; -1 where none does.
    @usableFromInline
    func followUp(_ position: Int) -> Int {
        let form = Int(self[position].pointee.form)
        return handler == .ticketService && form >= 0 ? reader.codec.traits(form).followUp : -1
    }

    /// The handler of a message has ended; what follows is due from the first time on.
    @usableFromInline
    func end(_ position: Int, now: Nanoseconds) {
        if self[position].pointee.ended == 0 { self[position].pointee.ended = now }
    }

    /// Applies the effect of a message; `isRepeat` where it had been applied before.
    func apply(_ position: Int, isRepeat: Bool) {
        let event = self[position].pointee
        guard event.form >= 0 else { return }
        let figure = reader.codec.traits(Int(event.form)).figure
        applied.add(figure: figure, amount: event.fields.amount)
        if isRepeat { again.add(figure: figure, amount: event.fields.amount) }
    }

    /// The key under which a message's effect is remembered: the transaction, where it names one,
    /// else its type and what it is about; for statistics type, id and time.
    func key(_ position: Int) -> EventKey {
        let event = self[position].pointee
        let fields = event.fields
        let kind = event.form < 0 ? 0 : UInt64(reader.codec.traits(Int(event.form)).kind.rawValue)
        let id = fields.entity == 0 ? fields.user : fields.entity
        if handler == .statsService {
            // The time has 47 bits.
            return EventKey(high: Self.byTime | kind << 47 | fields.timestamp, low: id)
        }
        if fields.saga != 0 { return EventKey(high: Self.bySaga, low: fields.saga) }
        return EventKey(high: Self.byType | kind, low: id)
    }

    private static var byType: UInt64 { 1 << 60 }
    private static var bySaga: UInt64 { 2 << 60 }
    private static var byTime: UInt64 { 3 << 60 }
}

/// Messages that a consumer keeps in its memory.
@frozen
public struct HeldMessages: Sendable, Equatable {
    /// Messages that were received and not settled.
    public var messages = 0
    /// Bytes of their bodies.
    public var bytes = 0

    /// None.
    @inlinable
    public init() {}

    mutating func add(_ other: HeldMessages) {
        messages += other.messages
        bytes += other.bytes
    }
}
