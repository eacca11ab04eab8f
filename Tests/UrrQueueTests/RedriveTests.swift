import Testing
import UrrPlatform
import UrrQueue

/// Dead letters and their way back.
struct RedriveTests {
    static func queue(_ kind: QueueConfiguration.Kind = .fifo) throws -> QueueUnderTest {
        var configuration = QueueConfiguration(kind)
        configuration.deduplication = .off
        return try QueueUnderTest(configuration)
    }

    @Test func orderInTheGroupIsKeptThereAndBack() throws {
        let main = try Self.queue()
        let dead = try Self.queue()
        #expect(main.core.setRedrivePolicy(deadLetterQueue: dead.core, maxReceiveCount: 2) == nil)
        for number in 0..<30 {
            let send = ReferenceSend(body: [UInt8(number)], group: [UInt8(65 + number % 3)])
            #expect(main.send(send, now: 0).error == nil)
        }
        // Every message is delivered twice with a timeout of 0, then moved.
        for _ in 0..<6 { #expect(main.receive(timeout: 0, now: 1).deliveries.count == 10) }
        #expect(main.receive(timeout: 0, now: 1).deliveries.isEmpty)
        #expect(main.core.attributes(now: 1).totals.movedOut == 30)
        #expect(dead.core.redrive(now: 1) == QueueCore.RedriveResult(count: 30))
        var last: [[UInt8]: UInt8] = [:]
        for _ in 0..<3 {
            for delivery in main.receive(now: 1).deliveries {
                #expect(delivery.receiveCount == 1)
                #expect(last[delivery.group].map { $0 < delivery.body[0] } ?? true)
                last[delivery.group] = delivery.body[0]
            }
        }
        #expect(main.core.attributes(now: 1).inFlight == 30)
    }

    @Test func selfAndCirclesAreRefused() throws {
        let (first, second, third) = (try Self.queue(), try Self.queue(), try Self.queue())
        func policy(_ from: QueueUnderTest, _ to: QueueUnderTest, _ count: Int = 1) -> QueueError? {
            from.core.setRedrivePolicy(deadLetterQueue: to.core, maxReceiveCount: count)
        }
        #expect(policy(first, first) == .invalidParameterValue)
        #expect(policy(first, second) == nil)
        #expect(policy(second, third) == nil)
        #expect(policy(third, first) == .invalidParameterValue)
        #expect(policy(third, try Self.queue(.standard)) == .invalidParameterValue)
        #expect(policy(third, try Self.queue(), 0) == .invalidParameterValue)
        #expect(policy(third, try Self.queue(), 1001) == .invalidParameterValue)
        #expect(first.core.redrive(now: 0).error == .invalidParameterValue)
        #expect(second.core.redrive(to: second.core, now: 0).error == .invalidParameterValue)
    }
}
