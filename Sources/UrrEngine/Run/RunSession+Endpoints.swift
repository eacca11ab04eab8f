import UrrDriver
import UrrPlatform
import UrrStore

/// What a run gets from its driver and its stores.
struct RunEndpoints<Driver: MessageDriver> {
    /// By worker and producer entry; nil where the worker has no instance of the entry.
    var producers: [[Driver.Producer?]]
    /// By worker.
    var consumers: [[ConsumerEndpoint<Driver.Consumer>]]
    /// By worker.
    var receivers: [[(group: Int, member: Int, receiver: Driver.Receiver)]]
    /// By redrive of the plan.
    var redrivers: [any QueueRedriver]
    /// By consuming worker, for what services publish.
    var followUps: [[(entry: Int, producer: Driver.Producer)]]
    /// Members without a partition, by group.
    var idleMembers: [Int]
    /// By group; nil for those that remember nothing.
    var stores: [(any IdempotencyStore)?]
}

/// Endpoints and stores, made before anything flows.
extension RunSession {
    /// Provisions the target and makes everything that a run needs of it.
    static func endpoints(
        _ plan: RunPlan, _ driver: Driver, _ factory: StoreFactory
    ) throws(RunError) -> RunEndpoints<Driver> {
        let stores = try stores(plan, factory)
        let made: ([[Driver.Producer?]], [[Driver.Consumer]])
        let receivers: [[(group: Int, member: Int, receiver: Driver.Receiver)]]
        var redrivers: [any QueueRedriver] = []
        let followUps: [[(entry: Int, producer: Driver.Producer)]]
        do throws(DriverError) {
            try checkMembership(plan)
            try checkFollowUps(plan)
            try checkPolling(plan)
            try driver.provision(topology(plan))
            made = (try producerEndpoints(plan, driver), try consumers(plan, driver))
            receivers = try self.receivers(plan, driver)
            for redrive in plan.redrives {
                redrivers.append(
                    try driver.makeRedriver(from: redrive.source, to: redrive.destination))
            }
            followUps = try self.followUps(plan, driver)
        } catch {
            throw RunError.driver(error)
        }
        let idle = plan.groups.indices.map { group in
            made.1[group].prefix(plan.groups[group].members).count { $0.assignment.isEmpty }
        }
        do throws(StoreError) {
            return RunEndpoints(
                producers: made.0, consumers: try consumerEndpoints(plan, made.1, stores),
                receivers: receivers, redrivers: redrivers, followUps: followUps,
                idleMembers: idle, stores: stores)
        } catch {
            for store in stores { store?.teardown() }
            throw RunError.store(error)
        }
    }

    /// A driver whose groups are fixed cannot carry faults that make members come and go.
    static func checkMembership(_ plan: RunPlan) throws(DriverError) {
        guard !Driver.semantics.managesMembers,
            let group = plan.groups.first(where: \.isManaged)
        else { return }
        throw DriverError.unsupported(
            "faults: driver \(Driver.name) cannot let members of \(group.name) come and go")
    }

    /// A service publishes before it goes on, so it needs a target that has a message when it is
    /// flushed.
    static func checkFollowUps(_ plan: RunPlan) throws(DriverError) {
        guard let entry = plan.producers.first(where: { $0.followUpOf != nil }),
            entry.answersLater(Driver.self)
        else { return }
        throw DriverError.unsupported(
            "\(entry.name): driver \(Driver.name) answers later, and a service that publishes what "
                + "follows from a message needs the answer at once")
    }

    /// The endpoints as which each consuming worker publishes.
    static func followUps(
        _ plan: RunPlan, _ driver: Driver
    ) throws(DriverError) -> [[(entry: Int, producer: Driver.Producer)]] {
        var rows: [[(entry: Int, producer: Driver.Producer)]] = []
        for worker in 0..<plan.consumerWorkers {
            var row: [(entry: Int, producer: Driver.Producer)] = []
            for entry in plan.followUpEntries(worker: worker) {
                guard let topic = plan.producers[entry].topic else { continue }
                row.append((entry, try driver.makeProducer(topic: topic)))
            }
            rows.append(row)
        }
        return rows
    }

    /// A driver that polls all partitions at once cannot prefer a topic.
    static func checkPolling(_ plan: RunPlan) throws(DriverError) {
        guard !Driver.semantics.selectsLanes,
            let group = plan.groups.first(where: \.remedies.hasPreference)
        else { return }
        throw DriverError.unsupported(
            "polling: driver \(Driver.name) cannot prefer topics for \(group.name)")
    }

    /// The endpoint of each (worker, entry); nil where the worker has no instance of the entry.
    static func producerEndpoints(
        _ plan: RunPlan, _ driver: Driver
    ) throws(DriverError) -> [[Driver.Producer?]] {
        var producers: [[Driver.Producer?]] = []
        for worker in 0..<plan.producerWorkers {
            var row: [Driver.Producer?] = []
            var byTopic: [Int: Driver.Producer] = [:]
            for producer in plan.producers {
                guard plan.carries(producer, worker: worker) else {
                    row.append(nil)
                    continue
                }
                switch producer.destination {
                case .queue(let queue): row.append(try driver.makeProducer(queue: queue))
                case .topic(let topic):
                    if byTopic[topic] == nil || !sharesEndpoints {
                        byTopic[topic] = try driver.makeProducer(topic: topic)
                    }
                    row.append(byTopic[topic])
                }
            }
            producers.append(row)
        }
        return producers
    }

    /// The endpoints of queues' workers, by the thread that carries them.
    static func receivers(
        _ plan: RunPlan, _ driver: Driver
    ) throws(DriverError) -> [[(group: Int, member: Int, receiver: Driver.Receiver)]] {
        var receivers = [[(group: Int, member: Int, receiver: Driver.Receiver)]](
            repeating: [], count: plan.consumerWorkers)
        for (group, groupPlan) in plan.groups.enumerated() where groupPlan.receiving != nil {
            for member in 0..<groupPlan.members {
                let thread = plan.consumerWorker(group: group, member: member)
                let receiver = try driver.makeReceiver(
                    group: group, member: member, thread: thread)
                receivers[thread].append((group, member, receiver))
            }
        }
        return receivers
    }

    /// The books of the queues.
    static func ledgers(_ plan: RunPlan) throws(MemoryError) -> [QueueLedger] {
        var ledgers: [QueueLedger] = []
        for queue in plan.queues {
            ledgers.append(
                try QueueLedger(
                    groups: queue.messageGroups, senders: queue.senders,
                    instances: plan.producerInstances, isFIFO: queue.isFIFO,
                    maxReceiveCount: queue.maxReceiveCount,
                    classes: queue.classes))
        }
        return ledgers
    }

    /// Every group's endpoints, those of members that join later at the end and outside. The groups
    /// are divided: nobody is behind.
    static func consumers(
        _ plan: RunPlan, _ driver: Driver
    ) throws(DriverError) -> [[Driver.Consumer]] {
        var consumers: [[Driver.Consumer]] = []
        for (group, groupPlan) in plan.groups.enumerated() {
            var row: [Driver.Consumer] = []
            guard groupPlan.receiving == nil else {
                consumers.append(row)
                continue
            }
            for member in 0..<groupPlan.members + groupPlan.joiners {
                row.append(try driver.makeConsumer(group: group, member: member))
            }
            if groupPlan.isManaged { settle(Array(row.prefix(groupPlan.members))) }
            consumers.append(row)
        }
        return consumers
    }

    private static func settle(_ members: [Driver.Consumer]) {
        for member in members { member.join() }
        var changed = true
        while changed {
            changed = false
            for member in members where member.isBehind {
                if member.rebalance() { changed = true }
            }
        }
    }

    /// The endpoints by the worker that carries them.
    static func consumerEndpoints(
        _ plan: RunPlan, _ consumers: [[Driver.Consumer]], _ stores: [(any IdempotencyStore)?]
    ) throws(StoreError) -> [[ConsumerEndpoint<Driver.Consumer>]] {
        var endpoints = [[ConsumerEndpoint<Driver.Consumer>]](
            repeating: [], count: plan.consumerWorkers)
        for (group, groupPlan) in plan.groups.enumerated() {
            let order = groupPlan.checksKeyOrder ? KeyOrder(keys: keys(plan, groupPlan)) : nil
            for (member, consumer) in consumers[group].enumerated() {
                var endpoint = ConsumerEndpoint(group: group, member: member, consumer: consumer)
                endpoint.keyOrder = order
                if let store = stores[group] {
                    let capacity = groupPlan.maxPollRecords + groupPlan.concurrency
                    endpoint.effects = EffectGate(
                        try store.makeSession(scope: groupPlan.name),
                        isExternal: groupPlan.idempotency?.store != .memory, capacity: capacity)
                }
                endpoints[plan.consumerWorker(group: group, member: member)].append(endpoint)
            }
        }
        return endpoints
    }

    /// Different keys of the messages that a group reads.
    private static func keys(_ plan: RunPlan, _ group: GroupPlan) -> Int {
        let feeding = plan.producers.filter { producer in
            producer.topic.map { group.topics.contains($0) } ?? false
        }
        return feeding.map(\.keyCount).max() ?? 1
    }

    /// The store of each group that has one, ready.
    static func stores(
        _ plan: RunPlan, _ factory: StoreFactory
    ) throws(RunError) -> [(any IdempotencyStore)?] {
        var stores: [(any IdempotencyStore)?] = []
        do throws(StoreError) {
            for group in plan.groups {
                guard let spec = group.idempotency else {
                    stores.append(nil)
                    continue
                }
                let store = try factory.make(spec)
                try store.provision(run: "\(plan.runTag)")
                stores.append(store)
            }
        } catch {
            for store in stores { store?.teardown() }
            throw RunError.store(error)
        }
        return stores
    }
}
