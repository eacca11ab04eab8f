import UrrLog
import UrrPlatform

/// One producer, one to four groups that all see every message. The groups are read by one thread,
/// which polls them in turn, so that two processors do.
struct LogStreamCase: StreamCase {
    /// How the producer appends.
    enum Style: Sendable {
        case inPlace, copying, shared
    }

    let size: MessageSize
    let batch: Int
    var groups = 1
    var style = Style.inPlace
    /// Records of one poll, where that is not the batch.
    var limit: Int?

    var name: String {
        let who = style == .shared ? "1s" : "1p"
        let poll = limit.map { "-r\($0)" } ?? ""
        return "log-\(who)\(groups)g-\(size.rawValue)B-b\(batch)\(poll)"
            + (style == .copying ? "-copy" : "")
    }

    var summary: String {
        let how =
            switch style {
            case .inPlace: "filled in place"
            case .copying: "copied in"
            case .shared: "shared appender"
            }
        let readers = groups == 1 ? "1 group" : "\(groups) groups"
        return "1 producer (\(how)), \(readers), batches of \(batch), polls of \(limit ?? batch)"
    }

    func measure<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ request: TrialRequest
    ) throws -> TrialMeasurement {
        let log = try PartitionLog(
            LogFactory.configuration(
                size.rawValue, style == .shared ? .shared : .exclusive, groups: groups))
        let producer = try Producer(shape, log, style)
        let readers = try LogReaders([log], groups: groups)
        return try withExtendedLifetime(log) {
            _ = try run(shape, check, request.warmup, 0, producer, readers, request)
            return try run(
                shape, check, request.messages, request.warmup, producer, readers, request)
        }
    }

    /// The appender in one of its kinds.
    private enum Producer: Sendable {
        case exclusive(ExclusiveAppender)
        case copying(ExclusiveAppender, MessageSlots)
        case shared(SharedAppender)

        init<Shape: MessageShape>(
            _ shape: Shape.Type, _ log: PartitionLog, _ style: Style
        ) throws {
            switch style {
            case .inPlace: self = .exclusive(try log.makeExclusiveAppender())
            case .copying:
                let slots = MessageSlots(shape, MessagePattern.shared.words)
                self = .copying(try log.makeExclusiveAppender(), slots)
            case .shared: self = .shared(try log.makeSharedAppender())
            }
        }

        func run<Shape: MessageShape>(_ shape: Shape.Type, _ order: AppendOrder) {
            switch self {
            case .exclusive(let appender): _ = LogAppending.exclusive(shape, appender, order)
            case .copying(let appender, let slots):
                _ = LogAppending.exclusiveCopying(shape, appender, order, from: slots)
            case .shared(let appender): _ = LogAppending.shared(shape, appender, order)
            }
        }
    }

    private func run<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ messages: UInt64, _ firstTime: UInt64,
        _ producer: Producer, _ readers: LogReaders, _ request: TrialRequest
    ) throws -> TrialMeasurement {
        let patience = request.patience(pauses: TrialRequest.backOffPauses)
        let append = AppendOrder(
            count: messages, batch: batch, firstTime: firstTime, patience: patience)
        let read = ReadOrder(count: messages, limit: limit ?? batch, patience: patience)
        let box = CheckBox<Check>(count: groups, request.tamper)
        let reports = try Team.run(
            request,
            [
                Team.Member(cpu: request.cpu(second: false)) { producer.run(shape, append) },
                Team.Member(cpu: request.cpu(second: true)) { LogReading.all(readers, read, box) },
            ])
        let expected = Expectation.records(shape, count: messages, firstTime: firstTime)
        return reports.measurement(
            messages: messages, byteCount: Shape.byteCount, defect: box.defect(expected))
    }
}
