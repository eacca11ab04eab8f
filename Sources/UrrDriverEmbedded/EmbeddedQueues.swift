import UrrDriver
import UrrPlatform
import UrrQueue

/// The queues of a topology: their cores, and the shared access to those that are used.
///
/// A dead-letter queue's core is used by whoever uses its source, under the same lock. So one that
/// has producers or workers of its own, or two sources, is refused.
final class EmbeddedQueues {
    private let topology: Topology
    private let cores: [QueueCore]
    private let shared: [SharedQueue]
    /// Clients handed out so far, by queue.
    private var clients: [Int]
    /// For whoever looks at the queues from outside.
    private var observers: [QueueClient?]
    private var threads: [ThreadKey: ReceivingThread] = [:]

    private struct ThreadKey: Hashable {
        var group: Int
        var thread: Int
    }

    init(_ topology: Topology) throws(DriverError) {
        self.topology = topology
        try Self.check(topology)
        var cores: [QueueCore] = []
        for queue in topology.queues {
            do {
                cores.append(try QueueCore(Self.configuration(queue)))
            } catch {
                if case .configuration = error {
                    throw DriverError.unsupported("queue \(queue.name): \(error)")
                }
                throw DriverError.resources("queue \(queue.name): \(error)")
            }
        }
        for (index, queue) in topology.queues.enumerated() {
            guard let redrive = queue.redrive else { continue }
            let refusal = cores[index].setRedrivePolicy(
                deadLetterQueue: cores[redrive.deadLetterQueue],
                maxReceiveCount: redrive.maxReceiveCount)
            if let refusal {
                throw DriverError.unsupported("queue \(queue.name): redrive: \(refusal.code)")
            }
        }
        self.cores = cores
        shared = topology.queues.indices.map { index in
            SharedQueue(cores[index], clientCount: Self.clients(of: index, in: topology))
        }
        clients = Array(repeating: 0, count: cores.count)
        observers = Array(repeating: nil, count: cores.count)
    }

    private static func check(_ topology: Topology) throws(DriverError) {
        var sources: [Int: String] = [:]
        for queue in topology.queues {
            guard let redrive = queue.redrive else { continue }
            let target = topology.queues[redrive.deadLetterQueue]
            if let other = sources[redrive.deadLetterQueue] {
                throw DriverError.unsupported(
                    "queue \(target.name): the embedded core moves dead letters of one queue to "
                        + "it, not of \(other) and \(queue.name)")
            }
            sources[redrive.deadLetterQueue] = queue.name
            let isRead = topology.groups.contains {
                $0.receiving?.queue == redrive.deadLetterQueue
            }
            if isRead || target.producerEndpoints > 0 {
                throw DriverError.unsupported(
                    "queue \(target.name): in the embedded core a dead-letter queue has neither "
                        + "producers nor workers")
            }
        }
    }

    /// Producers, threads of workers, and one observer.
    private static func clients(of queue: Int, in topology: Topology) -> Int {
        let threads = topology.groups.compactMap(\.receiving).filter { $0.queue == queue }
            .reduce(0) { $0 + $1.threads }
        return topology.queues[queue].producerEndpoints + threads + 1
    }

    private static func configuration(_ queue: Topology.Queue) -> QueueConfiguration {
        var configuration = QueueConfiguration(queue.kind == .fifo ? .fifo : .standard)
        configuration.visibilityTimeout = queue.visibilityTimeout
        configuration.delay = queue.delay
        configuration.retention = queue.retention
        configuration.deduplicationWindow = queue.deduplicationWindow
        configuration.deduplication = queue.contentBasedDeduplication ? .byContent : .byID
        configuration.maximumMessageSize = queue.maximumMessageBytes
        configuration.inFlightLimit = queue.inFlightLimit
        configuration.capacity.messages = queue.capacityMessages
        configuration.capacity.bodyBytes = queue.capacityBytes
        configuration.capacity.deduplicationIDs = queue.rememberedIDs
        return configuration
    }

    private func makeClient(_ queue: Int) throws(DriverError) -> QueueClient {
        do {
            let client = try shared[queue].client(clients[queue])
            clients[queue] += 1
            return client
        } catch {
            throw DriverError.resources("queue \(topology.queues[queue].name): \(error)")
        }
    }

    func makeProducer(queue: Int) throws(DriverError) -> EmbeddedProducer {
        let client = try makeClient(queue)
        do {
            return EmbeddedProducer(try QueueSendBatch(client: client, cores[queue].configuration))
        } catch {
            throw DriverError.resources("queue \(topology.queues[queue].name): \(error)")
        }
    }

    func makeReceiver(group: Int, thread: Int) throws(DriverError) -> EmbeddedReceiver {
        guard let receiving = topology.groups[group].receiving else {
            throw DriverError.unsupported("group \(topology.groups[group].name) reads no queue")
        }
        let key = ThreadKey(group: group, thread: thread)
        if threads[key] == nil {
            threads[key] = ReceivingThread(try makeClient(receiving.queue))
        }
        return EmbeddedReceiver(threads[key]!, receiving)
    }

    func depth(queue: Int, now: Nanoseconds) -> QueueDepth {
        if observers[queue] == nil { observers[queue] = try? makeClient(queue) }
        return observers[queue].map { QueueDepth($0.attributes(now: now)) } ?? QueueDepth()
    }

    var nextEvent: Nanoseconds? { cores.compactMap(\.nextTimer).min() }

    /// Receives and deletes until nothing is visible.
    func takeOut(queue: Int, now: Nanoseconds, _ body: (UnsafeRawBufferPointer) -> Void) {
        let core = cores[queue]
        let target = UnsafeMutableBufferPointer<ReceivedMessage>.allocate(
            capacity: QueueLimits.batch)
        target.initialize(repeating: ReceivedMessage())
        defer { target.deallocate() }
        while true {
            let result = core.receiveMessage(
                ReceiveRequest(visibilityTimeout: QueueLimits.visibilityTimeout), into: target,
                now: now)
            if result.count == 0 { return }
            for number in 0..<result.count { body(target[number].body) }
            for number in 0..<result.count {
                _ = core.deleteMessage(target[number].handle, now: now)
            }
        }
    }

    func facts() -> [String: String] {
        var facts: [String: String] = [:]
        for (index, queue) in topology.queues.enumerated() {
            let memory = cores[index].memory
            facts["queue \(queue.name)"] =
                "\(queue.kind == .fifo ? "FIFO" : "standard"), \(memory.touchedBytes) bytes of "
                + "memory used"
        }
        return facts
    }
}
