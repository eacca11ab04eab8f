import Testing
import UrrPlatform

@testable import UrrEngine

struct OpenBatchTests {
    private func runs(_ batch: borrowing OpenBatch) -> [[Int]] {
        var result: [[Int]] = []
        for index in 0..<batch.runCount {
            let run = batch.runs[index]
            result.append([Int(run.sent), run.segment, Int(run.count)])
        }
        return result
    }

    @Test func messagesOfOneTimeAndSegmentAreOneRun() {
        var batch = OpenBatch(capacity: 4)
        batch.add(sent: 10, segment: 1, count: 3)
        batch.add(sent: 10, segment: 1, count: 2)
        batch.add(sent: 10, segment: 2, count: 1)
        batch.add(sent: 11, segment: 2, count: 4)
        #expect(runs(batch) == [[10, 1, 5], [10, 2, 1], [11, 2, 4]])
        #expect(batch.messages == 10 && batch.opened == 10)
    }

    @Test func clearedItOpensAnew() {
        var batch = OpenBatch(capacity: 2)
        batch.add(sent: 10, segment: 1, count: 1)
        batch.clear()
        #expect(batch.messages == 0 && batch.runCount == 0)
        batch.add(sent: 25, segment: 1, count: 1)
        #expect(batch.opened == 25 && runs(batch) == [[25, 1, 1]])
    }

    @Test func aFullBatchTakesNoMoreRuns() async {
        await #expect(processExitsWith: .failure) {
            var batch = OpenBatch(capacity: 2)
            for sent in 0..<3 as Range<Nanoseconds> { batch.add(sent: sent, segment: 1, count: 1) }
        }
    }
}

struct InFlightTableTests {
    private func entry(_ number: Int) -> InFlightTable.Entry {
        InFlightTable.Entry(
            sent: Nanoseconds(number), segment: UInt8(number % 200), slot: Int32(number),
            message: RefusedMessages.Item(
                sequence: UInt64(number), partition: 0, producer: 0))
    }

    @Test func entriesComeBackByToken() throws {
        var table = InFlightTable(capacity: 100)
        var tokens: [UInt64] = []
        for number in 0..<100 {
            let token = table.insert(entry(number))
            tokens.append(try #require(token))
        }
        #expect(table.count == 100 && Set(tokens).count == 100)
        let overfull = table.insert(entry(100))
        #expect(overfull == nil)
        for number in (0..<100).reversed() {
            let found = table.remove(tokens[number])
            #expect(found?.sent == Nanoseconds(number) && found?.slot == Int32(number))
            #expect(found?.segment == UInt8(number))
            #expect(table.count == number)
        }
    }

    @Test func tokensOfMessagesUnderWayAreNotGivenTwice() throws {
        let random = IndexedRandom(seed: 5, stream: "tokens")
        var table = InFlightTable(capacity: 16)
        var model: [UInt64: Nanoseconds] = [:]
        for step in 0..<4000 {
            let bits = random[UInt64(step)]
            if model.count < 16, model.isEmpty || bits & 1 == 0 {
                let inserted = table.insert(entry(step))
                let token = try #require(inserted)
                #expect(model[token] == nil)
                model[token] = Nanoseconds(step)
            } else {
                let tokens = model.keys.sorted()
                let token = tokens[Int(bits >> 8 % UInt64(tokens.count)) % tokens.count]
                let found = table.remove(token)
                #expect(found?.sent == model.removeValue(forKey: token))
            }
            #expect(table.count == model.count)
        }
    }

    @Test func whatIsNoTokenIsRefused() {
        var table = InFlightTable(capacity: 4)
        let first = table.remove(0)
        #expect(first == nil)
        _ = table.insert(entry(1))
        for wrong in [4, 5, UInt64.max] {
            let found = table.remove(wrong)
            #expect(found == nil)
        }
        #expect(table.count == 1)
    }

    /// A target that answers a message twice must not free a token twice: the next two messages
    /// would share it.
    @Test func aSecondAnswerIsRefused() throws {
        var table = InFlightTable(capacity: 4)
        let inserted = table.insert(entry(1))
        let token = try #require(inserted)
        _ = table.insert(entry(2))
        let answered = table.remove(token)
        #expect(answered?.sent == 1)
        let again = table.remove(token)
        #expect(again == nil)
        #expect(table.count == 1)
        let third = table.insert(entry(3))
        let fourth = table.insert(entry(4))
        #expect(third != fourth)
        // The place is in use again; the old answer is still refused.
        let late = table.remove(token)
        #expect(late == nil && table.count == 3)
    }

    @Test func aTableWithoutRoomTakesNothing() {
        var table = InFlightTable(capacity: 0)
        let token = table.insert(entry(1))
        let found = table.remove(0)
        #expect(token == nil && found == nil && table.count == 0)
    }
}

struct SequenceCountersTests {
    @Test func rowsOfInstancesAreApart() {
        let counters = SequenceCounters(instances: 3, partitions: 17)
        for instance in 0..<3 {
            for partition in 0..<17 {
                #expect(counters.row(instance: instance)[partition] == 0)
                counters.row(instance: instance)[partition] = UInt64(instance * 100 + partition)
            }
        }
        for instance in 0..<3 {
            let row = counters.row(instance: instance)
            #expect((0..<17).allSatisfy { row[$0] == UInt64(instance * 100 + $0) })
            #expect(Int(bitPattern: row) % falseSharingByteCount == 0)
        }
    }
}
