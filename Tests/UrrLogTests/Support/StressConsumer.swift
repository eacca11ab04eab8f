import Glibc
import UrrLog
import UrrPlatform

/// Reads until everything was produced and read, and checks the counts.
func consume(
    _ log: PartitionLog, _ reader: LogReader, _ board: StressBoard, _ whenFull: WhenFull
) {
    var tally = StressTally()
    var rounds = 0
    while true {
        let isLast = board.isProduced
        let before = tally.delivered
        let count = reader.poll(limit: 1 + rounds % 9) { tally.check($0, board) }
        if count != tally.delivered - before { board.fail("poll miscounted") }
        rounds += 1
        if rounds % 2 == 0 { reader.commit(reader.position) }
        if count > 0 { continue }
        reader.commit(reader.position)
        if isLast && reader.position == log.endOffset { break }
        sched_yield()
    }
    let all = UInt64(tally.delivered) + reader.missed + reader.aborted
    if all != UInt64(reader.position) { board.fail("\(all) of \(reader.position) accounted for") }
    if whenFull == .backpressure {
        if reader.missed != 0 { board.fail("missed records under back-pressure") }
        for (producer, count) in board.appended.enumerated() where count != tally.seen(producer) {
            board.fail("\(tally.seen(producer)) of \(count) came from \(producer)")
        }
        if tally.gaps.contains(where: { $0 != 0 }) { board.fail("gaps under back-pressure") }
    }
}

/// Comes and goes: attaches, looks around, asks for times, seeks, leaves.
func visit(_ log: PartitionLog, _ board: StressBoard) {
    var rounds = 0
    while !board.isStopped {
        rounds += 1
        if log.startOffset > log.endOffset { board.fail("starts behind the end") }
        let bytes = log.retainedBytes
        if bytes < 0 || bytes > log.configuration.dataCapacity { board.fail("\(bytes) retained") }
        let offset = log.startOffset
        if let time = log.appendTime(at: offset), time < 0 { board.fail("time \(time)") }
        guard let group = try? log.attachGroup(from: rounds % 2 == 0 ? .earliest : .latest),
            let reader = try? log.makeReader(group, reset: .latest)
        else {
            board.fail("cannot attach")
            return
        }
        var tally = StressTally()
        for _ in 0..<5 { _ = reader.poll(limit: 3) { tally.check($0, board) } }
        switch rounds % 3 {
        case 0: _ = reader.seek(to: log.startOffset)
        case 1: _ = reader.seek(toTime: Nanoseconds(rounds))
        default: reader.release()
        }
        tally = StressTally()
        for _ in 0..<5 { _ = reader.poll(limit: 3) { tally.check($0, board) } }
        try? log.detachGroup(group)
        usleep(200)
    }
}

/// Abandons what dead producers left, until nothing more can come.
func bury(_ log: PartitionLog, _ board: StressBoard) {
    var dead: Set<Offset> = []
    while true {
        let isLast = board.isProduced
        dead.formUnion(board.takeDeaths())
        if let blocked = log.blockedOffset(), dead.remove(blocked) != nil {
            if !log.abandon(offset: blocked) { board.fail("cannot abandon \(blocked)") }
            continue
        }
        if isLast && log.blockedOffset() == nil { return }
        usleep(50)
    }
}
