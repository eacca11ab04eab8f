import UrrPlatform
import UrrQueue

/// Send, receive and delete on a FIFO queue that holds a number of messages already, in a steady
/// state: as many leave as come, and as many ids are forgotten as are remembered.
///
/// One thread does all three in turn with the core, or producers and consumers do it through a
/// shared queue. Every message goes to a group that looks random; the receiver checks each group's
/// order, and after the measured part everything that is left is received and checked too.
struct QueueCase: CoreCase {
    let size = MessageSize.bytes64
    /// Messages of one call.
    let batch: Int
    let groups: Int
    let deduplicates: Bool
    /// Messages that the queue holds all the time.
    let retained: Int
    /// Producers, and as many consumers; 0 where one thread does everything.
    var pairs = 0

    var name: String {
        let who = pairs == 0 ? "1t" : "\(pairs)-\(pairs)"
        return "queue-\(who)-b\(batch)-g\(Self.short(groups))-r\(Self.short(retained))"
            + (deduplicates ? "-dedup" : "-plain")
    }

    /// A round number with k or M.
    static func short(_ count: Int) -> String {
        if count >= 1_000_000 { return "\(count / 1_000_000)M" }
        return count >= 1000 ? "\(count / 1000)k" : "\(count)"
    }

    var summary: String {
        let who = pairs == 0 ? "1 thread" : "\(pairs) to \(pairs) threads"
        return "send, receive, delete: \(who), \(batch) a call, \(groups) groups,"
            + " \(retained) retained" + (deduplicates ? ", 1M ids remembered" : "")
    }

    var floor: String? { QueueFloorCase(batch: batch, groups: groups).name }

    func rounded(_ wanted: UInt64) -> UInt64 {
        let step = UInt64(batch * max(1, pairs))
        return max(1, wanted / step) * step
    }

    /// What a trial of this case keeps in the queue: less where it is only to be seen to work.
    func plan(isSmoke: Bool) -> QueuePlan {
        let most = isSmoke ? 500 : Int.max
        return QueuePlan(
            groups: groups, retained: min(retained, most),
            rememberedIDs: deduplicates ? min(1_000_000, most) : 0, streams: max(1, pairs))
    }

    func measure(_ request: TrialRequest) throws -> TrialMeasurement {
        let plan = plan(isSmoke: request.isSmoke)
        return pairs == 0 ? try alone(plan, request) : try together(plan, request)
    }

    private func alone(_ plan: QueuePlan, _ request: TrialRequest) throws -> TrialMeasurement {
        let probe = QueueMemoryProbe(request.allocations)
        let core = try QueueCore(plan.configuration())
        let access = CoreAccess(core: core)
        let sender = QueueSender(plan, stream: 0, batch: batch)
        let receiver = QueueReceiver(plan, batch: batch, tamper: request.tamper)
        prepare(access, plan, [sender], receiver)
        let memory = probe.figures(core, plan)
        let count = request.messages
        let reports = try Team.run(
            request,
            [
                Team.Member(cpu: request.cpu(second: false)) {
                    QueueCycle.run(access, sender, receiver, count)
                }
            ])
        receiver.drain(access)
        return measurement(reports, plan, [sender], [receiver], memory)
    }

    private func together(_ plan: QueuePlan, _ request: TrialRequest) throws -> TrialMeasurement {
        let probe = QueueMemoryProbe(request.allocations)
        let queue = SharedQueue(try QueueCore(plan.configuration()), clientCount: 2 * pairs)
        let clients = try (0..<2 * pairs).map { ClientAccess(client: try queue.client($0)) }
        let senders = (0..<pairs).map { QueueSender(plan, stream: $0, batch: batch) }
        let order = GroupOrder(plan)
        // One alone, or two receivers could make up for each other's wrong sums.
        let receivers = (0..<pairs).map {
            QueueReceiver(plan, batch: batch, order, tamper: $0 == 0 ? request.tamper : nil)
        }
        prepare(clients[0], plan, senders, receivers[0])
        let memory = probe.figures(queue.core, plan)
        let flow = QueueFlow(consumers: pairs)
        let each = request.messages / UInt64(pairs)
        let patience = request.patience(pauses: 1, sharesProcessor: pairs > 1)
        var members: [Team.Member] = []
        for number in 0..<pairs {
            let (producer, consumer) = (clients[number], clients[pairs + number])
            let (sender, receiver) = (senders[number], receivers[number])
            members.append(
                Team.Member(cpu: request.cpu(second: false)) {
                    QueueCycle.produce(producer, sender, each, flow, patience)
                })
            members.append(
                Team.Member(cpu: request.cpu(second: true)) {
                    QueueCycle.consume(consumer, receiver, each, flow, number, patience)
                })
        }
        let reports = try Team.run(request, members)
        receivers[0].drain(clients[0])
        return withExtendedLifetime(queue) {
            measurement(reports, plan, senders, receivers, memory)
        }
    }

    /// Brings the queue into its steady state: the messages and the ids that it holds from then on,
    /// all messages replaced once, so that records and bodies lie as they do after a long time.
    private func prepare<Access: QueueAccess>(
        _ access: Access, _ plan: QueuePlan, _ senders: [QueueSender], _ receiver: QueueReceiver
    ) {
        let total = UInt64(plan.retained + plan.turnover)
        var sent: UInt64 = 0
        while sent < total {
            // In turns, so that the time of the queue goes as evenly as later on.
            for sender in senders where sent < total {
                let count = min(UInt64(batch), total - sent)
                sender.sendBatch(access, Int(count))
                sent += count
                if sent > UInt64(plan.retained) { _ = receiver.receiveBatch(access, sender.now) }
            }
        }
    }

    private func measurement(
        _ reports: [Team.Report], _ plan: QueuePlan, _ senders: [QueueSender],
        _ receivers: [QueueReceiver], _ memory: QueueMemoryFigures
    ) -> TrialMeasurement {
        let prepared = UInt64(plan.retained + plan.turnover)
        let messages = senders.reduce(0) { $0 + $1.sent } - prepared
        var result = reports.measurement(
            messages: messages, byteCount: size.rawValue, sharesProcessors: pairs > 1,
            defect: defect(senders, receivers))
        result.memory = memory
        return result
    }

    private func defect(_ senders: [QueueSender], _ receivers: [QueueReceiver]) -> String? {
        if senders.contains(where: { $0.refused > 0 }) { return "a message was refused" }
        var seen = ReadTally()
        for receiver in receivers {
            if receiver.undeleted > 0 { return "a message could not be deleted" }
            seen.count += receiver.tally.count
            seen.sum &+= receiver.tally.sum
            seen.disorder |= receiver.tally.disorder
        }
        let count = senders.reduce(0) { $0 + $1.sent }
        let sum = senders.reduce(0) { $0 &+ $1.sum }
        return Expectation(tally: ReadTally(count: count, sum: sum, disorder: 0)).defect(seen)
    }
}
