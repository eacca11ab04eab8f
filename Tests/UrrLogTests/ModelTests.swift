import Testing
import UrrLog
import UrrPlatform

/// Random operations on one thread, compared with a model after each of them.
@Suite struct ModelTests {
    @Test(arguments: [AppenderKind.exclusive, .shared], [WhenFull.backpressure, .overwrite])
    func agreesWithModel(_ kind: AppenderKind, _ whenFull: WhenFull) throws {
        for seed in UInt64(0)..<60 {
            var run = try ModelRun(seed: seed, kind, whenFull)
            for _ in 0..<400 { try run.step() }
            try run.finish()
        }
    }
}

private struct ModelRun {
    private struct Group {
        var cursor: GroupCursor
        var reader: LogReader
        var position: Offset
        var committed: Offset
        var missed: UInt64 = 0
        var aborted: UInt64 = 0
        var delivered: UInt64 = 0
    }

    private let log: PartitionLog
    private let appender: AnyAppender
    private let random: IndexedRandom
    private let reset: OffsetReset
    private var draws: UInt64 = 0
    private var model: LogModel
    private var groups: [Group] = []
    private var time: Nanoseconds = 0
    private var start: Offset = 0

    init(seed: UInt64, _ kind: AppenderKind, _ whenFull: WhenFull) throws {
        random = IndexedRandom(seed: seed, stream: "model")
        let data = 256 << Int(random[1_000_000] % 4)
        let hasBytes = random[1_000_001] % 4 == 0
        let hasTime = random[1_000_002] % 4 == 0
        let configuration = smallLog(
            data: data, records: 1 << Int(random[1_000_003] % 7), maximum: data / 4, kind, whenFull,
            retentionBytes: hasBytes ? data / 2 : nil, retentionTime: hasTime ? 200 : nil)
        log = try PartitionLog(configuration)
        appender = try AnyAppender(log)
        model = LogModel(configuration)
        reset = random[1_000_004] % 2 == 0 ? .earliest : .latest
    }

    private mutating func draw(_ below: Int) -> Int {
        draws += 1
        return Int(random[draws] % UInt64(below))
    }

    mutating func step() throws {
        time += Nanoseconds(draw(8))
        switch draw(20) {
        case 0..<8: append()
        case 8..<13: poll()
        case 13..<15: commit()
        case 15: try seek()
        case 16: seekToTime()
        case 17: try attachOrDetach()
        case 18: try succeed()
        default: question()
        }
        checkEnds()
    }

    // MARK: Appending

    private mutating func append() {
        let length = draw(5) == 0 ? draw(model.configuration.maximumMessageBytes + 1) : draw(24)
        let payload = (0..<length).map { _ in UInt8(truncatingIfNeeded: draw(256)) }
        let key = UInt32(draw(1000))
        let isAborted = draw(10) == 0 && length > 0
        let isClaim = isAborted || (draw(2) == 0 && length > 0)
        // A thread that is late: an exclusive log raises the time, a shared one keeps it.
        let given = draw(6) == 0 ? max(0, time - 3) : time
        let isExclusive = model.configuration.appender == .exclusive
        let mayFit = model.fits(length, gate: gate, generously: true)
        let mustFit = model.fits(length, gate: gate, generously: false)
        let result =
            isClaim
            ? appender.claim(payload, keyHash: key, time: given, abort: isAborted)
            : appender.append(payload, keyHash: key, time: given)
        #expect(result == .appended || !mustFit)
        #expect(result == .full || mayFit)
        guard result == .appended else { return }
        if isAborted && isExclusive {
            // Nothing is consumed, but the frame may have moved to the start of the ring.
            model.nextPosition = model.place(length).lowerBound
            return
        }
        model.append(payload, keyHash: key, time: given, isAborted: isAborted)
        checkRetention(at: given, length, isClaim: isClaim)
    }

    /// The oldest offset that may not be discarded.
    private var gate: Offset {
        let held = groups.map(\.committed).min() ?? model.end
        return model.configuration.whenFull == .overwrite ? model.end : held
    }

    private func checkRetention(at time: Nanoseconds, _ length: Int, isClaim: Bool) {
        let configuration = model.configuration
        let start = log.startOffset
        // A group that committed just now may be behind what retention asks for.
        let isFree = configuration.whenFull == .overwrite || groups.isEmpty
        if let limit = configuration.retentionBytes, isFree {
            #expect(model.bytes(from: start) <= limit + limit / 16 + model.byteCount(length))
        }
        // A claim goes by the time of the record before it.
        if let limit = configuration.retentionTime, isFree, !isClaim,
            configuration.appender == .exclusive
        {
            #expect(model.entries[Int(start)].record.time > time - limit - limit / 16 - 1)
        }
        guard configuration.retentionBytes == nil, configuration.retentionTime == nil else {
            return
        }
        // No more is discarded than what has to go and a sixteenth.
        let records = configuration.recordCapacity
        let bytes = configuration.dataCapacity
        let keepsRecords = Int(model.end - start) >= records - records / 16 - 1
        let slack = bytes / 16 + 3 * model.byteCount(configuration.maximumMessageBytes)
        #expect(start == 0 || keepsRecords || model.bytes(from: start) >= bytes - slack)
    }

    // MARK: Reading

    private mutating func poll() {
        guard !groups.isEmpty else { return }
        let index = draw(groups.count)
        let limit = draw(6)
        var expected = groups[index]
        let start = log.startOffset
        if model.configuration.whenFull == .overwrite, expected.position < start, limit > 0 {
            let target = reset == .earliest ? start : model.end
            expected.missed += UInt64(target - expected.position)
            expected.position = target
        }
        let seen = groups[index].reader.take(limit)
        // Of what is there a poll delivers a part, but never nothing.
        let most = min(limit, Int(model.end - expected.position))
        let passed = Int(groups[index].reader.position - expected.position)
        #expect(passed <= most && passed >= min(1, most))
        let records = model.readable(from: expected.position, limit: passed)
        #expect(seen == records)
        expected.position += Offset(passed)
        expected.aborted += UInt64(passed - records.count)
        expected.delivered += UInt64(records.count)
        groups[index] = expected
        check(expected)
    }

    private func check(_ group: Group) {
        #expect(group.reader.position == group.position)
        #expect(log.readPosition(group.cursor) == group.position)
        #expect(log.committedOffset(group.cursor) == group.committed)
        #expect(group.reader.missed == group.missed)
        #expect(group.reader.aborted == group.aborted)
    }

    private mutating func commit() {
        guard !groups.isEmpty else { return }
        let index = draw(groups.count)
        let group = groups[index]
        let offset = group.committed - 2 + Offset(draw(Int(group.position - group.committed) + 5))
        let isValid = offset >= group.committed && offset <= group.position
        #expect(group.reader.commit(offset) == isValid)
        if isValid { groups[index].committed = offset }
        check(groups[index])
    }

    private mutating func seek() throws {
        guard !groups.isEmpty else { return }
        let index = draw(groups.count)
        let start = log.startOffset
        let offset = start - 2 + Offset(draw(Int(model.end - start) + 5))
        let isValid = offset >= start && offset <= model.end
        let result = groups[index].reader.seek(to: offset)
        #expect(result == (isValid ? .moved(offset) : .outOfRange(retained: start..<model.end)))
        if isValid { move(index, to: offset) }
        check(groups[index])
    }

    private mutating func seekToTime() {
        guard !groups.isEmpty, model.configuration.appender == .exclusive else { return }
        let index = draw(groups.count)
        let wanted = max(0, time - Nanoseconds(draw(300)))
        let offset = model.first(atOrAfter: wanted, from: log.startOffset)
        #expect(groups[index].reader.seek(toTime: wanted) == .moved(offset))
        move(index, to: offset)
        check(groups[index])
    }

    private mutating func move(_ index: Int, to offset: Offset) {
        groups[index].position = offset
        groups[index].committed = min(offset, groups[index].committed)
    }

    // MARK: Groups

    private mutating func attachOrDetach() throws {
        if groups.count == model.configuration.maximumGroups || (groups.count > 1 && draw(2) == 0) {
            let group = groups.remove(at: draw(groups.count))
            try log.detachGroup(group.cursor)
            #expect(group.reader.take(5).isEmpty)
            #expect(throws: LogError.unknownGroup(slot: group.cursor.slot)) {
                try log.detachGroup(group.cursor)
            }
            return
        }
        let choice = draw(3)
        let start = log.startOffset
        let offset =
            choice == 0 ? start : choice == 1 ? model.end : start + (model.end - start) / 2
        let cursor =
            choice == 2
            ? try log.attachGroup(at: offset)
            : try log.attachGroup(from: choice == 0 ? .earliest : .latest)
        let reader = try log.makeReader(cursor, reset: reset)
        groups.append(Group(cursor: cursor, reader: reader, position: offset, committed: offset))
    }

    /// A new reader takes over, or the reader releases what it did not commit.
    private mutating func succeed() throws {
        guard !groups.isEmpty else { return }
        let index = draw(groups.count)
        var group = groups[index]
        if draw(2) == 0 {
            group.reader.release()
        } else {
            let former = group.reader
            group.reader = try log.makeReader(group.cursor, reset: reset)
            group.missed = 0
            group.aborted = 0
            #expect(former.isFenced)
            #expect(former.take(5).isEmpty)
            #expect(!former.commit(former.position))
            #expect(former.seek(to: former.position) == .fenced)
        }
        group.position = group.committed
        groups[index] = group
        check(group)
    }

    // MARK: Questions

    private mutating func question() {
        let offset = Offset(draw(Int(model.end) + 3)) - 1
        let isRetained = offset >= log.startOffset && offset < model.end
        let entry = isRetained ? model.entries[Int(offset)] : nil
        if entry?.isAborted != true { #expect(log.appendTime(at: offset) == entry?.record.time) }
        #expect(log.blockedOffset() == nil)
    }

    private mutating func checkEnds() {
        #expect(log.endOffset == model.end)
        #expect(log.startOffset >= start)
        #expect(log.startOffset <= gate)
        start = log.startOffset
        let bytes = log.retainedBytes
        #expect(bytes >= model.bytes(from: start))
        #expect(bytes <= model.configuration.dataCapacity)
    }

    /// Reads everything that is left: what was retained comes, and comes unharmed.
    mutating func finish() throws {
        for group in groups {
            _ = group.reader.seek(to: log.startOffset)
            var seen: [SeenRecord] = []
            while group.reader.position < model.end { seen += group.reader.take(1 + draw(7)) }
            #expect(seen == model.readable(from: start, limit: .max))
        }
    }
}
