import UrrLog
import UrrPlatform

/// One-way latency at a fixed rate: from the time at which a message was to be sent, whether or not
/// the producer was in time, to the moment when the reader has it.
struct LogOneWayCase: StreamCase {
    let size: MessageSize

    var kind: CoreKind { .oneWay }
    var name: String { "log-oneway-1M-\(size.rawValue)B" }
    var summary: String { "latency at 1,000,000 messages/s, open loop, from the intended time" }
    var floor: String? { nil }
    var fixedRate: Double? { 1e6 }

    /// Nanoseconds from one message to the next.
    private static let gap: Nanoseconds = 1000

    func measure<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ request: TrialRequest
    ) throws -> TrialMeasurement {
        let log = try PartitionLog(LogFactory.configuration(size.rawValue, .exclusive, groups: 1))
        let appender = try log.makeExclusiveAppender()
        let reader = try log.makeReader(log.attachGroup(from: .earliest))
        return try withExtendedLifetime(log) {
            _ = try run(shape, check, request.warmup, appender, reader, request)
            return try run(shape, check, request.messages, appender, reader, request)
        }
    }

    private func run<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ messages: UInt64,
        _ appender: ExclusiveAppender, _ reader: LogReader, _ request: TrialRequest
    ) throws -> TrialMeasurement {
        let patience = request.patience(pauses: 1)
        let append = AppendOrder(count: messages, batch: 1, patience: patience)
        let read = ReadOrder(count: messages, limit: 1, patience: patience)
        let samples = LatencySamples(count: Int(messages))
        defer { samples.deallocate() }
        let box = CheckBox<Check>(count: 1, request.tamper)
        let stamps = StampSum()
        let defects = DefectBox()
        let reports = try Team.run(
            request,
            [
                Team.Member(cpu: request.cpu(second: false)) {
                    stamps.sum = Self.send(shape, appender, append, request.clock)
                },
                Team.Member(cpu: request.cpu(second: true)) {
                    let early = Self.receive(
                        reader, read, samples, request.clock, &box.checks[0])
                    if early > 0 { defects.put("\(early) messages arrived before they were sent") }
                },
            ])
        let expected = Expectation.stamped(shape, count: messages, stampSum: stamps.sum)
        var result = reports.measurement(
            messages: messages, byteCount: Shape.byteCount,
            defect: box.defect(expected) ?? defects.first)
        result.latency = samples.figures(Int(box.checks[0].tally.count))
        return result
    }

    /// What the producer's thread hands over at its end.
    private final class StampSum: @unchecked Sendable {
        var sum: UInt64 = 0
    }

    /// Sends each message at its time; returns the sum of those times.
    private static func send<Shape: MessageShape>(
        _ shape: Shape.Type, _ appender: ExclusiveAppender, _ order: AppendOrder,
        _ clock: TimeStampClock
    ) -> UInt64 {
        var batch = appender.makeBatch()
        var sum: UInt64 = 0
        var time = clock.now() + 20_000
        var next: UInt64 = 0
        var patience = order.patience
        while next < order.count {
            while clock.now() < time {}
            guard let place = batch.claim(byteCount: Shape.byteCount) else {
                guard patience.wait() else { break }
                continue
            }
            let stamp = UInt64(bitPattern: time)
            Shape.write(to: place, next, stamp, order.pattern)
            batch.commit(keyHash: UInt32(truncatingIfNeeded: next), time: time)
            batch.publish()
            sum &+= stamp
            next &+= 1
            time &+= gap
        }
        return sum
    }

    /// Notes the latency of each message; returns how many were negative.
    private static func receive<Check: MessageCheck>(
        _ reader: LogReader, _ order: ReadOrder, _ samples: LatencySamples,
        _ clock: TimeStampClock, _ result: inout Check
    ) -> Int {
        var check = result
        var patience = order.patience
        var received = 0
        var early = 0
        while UInt64(received) < order.count {
            let count = reader.poll(limit: order.limit) { record in
                let latency = clock.now() &- record.appendTime
                early &+= latency < 0 ? 1 : 0
                samples.set(received, latency)
                check.take(record.payload, envelope: LogReading.envelope(record))
            }
            if count == 0 {
                guard patience.wait() else { break }
            } else {
                patience.reset()
                reader.commit(reader.position)
                received &+= count
            }
        }
        result = check
        return early
    }
}
