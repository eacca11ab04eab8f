import UrrDriver
import UrrPlatform

/// Another driver, slowed down by a known time for each message that is offered: the slow-down
/// that the detection of regressions is tested with. A run without it has no trace of it, not even
/// a branch: the engine is compiled for each driver by itself.
final class DelayedDriver<Base: MessageDriver>: MessageDriver {
    static var name: String { Base.name }
    static var semantics: DriverSemantics { Base.semantics }

    private let base: Base
    private let delay: Nanoseconds
    private let turns: Int

    /// `base` with `delay` nanoseconds (0 or more) more in each offer.
    init(_ base: Base, delay: Nanoseconds) {
        self.base = base
        self.delay = delay
        turns = DelayLoop.turns(delay)
    }

    func provision(_ topology: Topology) throws(DriverError) { try base.provision(topology) }

    func makeProducer(topic: Int) throws(DriverError) -> DelayedProducer<Base.Producer> {
        DelayedProducer(try base.makeProducer(topic: topic), turns: turns)
    }

    func makeProducer(queue: Int) throws(DriverError) -> DelayedProducer<Base.Producer> {
        DelayedProducer(try base.makeProducer(queue: queue), turns: turns)
    }

    func makeReceiver(
        group: Int, member: Int, thread: Int
    ) throws(DriverError) -> Base.Receiver {
        try base.makeReceiver(group: group, member: member, thread: thread)
    }

    func makeConsumer(group: Int, member: Int) throws(DriverError) -> Base.Consumer {
        try base.makeConsumer(group: group, member: member)
    }

    func makeRedriver(
        from source: Int, to destination: Int
    ) throws(DriverError) -> any QueueRedriver {
        try base.makeRedriver(from: source, to: destination)
    }

    func position(group: Int, of partition: TopicPartition) -> GroupPosition {
        base.position(group: group, of: partition)
    }

    func missed(group: Int, of partition: TopicPartition) -> UInt64 {
        base.missed(group: group, of: partition)
    }

    func appendTime(of partition: TopicPartition, offset: Int64) -> Nanoseconds? {
        base.appendTime(of: partition, offset: offset)
    }

    func depth(queue: Int, now: Nanoseconds) -> QueueDepth { base.depth(queue: queue, now: now) }

    var nextQueueEvent: Nanoseconds? { base.nextQueueEvent }

    func takeOut(queue: Int, now: Nanoseconds, _ body: (UnsafeRawBufferPointer) -> Void) {
        base.takeOut(queue: queue, now: now, body)
    }

    func facts() -> [String: String] {
        base.facts().merging(["setting appendDelay": "\(delay) ns"]) { $1 }
    }

    func teardown() { base.teardown() }
}

/// A producer that idles before each offer.
final class DelayedProducer<Base: MessageProducer>: MessageProducer {
    private let base: Base
    private let turns: Int

    init(_ base: Base, turns: Int) {
        self.base = base
        self.turns = turns
    }

    func offer(
        _ message: OutgoingMessage, _ write: (UnsafeMutableRawPointer) -> Void
    ) -> OfferResult {
        DelayLoop.run(turns)
        return base.offer(message, write)
    }

    func flush(now: Nanoseconds) { base.flush(now: now) }

    func poll(limit: Int, _ body: (Completion) -> Void) -> Int { base.poll(limit: limit, body) }

    func close(deadline: Nanoseconds) throws(DriverError) { try base.close(deadline: deadline) }
}

/// A chain of operations each of which waits for the one before: a time that is shorter than two
/// readings of a clock.
enum DelayLoop {
    /// Turns that take `delay` nanoseconds, calibrated on this processor: the fastest of several
    /// tries, because everything that disturbs makes a try longer.
    static func turns(_ delay: Nanoseconds) -> Int {
        guard delay > 0 else { return 0 }
        let clock = SystemClock()
        let sample = 100_000
        var fastest = Nanoseconds.max
        for _ in 0..<20 {
            let start = clock.now()
            run(sample)
            fastest = min(fastest, clock.now() - start)
        }
        return max(1, Int(Double(delay) * Double(sample) / Double(max(1, fastest))))
    }

    @inline(never)
    static func run(_ turns: Int) {
        // Without the two, processors compute the chain beside what comes before and after it, and
        // ten nanoseconds all but vanish.
        ProcessorBarrier.wait()
        var value: UInt64 = 1
        for turn in 0..<turns {
            value = (value ^ UInt64(truncatingIfNeeded: turn)) &* 0x9e37_79b9_7f4a_7c15
        }
        ProcessorBarrier.wait()
        // All but impossible, and nothing hangs on it; but a result that nobody asks for would let
        // the compiler drop the loop.
        invariant(value != 0x5bd1_e995_5bd1_e995, "the delay loop came to a number of one in 2^64")
    }
}
