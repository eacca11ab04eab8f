import Synchronization
import Testing
import UrrMeasure
import UrrPlatform

/// A bank as a worker has it: a histogram, counters, and a value that must stay in step with them.
private struct TestBank: IntervalBank, @unchecked Sendable {
    let latency: Histogram
    var records: UInt64 = 0
    var sum: Int64 = 0

    init() throws { latency = try Histogram() }

    mutating func add(_ other: TestBank) {
        latency.add(other.latency)
        records &+= other.records
        sum &+= other.sum
    }

    mutating func reset() {
        latency.reset()
        records = 0
        sum = 0
    }

    mutating func record(_ value: Nanoseconds) {
        latency.record(value)
        records &+= 1
        sum &+= value
    }
}

@Suite struct IntervalRecorderTests {
    private func makeBanks() throws -> (TestBank, TestBank, totals: TestBank) {
        (try TestBank(), try TestBank(), try TestBank())
    }

    @Test func theReaderGetsAnIntervalOnceTheWriterFlipped() throws {
        let (first, second, totals) = try makeBanks()
        defer { for bank in [first, second, totals] { bank.latency.deallocate() } }
        let recorder = IntervalRecorder(first, second)
        var seen: [UInt64] = []
        recorder.active.pointee.record(5)
        #expect(!recorder.collect { seen.append($0.records) })
        recorder.flipIfAsked()
        recorder.active.pointee.record(6)

        recorder.askForFlip()
        #expect(!recorder.isFlipDone)
        #expect(!recorder.collect { seen.append($0.records) })
        recorder.active.pointee.record(7)
        recorder.flipIfAsked()
        recorder.active.pointee.record(8)
        #expect(recorder.isFlipDone)
        #expect(recorder.collect { seen.append($0.records) })
        #expect(!recorder.collect { seen.append($0.records) })

        recorder.askForFlip()
        recorder.flipIfAsked()
        #expect(recorder.collect { seen.append($0.records) })
        #expect(seen == [3, 1])
    }

    @Test func askingTwiceIsAskingOnce() throws {
        let (first, second, totals) = try makeBanks()
        defer { for bank in [first, second, totals] { bank.latency.deallocate() } }
        let recorder = IntervalRecorder(first, second)
        recorder.active.pointee.record(1)
        recorder.askForFlip()
        recorder.flipIfAsked()
        recorder.active.pointee.record(2)
        // Not collected yet: a second flip now would hand a full bank to the writer.
        recorder.askForFlip()
        recorder.flipIfAsked()
        recorder.active.pointee.record(3)
        var seen: [Int64] = []
        recorder.collect { seen.append($0.sum) }
        recorder.finalFlip { seen.append($0.sum) }
        #expect(seen == [1, 0, 5])
    }

    @Test(arguments: [0, 1, 2, 3])
    func theFinalFlipFindsEverythingInOrder(flips: Int) throws {
        let (first, second, totals) = try makeBanks()
        defer { for bank in [first, second, totals] { bank.latency.deallocate() } }
        let recorder = IntervalRecorder(first, second)
        for flip in 0..<flips {
            recorder.active.pointee.record(Nanoseconds(flip))
            recorder.askForFlip()
            recorder.flipIfAsked()
            if flip < flips - 1 { recorder.collect { _ in } }
        }
        recorder.active.pointee.record(100)
        // A request that nobody answers any more.
        recorder.askForFlip()
        var records: [UInt64] = []
        recorder.finalFlip { records.append($0.records) }
        #expect(records == [flips > 0 ? 1 : 0, 1])
        // And it can be used again.
        recorder.flipIfAsked()
        recorder.active.pointee.record(1)
        recorder.askForFlip()
        recorder.flipIfAsked()
        #expect(recorder.collect { records.append($0.records) })
        #expect(records.last == 1)
    }

    /// The heart of it: while one thread records as fast as it can and another takes intervals,
    /// no record is lost, counted twice, or seen half-written.
    @Test func nothingIsLostOrTornBetweenTwoThreads() throws {
        let (first, second, sum) = try makeBanks()
        var totals = sum
        defer { for bank in [first, second, totals] { bank.latency.deallocate() } }
        let recorder = IntervalRecorder(first, second)
        let records: UInt64 = 300_000
        let ended = Ended()
        var torn = 0
        var intervals = 0
        let writer = try PinnedThread(name: "writer", cpu: nil) {
            for number in 0..<records {
                recorder.flipIfAsked()
                recorder.active.pointee.record(Nanoseconds(number % 5000))
            }
            ended.flag.store(true, ordering: .releasing)
        }
        while !ended.flag.load(ordering: .acquiring) {
            recorder.askForFlip()
            recorder.collect { bank in
                intervals += 1
                if bank.latency.count != bank.records { torn += 1 }
                totals.add(bank)
            }
        }
        writer.join()
        recorder.finalFlip { totals.add($0) }
        #expect(torn == 0)
        #expect(intervals > 1)
        #expect(totals.records == records)
        #expect(totals.latency.count == records)
        #expect(totals.sum == (0..<records).reduce(0) { $0 + Int64($1 % 5000) })
    }
}

/// Set once, when a thread has done its work.
private final class Ended: Sendable {
    let flag = Atomic<Bool>(false)
}
