import UrrEvents
import UrrPlatform
import UrrWorkload

/// Writes what the messages of one producer entry say, and keeps its books. A plain value beside
/// its source, which gives the memory back.
@usableFromInline
struct EventWriter {
    @usableFromInline let codec: EventCodec
    @usableFromInline let warmup: EventSampler
    @usableFromInline let measure: EventSampler
    /// Room for one trace.
    @usableFromInline let scratch: UnsafeMutableRawPointer
    @usableFromInline let book: EventBook
    /// Keeps what the codec points to.
    private let catalogue: Unmanaged<EventCatalogue>

    /// Where the timestamps of events begin: the run's opening, in milliseconds since 1970. Not the
    /// time of day, so that a seed gives the same bytes at any time.
    @usableFromInline static var opening: UInt64 { 1_763_636_400_000 }

    /// The writer of an entry; nil for one whose messages say nothing.
    init?(_ samplers: WorkloadSamplers.Producer) {
        guard let warmup = samplers.eventSampler(.warmup),
            let measure = samplers.eventSampler(.measure)
        else { return nil }
        let catalogue = EventCatalogue()
        self.catalogue = .passRetained(catalogue)
        codec = catalogue.codec
        self.warmup = warmup
        self.measure = measure
        scratch = .allocate(byteCount: EventTemplate.traceByteCount, alignment: 8)
        book = EventBook()
    }

    @usableFromInline
    func deallocate() {
        scratch.deallocate()
        book.deallocate()
        catalogue.release()
    }

    /// What message `index` of a phase says.
    @inlinable
    func draw(_ index: UInt64, measured: Bool) -> EventSampler.Draw {
        measured ? measure.draw(index) : warmup.draw(index)
    }

    /// Bytes of a message that says `draw` and is to have `byteCount`: at least its own.
    @inlinable
    func byteCount(_ draw: EventSampler.Draw, _ byteCount: Int) -> Int {
        max(byteCount, codec.smallestByteCount(draw.form))
    }

    /// Writes message `index`, `elapsed` nanoseconds into its phase.
    @inlinable
    @inline(never)
    func write(
        _ index: UInt64, _ draw: EventSampler.Draw, _ header: TraceHeader, measured: Bool,
        elapsed: Nanoseconds, byteCount: Int, to memory: UnsafeMutableRawPointer
    ) {
        header.write(to: scratch)
        let timestamp = Self.opening &+ UInt64(max(0, elapsed)) / 1_000_000
        let sampler = measured ? measure : warmup
        codec.write(
            form: draw.form, sampler.fields(index, draw, timestamp: timestamp), trace: scratch,
            byteCount: byteCount, to: memory)
    }

    /// Books a message that the target has taken.
    @inlinable
    func keep(_ draw: EventSampler.Draw) {
        book.add(figure: codec.traits(draw.form).figure, amount: draw.amount)
    }
}
