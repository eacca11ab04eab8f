import Glibc
import Synchronization
import Testing
import UrrLog
import UrrPlatform
import UrrTestSupport

/// Every kind of log with threads at both ends, under every schedule: order, content and exact
/// counts. Also meant for the thread sanitizer (`scripts/test --sanitize thread --filter Stress`).
@Suite(.serialized) struct StressTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var kind: AppenderKind
        var whenFull: WhenFull
        var producers: Int
        var groups: Int
        var schedule: StressSchedule
        var testDescription: String {
            "\(kind) \(whenFull), \(producers) producers, \(groups) groups, \(schedule)"
        }
    }

    /// Every pairing of appenders and readers.
    static let cases: [Case] = {
        var cases: [Case] = []
        for schedule in StressSchedule.known {
            for whenFull in [WhenFull.backpressure, .overwrite] {
                for groups in 1...2 {
                    cases.append(
                        Case(
                            kind: .exclusive, whenFull: whenFull, producers: 1, groups: groups,
                            schedule: schedule))
                    cases += (1...3).map {
                        Case(
                            kind: .shared, whenFull: whenFull, producers: $0, groups: groups,
                            schedule: schedule)
                    }
                }
            }
        }
        return cases
    }()

    @Test(arguments: cases) func keepsEveryPromise(_ test: Case) throws {
        test.schedule.begin()
        defer { test.schedule.end() }
        let log = try PartitionLog(
            smallLog(data: 8192, records: 64, groups: 8, test.kind, test.whenFull))
        let board = StressBoard()
        var threads: [PinnedThread] = []
        func start(_ name: String, _ number: Int, _ body: @escaping @Sendable () -> Void) throws {
            threads.append(try PinnedThread(name: name, cpu: test.schedule.cpu(number), body))
        }
        // First of all: a consumer ends where nobody produces any longer.
        for _ in 0..<test.producers { board.startProducing() }
        for group in 0..<test.groups {
            let reader = try log.makeReader(log.attachGroup(from: .earliest), reset: .earliest)
            try start("consumer", 2 * group + 1) { consume(log, reader, board, test.whenFull) }
        }
        try start("visitor", 0) { visit(log, board) }
        if test.kind == .shared { try start("undertaker", 1) { bury(log, board) } }
        for producer in 0..<test.producers {
            let appender = try AnyStressAppender(log, producer)
            try start("producer", 2 * producer) {
                board.endProducing(producer, appender.run(until: board))
            }
        }
        // So long, and on until something has happened: one processor may have been busy.
        var pauses = LongForm.count(short: 20, long: 500)
        while pauses > 0 || (!board.hasProduced(100) && pauses > -10_000) {
            usleep(2000)
            pauses -= 1
        }
        board.stop()
        for thread in threads { thread.join() }
        #expect(board.problems == [])
        #expect(board.hasProduced(100))
    }
}
