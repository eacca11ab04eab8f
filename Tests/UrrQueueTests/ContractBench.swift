import Foundation
import Testing
import UrrPlatform
import UrrQueue

/// The queues of one case of the contract, with one simulated clock. Answers and what is expected
/// are compared as text, so that all kinds of steps are alike.
final class ContractBench {
    private var queues: [String: QueueUnderTest] = [:]
    private var now: Nanoseconds = 1_000
    private var handles: [String: ReceiptHandle] = ["random": ReceiptHandle(rawValue: 12345)]
    private var madeUp = 0

    init(_ fields: [String: Any]) throws {
        let kind: QueueConfiguration.Kind = fields["kind"] as? String == "fifo" ? .fifo : .standard
        var configuration = QueueConfiguration(kind)
        configuration.timerResolution = 1
        Self.apply(fields["attributes"] as? [String: Any] ?? [:], to: &configuration)
        queues["main"] = try QueueUnderTest(configuration)
        queues["other"] = try QueueUnderTest(configuration)
        queues["otherKind"] = try QueueUnderTest(
            QueueConfiguration(kind == .fifo ? .standard : .fifo))
        if let dead = fields["deadLetter"] as? [String: Any] {
            queues["dead"] = try QueueUnderTest(configuration)
            #expect(policy("dead", dead["maxReceiveCount"] as? Int ?? 0) == "done")
        }
    }

    private static func apply(
        _ attributes: [String: Any], to configuration: inout QueueConfiguration
    ) {
        func seconds(_ name: String) -> Nanoseconds? {
            (attributes[name] as? Int).map { Nanoseconds($0) * nanosecondsPerSecond }
        }
        configuration.visibilityTimeout = seconds("VisibilityTimeout") ?? 30_000_000_000
        configuration.delay = seconds("DelaySeconds") ?? 0
        configuration.retention =
            seconds("MessageRetentionPeriod") ?? configuration.retention
        if attributes["ContentBasedDeduplication"] != nil {
            configuration.deduplication = .byContent
        }
        if attributes["DeduplicationScope"] != nil {
            configuration.deduplicationScope = .messageGroup
        }
        if let size = attributes["MaximumMessageSize"] as? Int {
            configuration.maximumMessageSize = size
        }
        if let limit = attributes["inFlightLimit"] as? Int { configuration.inFlightLimit = limit }
    }

    /// Does one step; the answer, and what was expected.
    func perform(_ step: [String: Any]) throws -> (answer: String, expected: String) {
        let queue = try #require(queues[step["queue"] as? String ?? "main"])
        let expected = Self.text(step["expect"] ?? "done")
        if let entry = step["send"] as? [String: Any] {
            return (Self.text(queue.send(message(entry, queue), now: now)), expected)
        }
        if let entries = step["sendBatch"] as? [[String: Any]] {
            return (sendBatch(entries, queue), expected)
        }
        if let request = step["receive"] as? [String: Any] {
            return (receive(request, queue, step["as"] as? String), expected)
        }
        if let seconds = step["advance"] as? Double {
            now += Nanoseconds((seconds * 1e9).rounded())
            return ("done", expected)
        }
        if let attributes = step["attributes"] as? [String: Int] {
            return (self.attributes(queue, attributes.keys), Self.text(attributes))
        }
        return (try settle(step, queue), expected)
    }

    private func settle(_ step: [String: Any], _ queue: QueueUnderTest) throws -> String {
        if let name = step["delete"] as? String {
            return Self.text(queue.core.deleteMessage(try handle(name), now: now))
        }
        if let names = step["deleteBatch"] as? [String] {
            let entries = try names.enumerated().map {
                SettleEntry(id: UInt64($0.offset), handle: try handle($0.element))
            }
            let (error, results) = queue.delete(batch: entries, now: now)
            return error.map { $0.code } ?? Self.list(results.map { Self.text($0) })
        }
        if let change = step["change"] as? [String: Any] {
            let timeout = change["timeout"] as? Int ?? 0
            return Self.text(
                queue.core.changeMessageVisibility(
                    try handle(change["handle"] as? String ?? ""),
                    timeout: Nanoseconds(timeout) * nanosecondsPerSecond, now: now))
        }
        if let changes = step["changeBatch"] as? [[Any]] {
            let entries = try changes.enumerated().map { number, change in
                SettleEntry(
                    id: UInt64(number), handle: try handle(change[0] as? String ?? ""),
                    visibilityTimeout: Nanoseconds(change[1] as? Int ?? 0) * nanosecondsPerSecond)
            }
            let (error, results) = queue.change(batch: entries, now: now)
            return error.map { $0.code } ?? Self.list(results.map { Self.text($0) })
        }
        return try administer(step, queue)
    }

    private func administer(_ step: [String: Any], _ queue: QueueUnderTest) throws -> String {
        if step["purge"] != nil { return queue.core.purge(now: now)?.code ?? "done" }
        if step["shut"] != nil {
            queue.core.shut()
            return "done"
        }
        if let names = step["same"] as? [String] {
            return try handle(names[0]) == handle(names[1]) ? "done" : "other handles"
        }
        if step["redrive"] != nil {
            let result = try #require(queues["dead"]).core.redrive(now: now)
            return result.error?.code ?? "\(result.count)"
        }
        if let policy = step["policy"] as? [String: Any] {
            return self.policy(
                policy["to"] as? String ?? "", policy["maxReceiveCount"] as? Int ?? 0)
        }
        return "unknown step"
    }

    private func policy(_ name: String, _ count: Int) -> String {
        guard let queue = queues["main"], let target = queues[name] else { return "no queue" }
        return queue.core.setRedrivePolicy(deadLetterQueue: target.core, maxReceiveCount: count)?
            .code ?? "done"
    }

    private func message(_ entry: [String: Any], _ queue: QueueUnderTest) -> ReferenceSend {
        let isFIFO = queue.core.configuration.kind == .fifo
        var id = entry["id"] as? String
        if id == nil, isFIFO {
            madeUp += 1
            id = "made-up-\(madeUp)"
        }
        let length = entry["bytes"] as? Int
        return ReferenceSend(
            id: 0,
            body: length.map { [UInt8](repeating: 120, count: $0) }
                ?? Array((entry["body"] as? String ?? "").utf8),
            group: (entry["group"] as? String).map { Array($0.utf8) },
            deduplication: id == "" ? nil : id.map { Array($0.utf8) },
            delay: (entry["delay"] as? Int).map { Nanoseconds($0) * nanosecondsPerSecond })
    }

    private func sendBatch(_ entries: [[String: Any]], _ queue: QueueUnderTest) -> String {
        var numbers: [String: UInt64] = [:]
        let batch = entries.map { entry in
            var send = message(entry, queue)
            let name = entry["entry"] as? String ?? ""
            send.id = numbers[name] ?? UInt64(numbers.count)
            numbers[name] = send.id
            return send
        }
        let (error, results) = queue.send(batch: batch, now: now)
        return error.map { $0.code } ?? Self.list(results.map { Self.text($0) })
    }

    private func receive(
        _ request: [String: Any], _ queue: QueueUnderTest, _ name: String?
    ) -> String {
        func seconds(_ key: String) -> Nanoseconds? {
            (request[key] as? Int).map { Nanoseconds($0) * nanosecondsPerSecond }
        }
        let (error, found) = queue.receive(
            maximum: request["max"] as? Int ?? 10, timeout: seconds("timeout"),
            wait: seconds("wait") ?? 0,
            attempt: (request["attempt"] as? String).map { Array($0.utf8) },
            now: now)
        if let error { return error.code }
        for (number, delivery) in found.enumerated() {
            if let name { handles["\(name).\(number)"] = delivery.handle }
        }
        return Self.list(found.map { String(decoding: $0.body, as: UTF8.self) })
    }

    private func attributes(
        _ queue: QueueUnderTest, _ names: some Sequence<String>
    ) -> String {
        let found = queue.core.attributes(now: now)
        var values: [String: Int] = [:]
        for name in names {
            switch name {
            case "visible": values[name] = found.visible
            case "inFlight": values[name] = found.inFlight
            case "delayed": values[name] = found.delayed
            default: values[name] = Int(found.oldestAge / nanosecondsPerSecond)
            }
        }
        return Self.text(values)
    }

    private func handle(_ name: String) throws -> ReceiptHandle { try #require(handles[name]) }

    private static func list(_ texts: [String]) -> String { texts.joined(separator: ", ") }

    private static func text(_ expected: Any) -> String {
        if let values = expected as? [String] { return list(values) }
        if let values = expected as? [String: Int] {
            return list(values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
        }
        return "\(expected)"
    }

    private static func text(_ result: SendResult) -> String {
        result.error?.code ?? (result.isDuplicate ? "duplicate" : "stored")
    }

    private static func text(_ result: SettleResult) -> String {
        switch result {
        case .done: "done"
        case .ignored: "ignored"
        case .failed(let error): error.code
        }
    }
}
