import UrrLog
import UrrPlatform

/// Two producers of one partition, one group: three threads on two processors.
struct LogPairCase: CoreCase {
    /// Where the threads run.
    enum Placement: Sendable {
        /// Where the scheduler puts them.
        case unpinned
        /// Both producers on the first processor, the reader on the second: a structure whose
        /// producers wait for each other in the order of their claims stands still here each time
        /// that one is preempted.
        case oneCore
    }

    let size = MessageSize.bytes64
    let batch: Int
    let placement: Placement

    var name: String {
        "log-2p1g-\(size.rawValue)B-b\(batch)" + (placement == .oneCore ? "-onecore" : "-free")
    }

    var summary: String {
        let place = placement == .oneCore ? "sharing one core" : "unpinned"
        return "2 producers (\(place)) into one partition, claims of \(batch), 1 group"
    }

    func rounded(_ wanted: UInt64) -> UInt64 { max(1, wanted / 2) * 2 }

    func measure(_ request: TrialRequest) throws -> TrialMeasurement {
        request.tamper == nil
            ? try measure(Message64.self, PairCheck<Message64>.self, request)
            : try measure(Message64.self, TamperedCheck<PairCheck<Message64>>.self, request)
    }

    private func measure<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ request: TrialRequest
    ) throws -> TrialMeasurement {
        let log = try PartitionLog(LogFactory.configuration(size.rawValue, .shared, groups: 1))
        let appenders = [try log.makeSharedAppender(), try log.makeSharedAppender()]
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        return try withExtendedLifetime(log) {
            _ = try run(shape, check, request.warmup, appenders, reader, request)
            return try run(shape, check, request.messages, appenders, reader, request)
        }
    }

    private func run<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ messages: UInt64,
        _ appenders: [SharedAppender], _ reader: LogReader, _ request: TrialRequest
    ) throws -> TrialMeasurement {
        let total = rounded(messages)
        let patience = request.patience(pauses: 1, sharesProcessor: true)
        let read = ReadOrder(count: total, limit: max(batch, 256), patience: patience)
        let box = CheckBox<Check>(count: 1, request.tamper)
        let isPinned = placement == .oneCore
        var members: [Team.Member] = []
        for (stream, appender) in appenders.enumerated() {
            let order = AppendOrder(
                count: total / 2, batch: batch, mark: UInt64(stream) << streamShift,
                patience: patience)
            members.append(
                Team.Member(cpu: isPinned ? request.cpu(second: false) : nil) {
                    _ = LogAppending.shared(shape, appender, order)
                })
        }
        members.append(
            Team.Member(cpu: isPinned ? request.cpu(second: true) : nil) {
                box.checks[0] = LogReading.one(reader, read, box.checks[0])
            })
        let reports = try Team.run(request, members)
        let expected = Expectation.records(shape, count: total, streams: 2)
        return reports.measurement(
            messages: total, byteCount: Shape.byteCount, sharesProcessors: true,
            defect: box.defect(expected))
    }
}
