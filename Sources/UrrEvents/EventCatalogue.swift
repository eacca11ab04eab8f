import UrrPlatform

/// All forms, rendered. Owns what its codec points to.
public final class EventCatalogue: Sendable {
    /// Writes and reads messages of all forms; valid while the catalogue lives.
    public let codec: EventCodec

    /// Renders all forms. Cold.
    public init() {
        let count = EventForm.all.count
        let templates = UnsafeMutablePointer<EventTemplate>.allocate(capacity: count)
        for (number, form) in EventForm.all.enumerated() {
            (templates + number).initialize(to: EventTemplate(form))
        }
        let traits = UnsafeMutablePointer<EventTraits>.allocate(capacity: count)
        for (number, form) in EventForm.all.enumerated() {
            (traits + number).initialize(to: EventTraits(form))
        }
        codec = EventCodec(templates: templates, table: traits, count: count)
    }

    deinit {
        codec.templates.deinitialize(count: codec.count)
        codec.templates.deallocate()
        codec.table.deallocate()
    }
}

/// Writes a message of any form, and finds out which one a message has. A plain value, so that
/// nothing is counted when it is passed along.
@frozen
public struct EventCodec: @unchecked Sendable {
    @usableFromInline let templates: UnsafeMutablePointer<EventTemplate>
    @usableFromInline let table: UnsafeMutablePointer<EventTraits>
    @usableFromInline let count: Int

    init(
        templates: UnsafeMutablePointer<EventTemplate>, table: UnsafeMutablePointer<EventTraits>,
        count: Int
    ) {
        self.templates = templates
        self.table = table
        self.count = count
    }

    /// What was read from a message.
    @frozen
    public struct Reading: Sendable {
        /// Number of the form in `EventForm.all`.
        public let form: Int
        /// The fields.
        public let fields: EventFields

        @inlinable
        init(form: Int, fields: EventFields) {
            self.form = form
            self.fields = fields
        }
    }

    /// What follows from form number `form`.
    @inlinable
    public func traits(_ form: Int) -> EventTraits { table[form] }

    /// Bytes of the smallest message of form number `form`.
    @inlinable
    public func smallestByteCount(_ form: Int) -> Int { templates[form].smallestByteCount }

    /// Writes a message of form number `form`; see `EventTemplate.write`.
    @inlinable
    public func write(
        form: Int, _ fields: EventFields, trace: UnsafeRawPointer, byteCount: Int,
        to target: UnsafeMutableRawPointer
    ) {
        templates[form].write(fields, trace: trace, byteCount: byteCount, to: target)
    }

    /// `murmur2` of the 16 digits of an id, as a producer that keys by it hashes them.
    @inlinable
    public func hash(ofId number: UInt64) -> UInt32 {
        var digits = (
            Digits.hexadecimal(UInt32(truncatingIfNeeded: number &>> 32)),
            Digits.hexadecimal(UInt32(truncatingIfNeeded: number))
        )
        return withUnsafeBytes(of: &digits) { murmur2($0) }
    }

    /// Reads the trace of a message (40 bytes) and nothing else; false where it has none.
    @inlinable
    @inline(__always)
    public func readTrace(
        _ message: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer
    ) -> Bool {
        guard message.count >= EventTemplate.traceEnd, let base = message.baseAddress else {
            return false
        }
        return EventTemplate.readTrace(base + EventTemplate.traceStart, to: target)
    }

    /// Reads a message of any form, beginning with the most likely number `guess`; see
    /// `EventTemplate.read`. Nil where it is of none.
    @inlinable
    public func read(
        _ message: UnsafeRawBufferPointer, guess: Int, trace: UnsafeMutableRawPointer
    ) -> Reading? {
        if let fields = templates[guess].read(message, trace: trace) {
            return Reading(form: guess, fields: fields)
        }
        var form = 0
        while form < count {
            if form != guess, let fields = templates[form].read(message, trace: trace) {
                return Reading(form: form, fields: fields)
            }
            form &+= 1
        }
        return nil
    }
}
