import UrrLog
import UrrPlatform

/// Producers that fill an empty log while nobody reads: the cost of the contended claim alone.
///
/// In each round 60,000 messages go into a log of 65,536 records (and of more bytes, where records
/// take more than their payload); then one of the threads, in turn,
/// reads and checks them. Only the filling counts, and of the rounds the median.
struct LogAppendCase: CoreCase {
    let size = MessageSize.bytes64
    let producers: Int
    let batch: Int

    private static let messagesPerRound: UInt64 = 60_000

    var name: String { "log-\(producers)p-append-\(size.rawValue)B-b\(batch)" }
    var summary: String {
        producers == 1
            ? "1 producer with a shared appender, claims of \(batch), nobody reads"
            : "2 producers on 2 cores into one partition, claims of \(batch), nobody reads"
    }

    func rounded(_ wanted: UInt64) -> UInt64 {
        let perRound = Self.perRound(wanted)
        return max(1, wanted / perRound) * perRound
    }

    /// Messages of one round, the same for each producer.
    private static func perRound(_ messages: UInt64) -> UInt64 {
        max(2, min(messagesPerRound, messages) / 2 * 2)
    }

    func measure(_ request: TrialRequest) throws -> TrialMeasurement {
        switch (producers, request.tamper == nil) {
        case (1, true): try measure(Message64.self, StreamCheck<Message64>.self, request)
        case (1, false):
            try measure(Message64.self, TamperedCheck<StreamCheck<Message64>>.self, request)
        case (_, true): try measure(Message64.self, PairCheck<Message64>.self, request)
        default: try measure(Message64.self, TamperedCheck<PairCheck<Message64>>.self, request)
        }
    }

    private func measure<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ request: TrialRequest
    ) throws -> TrialMeasurement {
        let log = try PartitionLog(
            LogFactory.configuration(
                batch == 1 ? size.rawValue : size.rawValue * 2, .shared, groups: 1))
        let perRound = Self.perRound(request.messages)
        let roundCount = Int(max(1, request.messages / perRound))
        let ring = FillingRing(
            rounds: Rounds(members: producers), times: RoundTimes(producers, roundCount),
            reader: try log.makeReader(log.attachGroup(from: .earliest)),
            each: perRound / UInt64(producers),
            patience: request.patience(pauses: 1),
            expected: .records(shape, count: perRound, streams: UInt64(producers)))
        let defect = DefectBox()
        var members: [Team.Member] = []
        for stream in 0..<producers {
            let appender = try log.makeSharedAppender()
            let batch = batch
            members.append(
                Team.Member(cpu: request.cpu(second: stream == 1)) {
                    let found = ring.work(
                        shape, check, stream, appender, batch, request)
                    if let found { defect.put(found) }
                })
        }
        let reports = try withExtendedLifetime(log) { try Team.run(request, members) }
        var result = reports.measurement(
            messages: perRound * UInt64(roundCount), byteCount: Shape.byteCount,
            defect: defect.first)
        result.nanoseconds = ring.times.median * Nanoseconds(roundCount)
        // Counted over the reading as well, so they say nothing.
        result.instructions = nil
        return result
    }
}

/// When each member started and ended each round. Each member writes its own part.
private struct RoundTimes: @unchecked Sendable {
    let members: Int
    let rounds: Int
    private let edges: UnsafeMutablePointer<Nanoseconds>
    private let owner: Owner

    private final class Owner {
        let memory: UnsafeMutablePointer<Nanoseconds>
        init(_ memory: UnsafeMutablePointer<Nanoseconds>) { self.memory = memory }
        deinit { memory.deallocate() }
    }

    init(_ members: Int, _ rounds: Int) {
        self.members = members
        self.rounds = rounds
        edges = .allocate(capacity: members * rounds * 2)
        edges.initialize(repeating: 0, count: members * rounds * 2)
        owner = Owner(edges)
    }

    func set(_ member: Int, _ round: Int, _ start: Nanoseconds, _ end: Nanoseconds) {
        let index = (member * rounds + round) * 2
        edges[index] = start
        edges[index + 1] = end
    }

    /// The median over the rounds of the time from the first start to the last end.
    var median: Nanoseconds {
        let lengths = (0..<rounds).map { round in
            let places = (0..<members).map { ($0 * rounds + round) * 2 }
            let first = places.map { edges[$0] }.min() ?? 0
            let last = places.map { edges[$0 + 1] }.max() ?? 0
            return last - first
        }
        return lengths.sorted()[rounds / 2]
    }
}

/// What the members of an append-only trial share.
private struct FillingRing: Sendable {
    let rounds: Rounds
    let times: RoundTimes
    let reader: LogReader
    let each: UInt64
    let patience: Patience
    let expected: Expectation

    /// All rounds of one member; returns what it found wrong when it was its turn to read.
    func work<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ stream: Int, _ appender: SharedAppender,
        _ batch: Int, _ request: TrialRequest
    ) -> String? {
        let order = AppendOrder(
            count: each, batch: batch, mark: UInt64(stream) << streamShift, patience: patience)
        var defect: String?
        for round in 0..<times.rounds {
            guard rounds.meet(patience) else { return "the other producer did not come" }
            let start = request.clock.now()
            let sent = LogAppending.shared(shape, appender, order)
            times.set(stream, round, start, request.clock.now())
            guard rounds.meet(patience) else { return "the other producer did not come" }
            if sent != each { defect = defect ?? "appended \(sent) of \(each) messages" }
            if round % times.members != stream { continue }
            let read = ReadOrder(
                count: each * UInt64(times.members), limit: 256, patience: patience)
            let seen = LogReading.one(reader, read, Check(request.tamper))
            defect = defect ?? expected.defect(seen.tally)
        }
        return defect
    }
}
