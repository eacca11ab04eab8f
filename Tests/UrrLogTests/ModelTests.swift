import Testing
import UrrLog
import UrrPlatform
import UrrTestSupport

/// Random operations on one thread, compared with a model after each of them.
@Suite struct ModelTests {
    @Test(arguments: [AppenderKind.exclusive, .shared], [WhenFull.backpressure, .overwrite])
    func agreesWithModel(_ kind: AppenderKind, _ whenFull: WhenFull) throws {
        let operations = LongForm.count(short: 400, long: 2_000)
        for seed in 0..<UInt64(LongForm.count(short: 60, long: 500)) {
            var run = try ModelRun(seed: seed, kind, whenFull)
            for _ in 0..<operations { try run.step() }
            try run.finish()
        }
    }

    /// Otherwise the comparison would prove little.
    @Test(arguments: [AppenderKind.exclusive, .shared], [WhenFull.backpressure, .overwrite])
    func everythingHappens(_ kind: AppenderKind, _ whenFull: WhenFull) throws {
        var seen: [String: Int] = [:]
        for seed in 0..<UInt64(60) {
            var run = try ModelRun(seed: seed, kind, whenFull)
            for _ in 0..<400 { try run.step() }
            seen.merge(run.events) { $0 + $1 }
        }
        var wanted: Set = [
            "appended", "full", "batch", "read", "committed", "moved", "sought", "attached",
            "succeeded", "discarded", "retention", "repeated",
        ]
        if kind == .shared { wanted.formUnion(["aborted", "abandoned", "finished late"]) }
        if whenFull == .overwrite { wanted.insert("missed") }
        if kind == .exclusive && whenFull == .overwrite { wanted.remove("full") }
        #expect(wanted.subtracting(seen.filter { $0.value >= 5 }.keys) == [])
    }
}

/// What a shared appender holds.
enum OpenClaim {
    case record(SharedClaim, keyHash: UInt32, time: Nanoseconds)
    case batch(SharedBatch, keyHash: UInt32, time: Nanoseconds)
}

/// A log, its model, and what was drawn so far.
struct ModelRun {
    struct Group {
        var cursor: GroupCursor
        var reader: LogReader
        var position: Offset
        var committed: Offset
        var missed: UInt64 = 0
        var aborted: UInt64 = 0
    }

    let log: PartitionLog
    let appender: AnyAppender
    let session: ProducerSession
    let reset: OffsetReset
    /// Whether times rise with the offset in a shared log too, so that seeks by time are exact.
    let isOrdered: Bool
    /// Whether records are also claimed together and finished later.
    let hasBatches: Bool
    var model: LogModel
    var groups: [Group] = []
    /// Claims and batches that are not finished.
    var claims: [OpenClaim] = []
    var time: Nanoseconds = 0
    /// What happened how often.
    var events: [String: Int] = [:]
    private let random: IndexedRandom
    private var draws: UInt64 = 0
    private var start: Offset = 0

    init(seed: UInt64, _ kind: AppenderKind, _ whenFull: WhenFull) throws {
        random = IndexedRandom(seed: seed, stream: "model")
        let data = 256 << Int(random[1_000_000] % 5)
        let hasBytes = random[1_000_001] % 4 == 0
        let hasTime = random[1_000_002] % 4 == 0
        let configuration = smallLog(
            data: data, records: 1 << Int(random[1_000_003] % 8), maximum: data / 4, kind, whenFull,
            retentionBytes: hasBytes ? data / 2 : nil, retentionTime: hasTime ? 200 : nil)
        log = try PartitionLog(configuration)
        appender = try AnyAppender(log)
        session = log.openProducer(1)
        model = LogModel(configuration)
        reset = random[1_000_004] % 2 == 0 ? .earliest : .latest
        isOrdered = kind == .exclusive || random[1_000_005] % 2 == 0
        hasBatches = random[1_000_006] % 2 == 0
    }

    mutating func draw(_ below: Int) -> Int {
        draws += 1
        return Int(random[draws] % UInt64(below))
    }

    mutating func happened(_ event: String) { events[event, default: 0] += 1 }

    mutating func step() throws {
        time += Nanoseconds(draw(8))
        switch draw(24) {
        case 0..<8: append()
        case 8 where hasBatches: appendBatch()
        case 9..<14: poll()
        case 14..<16: commit()
        case 16: seek()
        case 17: seekToTime()
        case 18: try attachOrDetach()
        case 19: try succeed()
        case 20: enforceRetention()
        case 21..<23: finishClaim()
        default: question()
        }
        checkEnds()
    }

    /// The oldest offset that may not be discarded.
    var gate: Offset {
        let held = groups.map(\.committed).min() ?? model.end
        let gate = model.configuration.whenFull == .overwrite ? model.end : model.held(held)
        return min(gate, model.firstPending(from: start) ?? gate)
    }

    // MARK: Questions

    private mutating func question() {
        let offset = Offset(draw(Int(model.end) + 3)) - 1
        let isRetained = offset >= log.startOffset && offset < model.end
        let entry = isRetained ? model.entries[Int(offset)] : nil
        let time = entry?.state == .committed ? entry?.record.time : nil
        #expect(log.appendTime(at: offset) == time)
    }

    private mutating func checkEnds() {
        #expect(log.endOffset == model.end)
        #expect(log.startOffset >= start)
        #expect(log.startOffset <= gate)
        if log.startOffset > start { happened("discarded") }
        start = log.startOffset
        #expect(log.blockedOffset() == model.firstPending(from: start))
        let bytes = log.retainedBytes
        #expect(bytes >= model.bytes(from: start))
        #expect(bytes <= model.configuration.dataCapacity)
    }

    /// Reads everything that is left: what was retained comes, and comes unharmed.
    mutating func finish() throws {
        while !claims.isEmpty { finishClaim() }
        for group in groups {
            _ = group.reader.seek(to: log.startOffset)
            var seen: [SeenRecord] = []
            while group.reader.position < model.end { seen += group.reader.take(1 + draw(7)) }
            #expect(seen == model.readable(from: start, limit: .max))
        }
    }
}
