import UrrLog
import UrrPlatform

/// A message goes through one log to the other processor and back through a second one; the next
/// is sent when it has come back.
struct LogRoundTripCase: StreamCase {
    let size: MessageSize

    var kind: CoreKind { .roundTrip }
    var name: String { "log-roundtrip-\(size.rawValue)B" }
    var summary: String { "there and back through two logs, one message at a time" }
    var floor: String? { nil }

    func measure<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ request: TrialRequest
    ) throws -> TrialMeasurement {
        let configuration = LogFactory.configuration(size.rawValue, .exclusive, groups: 1)
        let there = try PartitionLog(configuration)
        let back = try PartitionLog(configuration)
        let pinger = Side(
            appender: try there.makeExclusiveAppender(),
            reader: try back.makeReader(back.attachGroup(from: .earliest)))
        let echo = Side(
            appender: try back.makeExclusiveAppender(),
            reader: try there.makeReader(there.attachGroup(from: .earliest)))
        return try withExtendedLifetime((there, back)) {
            _ = try run(shape, check, request.warmup, 0, pinger, echo, request)
            return try run(
                shape, check, request.messages, request.warmup, pinger, echo, request)
        }
    }

    /// What one processor has of the two logs.
    private struct Side: Sendable {
        let appender: ExclusiveAppender
        let reader: LogReader
    }

    private func run<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ messages: UInt64, _ firstTime: UInt64,
        _ pinger: Side, _ echo: Side, _ request: TrialRequest
    ) throws -> TrialMeasurement {
        let patience = request.patience(pauses: 1)
        let append = AppendOrder(
            count: messages, batch: 1, firstTime: firstTime, patience: patience)
        let samples = LatencySamples(count: Int(messages))
        defer { samples.deallocate() }
        let box = CheckBox<Check>(count: 1, request.tamper)
        let reports = try Team.run(
            request,
            [
                Team.Member(cpu: request.cpu(second: false)) {
                    Self.ping(
                        shape, pinger, append, samples, request.clock, &box.checks[0])
                },
                Team.Member(cpu: request.cpu(second: true)) {
                    Self.echo(shape, echo, messages, patience)
                },
            ])
        let expected = Expectation.records(shape, count: messages, firstTime: firstTime)
        var result = reports.measurement(
            messages: messages, byteCount: Shape.byteCount, defect: box.defect(expected))
        result.latency = samples.figures(Int(box.checks[0].tally.count))
        return result
    }

    private static func ping<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ side: Side, _ order: AppendOrder, _ samples: LatencySamples,
        _ clock: TimeStampClock, _ result: inout Check
    ) {
        var check = result
        var batch = side.appender.makeBatch()
        var waiting = order.patience
        var next: UInt64 = 0
        var last = clock.now()
        while next < order.count {
            guard LogAppending.fill(shape, &batch, next..<next &+ 1, order) > next
            else { break }
            while side.reader.poll(
                limit: 1, { check.take($0.payload, envelope: LogReading.envelope($0)) }) == 0
            {
                guard waiting.wait() else {
                    result = check
                    return
                }
            }
            waiting.reset()
            let now = clock.now()
            side.reader.commit(side.reader.position)
            samples.set(Int(next), now &- last)
            last = now
            next &+= 1
        }
        result = check
    }

    /// Sends back what comes, with its append time and key hash.
    private static func echo<Shape: MessageShape>(
        _ shape: Shape.Type, _ side: Side, _ messages: UInt64, _ patience: Patience
    ) {
        var batch = side.appender.makeBatch()
        var waiting = patience
        var done: UInt64 = 0
        while done < messages {
            let count = side.reader.poll(limit: 1) { record in
                guard let place = batch.claim(byteCount: Shape.byteCount),
                    let payload = record.payload.baseAddress
                else { return }
                place.copyMemory(from: payload, byteCount: Shape.byteCount)
                batch.commit(keyHash: record.keyHash, time: record.appendTime)
            }
            if count == 0 {
                guard waiting.wait() else { return }
            } else {
                batch.publish()
                waiting.reset()
                side.reader.commit(side.reader.position)
                done &+= 1
            }
        }
    }
}
