import UrrLog
import UrrPlatform

/// One producer that goes round over partitions, one group. The partitions share the memory that a
/// single one has otherwise (each gets a power of two of it, so at least half is used).
struct LogPartitionsCase: StreamCase {
    let size = MessageSize.bytes64
    let partitions: Int
    let batch: Int

    var name: String { "log-\(partitions)part-\(size.rawValue)B-b\(batch)" }
    var summary: String {
        "1 producer, round-robin over \(partitions) partitions in batches of \(batch), 1 group"
    }

    /// Every partition gets equally many.
    func rounded(_ wanted: UInt64) -> UInt64 {
        max(1, wanted / UInt64(partitions)) * UInt64(partitions)
    }

    /// The number of parts that the memory is cut into.
    private var share: Int {
        var parts = 1
        while parts < partitions { parts *= 2 }
        return parts
    }

    func measure<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ request: TrialRequest
    ) throws -> TrialMeasurement {
        let logs = try Topic(partitionCount: partitions, configuration).partitions
        let appenders = try logs.map { try $0.makeExclusiveAppender() }
        let readers = try LogReaders(logs, groups: 1)
        return try withExtendedLifetime(logs) {
            _ = try run(shape, check, request.warmup, 0, appenders, readers, request)
            return try run(
                shape, check, request.messages, request.warmup, appenders, readers, request)
        }
    }

    private var configuration: LogConfiguration {
        LogFactory.configuration(
            size.rawValue, .exclusive, groups: 1, slots: LogFactory.records * 4, share: share)
    }

    private func run<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ messages: UInt64, _ firstTime: UInt64,
        _ appenders: [ExclusiveAppender], _ readers: LogReaders, _ request: TrialRequest
    ) throws -> TrialMeasurement {
        let each = rounded(messages) / UInt64(partitions)
        let patience = request.patience(pauses: TrialRequest.backOffPauses)
        let append = AppendOrder(
            count: each, batch: batch, firstTime: firstTime, patience: patience)
        // A poll takes what there is: with single messages the reader comes round late.
        let read = ReadOrder(count: each, limit: max(batch, 256), patience: patience)
        let box = CheckBox<Check>(count: partitions, request.tamper)
        let reports = try Team.run(
            request,
            [
                Team.Member(cpu: request.cpu(second: false)) {
                    appenders.withUnsafeBufferPointer { Self.append(shape, $0, append) }
                },
                Team.Member(cpu: request.cpu(second: true)) { LogReading.all(readers, read, box) },
            ])
        let expected = Expectation.records(shape, count: each, firstTime: firstTime)
        return reports.measurement(
            messages: each * UInt64(partitions), byteCount: Shape.byteCount,
            defect: box.defect(expected))
    }

    /// A batch into each partition in turn, until each got what was ordered.
    private static func append<Shape: MessageShape>(
        _ shape: Shape.Type, _ appenders: UnsafeBufferPointer<ExclusiveAppender>,
        _ order: AppendOrder
    ) {
        var patience = order.patience
        var sent: UInt64 = 0
        while sent < order.count {
            let end = min(order.count, sent &+ UInt64(order.batch))
            for index in 0..<appenders.count {
                var next = sent
                appenders[(index &+ 4) % appenders.count].prefetchState()
                appenders[(index &+ 2) % appenders.count].prefetch()
                // An appender's own state is in memory: a thousand batches would not stay in
                // registers either.
                var lane = appenders[index].makeBatch()
                while true {
                    next = LogAppending.fill(shape, &lane, next..<end, order)
                    if next == end { break }
                    guard patience.wait() else { return }
                }
                patience.reset()
            }
            sent = end
        }
    }
}
