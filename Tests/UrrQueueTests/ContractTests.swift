import Testing
import UrrPlatform
import UrrQueue

/// The contract of SQS as a table: an operation in a state, and what is expected.
struct ContractTests {
    static let second = nanosecondsPerSecond

    /// A queue with one simulated clock.
    final class Bench {
        let queue: QueueUnderTest
        var now: Nanoseconds = 1_000
        init(_ kind: QueueConfiguration.Kind, _ change: (inout QueueConfiguration) -> Void) throws {
            var configuration = QueueConfiguration(kind)
            configuration.timerResolution = 1
            change(&configuration)
            queue = try QueueUnderTest(configuration)
        }

        @discardableResult
        func send(
            _ body: String, group: String? = "g", id: String? = nil, delay: Nanoseconds? = nil
        ) -> SendResult {
            let isFIFO = queue.core.configuration.kind == .fifo
            return queue.send(
                ReferenceSend(
                    body: Array(body.utf8), group: isFIFO ? group.map { Array($0.utf8) } : nil,
                    deduplication: isFIFO ? Array((id ?? body).utf8) : nil, delay: delay), now: now)
        }

        func receive(_ maximum: Int = 10, timeout: Nanoseconds? = nil) -> [Delivery] {
            queue.receive(maximum: maximum, timeout: timeout, now: now).deliveries
        }

        func bodies(_ maximum: Int = 10) -> [String] {
            receive(maximum).map { String(decoding: $0.body, as: UTF8.self) }
        }

        func delete(_ delivery: Delivery) -> SettleResult {
            queue.core.deleteMessage(delivery.handle, now: now)
        }

        func change(_ delivery: Delivery, _ timeout: Nanoseconds) -> SettleResult {
            queue.core.changeMessageVisibility(delivery.handle, timeout: timeout, now: now)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: QueueConfiguration.Kind
        var change: @Sendable (inout QueueConfiguration) -> Void = { _ in }
        let holds: @Sendable (Bench) -> Bool

        init(
            _ kind: QueueConfiguration.Kind, _ description: String,
            _ change: @escaping @Sendable (inout QueueConfiguration) -> Void = { _ in },
            _ holds: @escaping @Sendable (Bench) -> Bool
        ) {
            testDescription = description
            self.kind = kind
            self.change = change
            self.holds = holds
        }
    }

    @Test(arguments: ContractTests.groups + ContractTests.deduplication + ContractTests.handles)
    func holds(_ entry: Case) throws {
        #expect(entry.holds(try Bench(entry.kind, entry.change)))
    }

    static let groups: [Case] = [
        Case(.fifo, "several of one group in one receive, in order") { bench in
            for body in ["1", "2", "3"] { bench.send(body) }
            return bench.bodies() == ["1", "2", "3"]
        },
        Case(.fifo, "a group with a message in flight is blocked, others go on") { bench in
            for body in ["1", "2"] { bench.send(body) }
            bench.send("x", group: "h")
            return bench.bodies(1) == ["1"] && bench.bodies() == ["x"] && bench.bodies() == []
        },
        Case(.fifo, "a delete frees the group") { bench in
            for body in ["1", "2"] { bench.send(body) }
            return bench.delete(bench.receive(1)[0]) == .done && bench.bodies() == ["2"]
        },
        Case(.fifo, "the timeout frees the group, the message comes first again") { bench in
            for body in ["1", "2"] { bench.send(body) }
            _ = bench.receive(1)
            bench.now += 30 * second - 1
            guard bench.bodies() == [] else { return false }
            bench.now += 1
            return bench.bodies() == ["1", "2"]
        },
        Case(.fifo, "visible messages wait for an earlier one that is in flight") { bench in
            for body in ["1", "2", "3"] { bench.send(body) }
            let found = bench.receive()
            _ = bench.change(found[0], 40 * second)
            bench.now += 35 * second
            guard bench.bodies() == [] else { return false }
            bench.now += 5 * second
            return bench.bodies() == ["1", "2", "3"]
        },
        Case(.fifo, "the in-flight limit gives fewer messages", { $0.inFlightLimit = 2 }) { bench in
            for body in ["1", "2", "3"] { bench.send(body) }
            return bench.bodies() == ["1", "2"] && bench.bodies() == []
        },
        Case(.standard, "a short poll at the in-flight limit", { $0.inFlightLimit = 1 }) { bench in
            for body in ["1", "2"] { bench.send(body) }
            guard bench.bodies() == ["1"] else { return false }
            return bench.queue.receive(now: bench.now).error == .overLimit
                && bench.queue.receive(wait: 1, now: bench.now).error == nil
        },
        Case(.fifo, "the delay of the queue", { $0.delay = 5 * second }) { bench in
            bench.send("1")
            guard bench.bodies() == [] else { return false }
            bench.now += 5 * second
            return bench.bodies() == ["1"]
        },
        Case(.standard, "the delay of a message does not hold up others") { bench in
            bench.send("late", delay: 900 * second)
            bench.send("now")
            guard bench.bodies() == ["now"] else { return false }
            bench.now += 900 * second
            return bench.bodies() == ["now", "late"]
        },
        Case(.fifo, "retention", { $0.retention = 60 * second }) { bench in
            bench.send("1")
            bench.now += 60 * second - 1
            bench.send("2", group: "h")
            bench.now += 1
            return bench.bodies() == ["2"]
                && bench.queue.core.attributes(now: bench.now).totals.expired == 1
        },
    ]

    static let deduplication: [Case] = [
        Case(.fifo, "a duplicate is accepted, named after the first, and not stored") { bench in
            let first = bench.send("1", id: "x")
            let again = bench.send("2", id: "x")
            return again.isDuplicate && again.sequence == first.sequence && bench.bodies() == ["1"]
        },
        Case(.fifo, "also after the first copy was deleted") { bench in
            bench.send("1", id: "x")
            return bench.delete(bench.receive()[0]) == .done && bench.send("2", id: "x").isDuplicate
        },
        Case(.fifo, "until the window is over, to the nanosecond") { bench in
            bench.send("1", id: "x")
            bench.now += 300 * second - 1
            guard bench.send("2", id: "x").isDuplicate else { return false }
            bench.now += 1
            return !bench.send("3", id: "x").isDuplicate
        },
        Case(.fifo, "also after a purge") { bench in
            bench.send("1", id: "x")
            return bench.queue.core.purge(now: bench.now) == nil
                && bench.send("2", id: "x").isDuplicate
        },
        Case(.fifo, "by group", { $0.deduplicationScope = .messageGroup }) { bench in
            bench.send("1", group: "g", id: "x")
            return !bench.send("2", group: "h", id: "x").isDuplicate
                && bench.send("3", group: "h", id: "x").isDuplicate
        },
    ]

    static let handles: [Case] = [
        Case(.fifo, "a stale handle cannot delete a redelivered message") { bench in
            bench.send("1")
            let stale = bench.receive()[0]
            bench.now += 30 * second
            let expired = bench.delete(stale) == .failed(.invalidParameterValue)
            _ = bench.receive()
            return expired && bench.delete(stale) == .failed(.invalidParameterValue)
                && bench.queue.core.attributes(now: bench.now).inFlight == 1
        },
        Case(.standard, "nor in a standard queue, where the call succeeds") { bench in
            bench.send("1")
            let stale = bench.receive()[0]
            bench.now += 30 * second
            _ = bench.receive()
            return bench.delete(stale) == .ignored
                && bench.queue.core.attributes(now: bench.now).inFlight == 1
        },
        Case(.standard, "an expired handle deletes where nobody received since") { bench in
            bench.send("1")
            let found = bench.receive()[0]
            bench.now += 30 * second
            return bench.delete(found) == .done && bench.bodies() == []
        },
        Case(.fifo, "a second delete succeeds") { bench in
            bench.send("1")
            let found = bench.receive()[0]
            return bench.delete(found) == .done && bench.delete(found) == .ignored
        },
        Case(.fifo, "visibility of a message that is visible, deleted, or nobody's") { bench in
            bench.send("1")
            let found = bench.receive()[0]
            guard bench.change(found, 0) == .done,
                bench.change(found, 1) == .failed(.messageNotInflight)
            else { return false }
            let again = bench.receive()[0]
            _ = bench.delete(again)
            let random = ReceiptHandle(rawValue: 12345)
            return bench.change(again, 1) == .failed(.invalidParameterValue)
                && bench.queue.core.changeMessageVisibility(random, timeout: 1, now: bench.now)
                    == .failed(.receiptHandleIsInvalid)
        },
        Case(.fifo, "no more than twelve hours from the receive") { bench in
            bench.send("1")
            let found = bench.receive()[0]
            bench.now += second
            return bench.change(found, 43_200 * second) == .failed(.invalidParameterValue)
                && bench.change(found, 43_199 * second) == .done
        },
        Case(.fifo, "a purge within a minute of another") { bench in
            guard bench.queue.core.purge(now: bench.now) == nil else { return false }
            bench.now += 60 * second - 1
            guard bench.queue.core.purge(now: bench.now) == .purgeQueueInProgress else {
                return false
            }
            bench.now += 1
            return bench.queue.core.purge(now: bench.now) == nil
        },
        Case(.fifo, "a queue that was shut") { bench in
            bench.queue.core.shut()
            return bench.send("1").error == .queueDoesNotExist
                && bench.queue.receive(now: bench.now).error == .queueDoesNotExist
        },
    ]
}
