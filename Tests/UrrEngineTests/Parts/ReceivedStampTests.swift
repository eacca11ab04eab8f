import Testing
import UrrDriver
import UrrMeasure
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// A poll over several partitions takes time, and the target goes on meanwhile.
struct ReceivedStampTests {
    /// Shows the next instant of a list each time it is read, the last one for ever.
    private struct ScriptedClock: MonotonicClock {
        nonisolated(unsafe) let instants: UnsafeMutablePointer<[Nanoseconds]>

        func now() -> Nanoseconds {
            instants.pointee.count > 1 ? instants.pointee.removeFirst() : instants.pointee[0]
        }
    }

    /// A message of producer 0 as the engine would have sent it.
    private func message(sent: Nanoseconds) -> MemoryLog.Record {
        let header = TraceHeader(
            intended: sent, sent: sent, sequence: 0, keyIndex: 0, producer: 0, segment: 1,
            runTag: 7)
        let bytes = [UInt8](unsafeUninitializedCapacity: TraceHeader.byteCount) { buffer, count in
            header.write(to: buffer.baseAddress!)
            count = TraceHeader.byteCount
        }
        return MemoryLog.Record(payload: bytes, sentAt: sent)
    }

    /// The consumer reads the clock at 150 when the first partition's message is there. The second
    /// one's was sent at 200: it cannot have been received at 150.
    @Test func noMessageIsReceivedBeforeItWasSent() throws {
        var scenario = Scenario()
        scenario.topics = [Scenario.topic("events", partitions: 2)]
        var plan = try scenario.plan()
        plan.lagInterval = nanosecondsPerSecond
        let manual = ManualClock()
        defer { manual.deallocate() }
        let driver = MemoryDriver<OnFlush>(clock: manual)
        try driver.provision(plan.topology)
        for (partition, sent) in [(0, 100), (1, 200)] as [(Int, Nanoseconds)] {
            let log = driver.logs[TopicPartition(topic: 0, partition: partition)]!
            log.append(message(sent: sent), fault: .none)
            log.visible = 1
        }
        let instants = UnsafeMutablePointer<[Nanoseconds]>.allocate(capacity: 1)
        // Start of the round; first message; begin of its segment; end of the first part; second
        // message; end.
        instants.initialize(to: [120, 145, 150, 240, 250, 300])
        defer {
            instants.deinitialize(count: 1)
            instants.deallocate()
        }
        let banks = try (0..<2).map { _ in
            try ConsumerBank(groups: 1, segments: 2, lagCapacity: 8)
        }
        defer { banks.forEach { $0.deallocate() } }
        let recorder = IntervalRecorder(banks[0], banks[1])
        let consumer = try driver.makeConsumer(group: 0, member: 0)
        let tracker = SequenceTracker(partitions: 2, producers: 1)
        let book = GroupBook(plan.partitions(ofGroup: 0)) { _ in 0 }
        var loop = ConsumerLoop<MemoryDriver<OnFlush>, ScriptedClock>(
            worker: 0, plan: plan, clock: ScriptedClock(instants: instants), simulated: true,
            control: RunControl(workers: 1), recorder: recorder, driver: driver,
            endpoints: [ConsumerEndpoint(group: 0, member: 0, consumer: consumer)],
            trackers: [tracker], books: [book], receivers: [], ledgers: [],
            redrives: RedriveSchedule(),
            filler: Filler(seed: 1, byteCount: 1),
            measurement: SelfMeasurement(
                report: WorkerReport(role: .consumer, number: 0, cpu: nil), probe: .none),
            followUps: FollowUpEndpoints(endpoints: [], sequences: [], recorder: nil))
        let work = loop.step()
        #expect(work == 2)
        let bank = recorder.active.pointee
        try bank.latency(.queueing, group: 0, segment: 1).expect([150 - 100, 250 - 200])
        try bank.latency(.service, group: 0, segment: 1).expect([240 - 150, 300 - 250])
        try bank.latency(.endToEnd, group: 0, segment: 1).expect([240 - 100, 300 - 200])
        #expect(bank.tallies[0].handled == 2)
        withExtendedLifetime((consumer, tracker, book)) {}
    }
}
