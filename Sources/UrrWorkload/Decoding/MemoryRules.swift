import UrrPlatform

extension WorkloadSpec {
    /// Memory that the logs of all partitions and full queues take, in bytes, indexes included;
    /// `Int.max` where the sum exceeds it.
    public var logBytes: Int {
        var total = 0.0
        for topic in topics {
            let partition =
                Double(topic.capacityBytes)
                + Double(topic.records) * Double(WorkloadLimits.recordIndexBytes)
            total += Double(topic.partitions) * partition
        }
        for queue in queues { total += queue.memoryBytes }
        return Int(clampingRounded: total)
    }

    /// Memory beside the logs whose size the workload sets: books of what was sent and delivered,
    /// keys, stores, records of failed sends. Bytes, about; `Int.max` where the sum exceeds it.
    public var bookBytes: Int {
        Int(clampingRounded: bookShares.reduce(0) { $0 + $1.bytes })
    }

    /// The logs and the books have to fit into the memory that there is.
    func memoryProblems(availableBytes: Int) -> [WorkloadProblem] {
        let bytes = logBytes
        guard bytes <= availableBytes else {
            return [
                WorkloadProblem(
                    JSONPath([.key(topics.isEmpty ? "queues" : "topics")]),
                    "the logs\(queues.isEmpty ? "" : " and queues") must fit into the \(availableBytes) bytes of available memory",
                    got: "\(bytes) bytes")
            ]
        }
        let books = bookBytes
        guard books > availableBytes - bytes,
            let largest = bookShares.max(by: { $0.bytes < $1.bytes })
        else { return [] }
        return [
            WorkloadProblem(
                largest.path,
                "\(largest.what) and whatever else a run keeps must fit into the "
                    + "\(availableBytes - bytes) bytes of available memory"
                    + (bytes > 0 ? " that the logs leave" : ""),
                got: "\(books) bytes, \(Int(clampingRounded: largest.bytes)) of them here")
        ]
    }

    /// A part of the memory beside the logs, and what sets its size.
    private struct BookShare {
        var path: JSONPath
        var what: String
        var bytes: Double
    }

    /// Bytes of a zipf table's key: the column, its hash and what building it takes.
    private static let zipfKeyBytes = 40.0
    /// Bytes of a key of any other distribution: its hash.
    private static let keyBytes = 8.0
    /// Bytes of a place of a closed loop: when it may send again, and what is under way in it.
    private static let windowBytes = 90.0
    /// Bytes of a key in a store in memory: an entry and two to four slots.
    private static let rememberedBytes = 40.0
    /// Bytes of a repeat that waits: a record of 56, its place and its timer, and half as many more.
    private static let repeatBytes = 120.0
    /// Bytes of a failed send that waits.
    private static let fallbackBytes = 24.0

    private var bookShares: [BookShare] { producerShares + groupShares }

    private var producerShares: [BookShare] {
        producers.enumerated().flatMap { index, producer in
            let path = JSONPath([.key("producers"), .index(index)])
            let instances = Double(producer.instances)
            let streams: Double
            switch producer.target {
            case .topic(let index):
                streams = topics.indices.contains(index) ? Double(topics[index].partitions) : 0
            case .queue: streams = Double(max(1, producer.keys.cardinality))
            }
            var isZipf = false
            if case .zipf = producer.keys { isZipf = true }
            var shares = [
                BookShare(
                    path: path.appending("keys"), what: "the keys",
                    bytes: Double(producer.keys.cardinality)
                        * (isZipf ? Self.zipfKeyBytes : Self.keyBytes)),
                BookShare(
                    path: path.appending("instances"),
                    what: "a sequence number for each instance and partition or message group",
                    bytes: instances * max(16, streams) * 8),
            ]
            if let loop = producer.arrivals.closedLoop {
                shares.append(
                    BookShare(
                        path: path.appending("arrivals"), what: "the messages in flight",
                        bytes: instances * Double(loop.inFlight) * Self.windowBytes))
            }
            if producer.duplicates != nil {
                shares.append(
                    BookShare(
                        path: path.appending("duplicates"), what: "the repeats that wait",
                        bytes: waitingRepeats(of: producer) * Self.repeatBytes))
            }
            if let fallback = producer.fallback {
                let workers = Double(self.workers.producers ?? 1)
                shares.append(
                    BookShare(
                        path: path.appending("fallback"), what: "the records of failed sends",
                        bytes: workers
                            * (Double(fallback.records) * Self.fallbackBytes
                                + instances * streams * 8)))
            }
            return shares
        }
    }

    private var groupShares: [BookShare] {
        let instances = Double(producers.reduce(0) { $0 + $1.instances })
        let keys = Double(producers.map(\.keys.cardinality).max() ?? 0)
        return consumers.enumerated().flatMap { index, group in
            let path = JSONPath([.key("consumers"), .index(index)])
            let partitions = group.topicIndexes.filter(topics.indices.contains).reduce(0.0) {
                $0 + Double(topics[$1].partitions)
            }
            var shares = [
                BookShare(
                    path: path,
                    what: "a sequence number for each partition and producer instance",
                    bytes: partitions * max(16, instances) * 8)
            ]
            if group.order == .key {
                shares.append(
                    BookShare(
                        path: path.appending("order"), what: "a time for each key",
                        bytes: keys * 8))
            }
            if group.receiving != nil {
                shares.append(
                    BookShare(
                        path: path.appending("from"), what: "a row for each message group",
                        bytes: keys * (4 + 2 * instances) * 8))
            }
            if let store = group.idempotency, store.store == .memory {
                shares.append(
                    BookShare(
                        path: path.appending("idempotency"), what: "the keys of the store",
                        bytes: Double(store.capacity) * Self.rememberedBytes))
            }
            return shares
        }
    }
}

extension Int {
    /// The whole number next to `value`, which is not negative; `Int.max` where that does not fit.
    fileprivate init(clampingRounded value: Double) {
        self = Int(exactly: value.rounded()) ?? .max
    }
}
