import Testing
import UrrLog
import UrrPlatform

/// Reading, moving, and groups that come and go.
extension ModelRun {
    mutating func poll() {
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
        let end = model.firstPending(from: max(start, expected.position)) ?? model.end
        let most = min(limit, max(0, Int(end - expected.position)))
        let passed = Int(groups[index].reader.position - expected.position)
        #expect(passed <= most && passed >= min(1, most))
        let records = model.readable(from: expected.position, limit: passed)
        #expect(seen == records)
        expected.position += Offset(passed)
        expected.aborted += UInt64(passed - records.count)
        if !records.isEmpty { happened("read") }
        if expected.missed > groups[index].missed { happened("missed") }
        groups[index] = expected
        check(expected)
    }

    func check(_ group: Group) {
        #expect(group.reader.position == group.position)
        #expect(log.readPosition(group.cursor) == group.position)
        #expect(log.committedOffset(group.cursor) == group.committed)
        #expect(group.reader.missed == group.missed)
        #expect(group.reader.aborted == group.aborted)
    }

    mutating func commit() {
        guard !groups.isEmpty else { return }
        let index = draw(groups.count)
        let group = groups[index]
        let offset = group.committed - 2 + Offset(draw(Int(group.position - group.committed) + 5))
        let isValid = offset >= group.committed && offset <= group.position
        #expect(group.reader.commit(offset) == isValid)
        if isValid { groups[index].committed = offset }
        if isValid, offset > group.committed { happened("committed") }
        check(groups[index])
    }

    mutating func seek() {
        guard !groups.isEmpty else { return }
        let index = draw(groups.count)
        let start = log.startOffset
        let offset = start - 2 + Offset(draw(Int(model.end - start) + 5))
        let isValid = offset >= start && offset <= model.end
        let result = groups[index].reader.seek(to: offset)
        #expect(result == (isValid ? .moved(offset) : .outOfRange(retained: start..<model.end)))
        if isValid {
            move(index, to: offset)
            happened("moved")
        }
        check(groups[index])
    }

    mutating func seekToTime() {
        guard !groups.isEmpty else { return }
        let index = draw(groups.count)
        let wanted = max(0, time - Nanoseconds(draw(300)))
        let start = log.startOffset
        let result = groups[index].reader.seek(toTime: wanted)
        guard case .moved(let offset) = result, offset >= start, offset <= model.end else {
            Issue.record("went \(result) for \(wanted)")
            return
        }
        // Exact where times rise, and nothing that is not finished counts as late.
        if isOrdered && model.firstPending(from: start) == nil {
            #expect(offset == model.first(atOrAfter: wanted, from: start))
            happened("sought")
        }
        move(index, to: offset)
        check(groups[index])
    }

    private mutating func move(_ index: Int, to offset: Offset) {
        groups[index].position = offset
        groups[index].committed = min(offset, groups[index].committed)
    }

    // MARK: Groups

    mutating func attachOrDetach() throws {
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
        happened("attached")
        groups.append(Group(cursor: cursor, reader: reader, position: offset, committed: offset))
    }

    /// A new reader takes over, or the reader releases what it did not commit.
    mutating func succeed() throws {
        guard !groups.isEmpty else { return }
        let index = draw(groups.count)
        var group = groups[index]
        if draw(2) == 0 {
            group.reader.release()
        } else {
            happened("succeeded")
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
}
