import UrrDriver
import UrrPlatform
import UrrQueue

/// The queues of a topology: their cores, and the shared access to them.
///
/// A move concerns two cores, so a dead-letter queue and its sources are shared as one.
final class EmbeddedQueues {
    /// Queues that are shared as one, and the clients handed out so far.
    private struct Share {
        var members: [Int]
        var queue: SharedQueue
        var clients = 0
    }

    private let topology: Topology
    private let cores: [QueueCore]
    private var shares: [Share] = []
    /// Which share a queue belongs to.
    private var shareOfQueue: [Int]
    /// For whoever looks at the queues from outside.
    private var observers: [QueueClient?]
    private var threads: [ThreadKey: ReceivingThread] = [:]

    private struct ThreadKey: Hashable {
        var group: Int
        var thread: Int
    }

    init(_ topology: Topology) throws(DriverError) {
        self.topology = topology
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
        observers = Array(repeating: nil, count: cores.count)
        let roots = Self.joined(topology)
        shareOfQueue = roots
        for root in Set(roots).sorted() {
            let members = roots.indices.filter { roots[$0] == root }
            let clients = members.reduce(0) { $0 + Self.clients(of: $1, in: topology) }
            for member in members { shareOfQueue[member] = shares.count }
            shares.append(
                Share(
                    members: members,
                    queue: SharedQueue(members.map { cores[$0] }, clientCount: clients)))
        }
    }

    /// For each queue the lowest number of those that redrive policies join it with.
    private static func joined(_ topology: Topology) -> [Int] {
        var roots = Array(topology.queues.indices)
        for (index, queue) in topology.queues.enumerated() {
            guard let redrive = queue.redrive else { continue }
            let (one, other) = (roots[index], roots[redrive.deadLetterQueue])
            for member in roots.indices where roots[member] == max(one, other) {
                roots[member] = min(one, other)
            }
        }
        return roots
    }

    /// Producers, threads of workers, redrives from it, and one observer.
    private static func clients(of queue: Int, in topology: Topology) -> Int {
        let threads = topology.groups.compactMap(\.receiving).filter { $0.queue == queue }
            .reduce(0) { $0 + $1.threads }
        return topology.queues[queue].producerEndpoints + threads
            + topology.queues[queue].redriveEndpoints + 1
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
            let share = shareOfQueue[queue]
            let client = try shares[share].queue.client(
                shares[share].clients, of: shares[share].members.firstIndex(of: queue)!)
            shares[share].clients += 1
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

    func makeRedriver(from source: Int, to destination: Int) throws(DriverError) -> EmbeddedRedriver
    {
        let members = shares[shareOfQueue[source]].members
        guard let place = members.firstIndex(of: destination) else {
            throw DriverError.unsupported(
                "queue \(topology.queues[source].name) holds no dead letters of "
                    + topology.queues[destination].name)
        }
        return EmbeddedRedriver(try makeClient(source), to: place)
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
