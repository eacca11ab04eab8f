/// All forms, rendered: writes a message of any of them, and finds out which one a message has.
public final class EventCatalogue: Sendable {
    private nonisolated(unsafe) let templates: UnsafeMutablePointer<EventTemplate>
    private let count: Int

    /// What was read from a message.
    public struct Reading: Sendable {
        /// Number of the form in `EventForm.all`.
        public let form: Int
        /// The fields.
        public let fields: EventFields
    }

    /// Renders all forms.
    public init() {
        count = EventForm.all.count
        templates = .allocate(capacity: count)
        for (number, form) in EventForm.all.enumerated() {
            (templates + number).initialize(to: EventTemplate(form))
        }
    }

    deinit {
        templates.deinitialize(count: count)
        templates.deallocate()
    }

    /// Bytes of the smallest message of form number `form`.
    public func smallestByteCount(_ form: Int) -> Int { templates[form].smallestByteCount }

    /// Bytes of the smallest message that every form fits in.
    public var smallestByteCount: Int {
        (0..<count).map { smallestByteCount($0) }.max() ?? 0
    }

    /// Writes a message of form number `form`; see `EventTemplate.write`.
    public func write(
        form: Int, _ fields: EventFields, trace: UnsafeRawPointer, byteCount: Int,
        to target: UnsafeMutableRawPointer
    ) {
        templates[form].write(fields, trace: trace, byteCount: byteCount, to: target)
    }

    /// Reads a message of any form, beginning with the most likely number `guess`; see
    /// `EventTemplate.read`. Nil where it is of none.
    public func read(
        _ message: UnsafeRawBufferPointer, guess: Int, trace: UnsafeMutableRawPointer
    ) -> Reading? {
        if let fields = templates[guess].read(message, trace: trace) {
            return Reading(form: guess, fields: fields)
        }
        for form in 0..<count where form != guess {
            if let fields = templates[form].read(message, trace: trace) {
                return Reading(form: form, fields: fields)
            }
        }
        return nil
    }
}
