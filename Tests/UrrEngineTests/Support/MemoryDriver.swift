import UrrDriver
import UrrPlatform

/// When a `MemoryDriver` acknowledges; a type, because a driver's promises are static.
protocol AcknowledgementMode: SendableMetatype {
    static var mode: DriverSemantics.Acknowledgement { get }
}

/// Acknowledges when `flush` returns.
enum OnFlush: AcknowledgementMode {
    static var mode: DriverSemantics.Acknowledgement { .onFlush }
}

/// Acknowledges by completions.
enum ByCompletion: AcknowledgementMode {
    static var mode: DriverSemantics.Acknowledgement { .byCompletion }
}

/// Arrays of bytes instead of a log, in which everything can be made to go wrong on purpose. For
/// one thread.
final class MemoryDriver<Mode: AcknowledgementMode>: MessageDriver {
    static var name: String { "memory" }
    static var semantics: DriverSemantics {
        DriverSemantics(
            acknowledgement: Mode.mode, durability: .memory, ordering: .partition, mayRepeat: false)
    }

    let clock: ManualClock
    var faults: MemoryFaults
    private(set) var topology = Topology(topics: [], groups: [])
    private(set) var logs: [TopicPartition: MemoryLog] = [:]
    fileprivate var committed: [[TopicPartition: Int64]] = []
    fileprivate var offers = 0
    fileprivate var accepted = 0
    /// Endpoints that were ended.
    fileprivate(set) var closed = 0
    /// Endpoints made so far, by topic.
    private(set) var producersMade: [Int: Int] = [:]

    init(clock: ManualClock, faults: MemoryFaults = MemoryFaults()) {
        self.clock = clock
        self.faults = faults
    }

    func provision(_ topology: Topology) throws(DriverError) {
        self.topology = topology
        for (index, topic) in topology.topics.enumerated() {
            for partition in 0..<topic.partitions {
                logs[TopicPartition(topic: index, partition: partition)] = MemoryLog()
            }
        }
        committed = Array(repeating: [:], count: topology.groups.count)
    }

    func makeProducer(topic: Int) throws(DriverError) -> MemoryProducer<Mode> {
        producersMade[topic, default: 0] += 1
        return MemoryProducer(driver: self, topic: topic)
    }

    func makeConsumer(group: Int, member: Int) throws(DriverError) -> MemoryConsumer<Mode> {
        let plan = topology.groups[group]
        let all = plan.topics.flatMap { topic in
            (0..<topology.topics[topic].partitions).map {
                TopicPartition(topic: topic, partition: $0)
            }
        }
        let own = all.filter { faults.sharesPartitions || $0.partition % plan.members == member }
        return MemoryConsumer(driver: self, group: group, assignment: own)
    }

    func position(group: Int, of partition: TopicPartition) -> GroupPosition {
        GroupPosition(
            endOffset: Int64(logs[partition]!.visible),
            committedOffset: committed[group][partition] ?? 0)
    }

    func missed(group: Int, of partition: TopicPartition) -> UInt64 { 0 }

    func appendTime(of partition: TopicPartition, offset: Int64) -> Nanoseconds? {
        let records = logs[partition]!.records
        return offset < records.count ? records[Int(offset)].sentAt : nil
    }

    func facts() -> [String: String] { [:] }
    func teardown() {}
}

/// One partition.
final class MemoryLog {
    struct Record {
        var payload: [UInt8]
        var sentAt: Nanoseconds
    }

    var records: [Record] = []
    /// Records that consumers can see.
    var visible = 0
    /// Messages that were accepted, whatever became of them.
    var appended = 0
    /// A message that comes after the next one.
    var heldBack: Record?

    func append(_ record: Record, fault: MemoryFaults.Append) {
        appended += 1
        switch fault {
        case .none: records.append(record)
        case .drop: break
        case .twice: records += [record, record]
        case .afterNext:
            heldBack = record
            return
        case .damaged(let byte):
            var damaged = record
            damaged.payload[byte] ^= 0x10
            records.append(damaged)
        case .preceded(let stranger):
            records += [Record(payload: stranger, sentAt: record.sentAt), record]
        }
        if let last = heldBack {
            heldBack = nil
            records.append(last)
        }
    }
}

final class MemoryProducer<Mode: AcknowledgementMode>: MessageProducer {
    private struct Answer {
        var completion: Completion
        var due: Nanoseconds
        var number: Int
    }

    private unowned let driver: MemoryDriver<Mode>
    private let topic: Int
    private var waiting: [Answer] = []
    private(set) var flushes = 0

    init(driver: MemoryDriver<Mode>, topic: Int) {
        self.driver = driver
        self.topic = topic
    }

    func offer(
        _ message: OutgoingMessage, _ write: (UnsafeMutableRawPointer) -> Void
    ) -> OfferResult {
        defer { driver.offers += 1 }
        if let refusal = driver.faults.refuse(driver.offers) { return refusal }
        let partition = TopicPartition(topic: topic, partition: Int(message.partition))
        let log = driver.logs[partition]!
        let number = driver.accepted
        driver.accepted += 1
        let answer = driver.faults.answer(number)
        let payload = [UInt8](unsafeUninitializedCapacity: message.byteCount) { buffer, count in
            write(UnsafeMutableRawPointer(buffer.baseAddress!))
            count = message.byteCount
        }
        if answer.succeeded {
            log.append(
                MemoryLog.Record(payload: payload, sentAt: message.sentAt),
                fault: driver.faults.append(partition, log.appended))
        }
        if Mode.mode == .byCompletion {
            log.visible = log.records.count
            waiting.append(
                Answer(
                    completion: Completion(
                        token: message.token,
                        outcome: answer.succeeded ? .accepted : .failed),
                    due: driver.clock.now() + answer.after, number: number))
        }
        return .accepted
    }

    func flush(now: Nanoseconds) {
        flushes += 1
        for (partition, log) in driver.logs where partition.topic == topic {
            log.visible = log.records.count
        }
    }

    /// Answers that are due, the last one sent first: as much out of order as can be.
    func poll(limit: Int, _ body: (Completion) -> Void) -> Int {
        let now = driver.clock.now()
        let due = waiting.filter { $0.due <= now }.sorted { $0.number > $1.number }.prefix(limit)
        let numbers = Set(due.map(\.number))
        waiting.removeAll { numbers.contains($0.number) }
        for answer in due {
            for _ in 0..<driver.faults.answersPerMessage { body(answer.completion) }
        }
        return due.count
    }

    func close(deadline: Nanoseconds) throws(DriverError) { driver.closed += 1 }
}

final class MemoryConsumer<Mode: AcknowledgementMode>: MessageConsumer {
    private unowned let driver: MemoryDriver<Mode>
    private let group: Int
    let assignment: [TopicPartition]
    private var next: [Int]

    init(driver: MemoryDriver<Mode>, group: Int, assignment: [TopicPartition]) {
        self.driver = driver
        self.group = group
        self.assignment = assignment
        next = Array(repeating: 0, count: assignment.count)
    }

    func poll(limit: Int, _ body: (IncomingMessage) -> Void) -> Int {
        var count = 0
        for (lane, partition) in assignment.enumerated() {
            let log = driver.logs[partition]!
            let end = min(log.visible, driver.faults.withheldFrom[partition] ?? .max)
            while next[lane] < end, count < limit {
                let offset = next[lane]
                next[lane] += 1
                count += 1
                log.records[offset].payload.withUnsafeBytes {
                    body(
                        IncomingMessage(
                            payload: $0, lane: Int32(lane), attempt: 0, offset: Int64(offset)))
                }
            }
        }
        return count
    }

    func commit(lane: Int32, offset: Int64) {
        let partition = assignment[Int(lane)]
        let before = driver.committed[group][partition] ?? 0
        driver.committed[group][partition] = max(before, offset)
    }

    func close(deadline: Nanoseconds) throws(DriverError) { driver.closed += 1 }
}
