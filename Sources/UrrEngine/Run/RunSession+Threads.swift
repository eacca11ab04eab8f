import Glibc
import UrrDriver
import UrrMeasure
import UrrPlatform

extension RunSession {
    /// Runs the plan on real threads, in real time. The calling thread directs and collects.
    @inlinable
    public func run() throws(RunError) -> RunOutcome {
        var threads: [PinnedThread] = []
        do {
            for worker in 0..<plan.producerWorkers {
                threads.append(
                    try PinnedThread(name: "producer-\(worker)", cpu: cpu(of: worker)) {
                        self.runProducer(worker)
                    })
            }
            for worker in 0..<plan.consumerWorkers {
                let cpu = cpu(of: plan.producerWorkers + worker)
                threads.append(
                    try PinnedThread(name: "consumer-\(worker)", cpu: cpu) {
                        self.runConsumer(worker)
                    })
            }
        } catch {
            // Threads that did start wait for a state: give them the last one.
            control.enter(.stop, at: clock.now())
            for thread in threads { thread.join() }
            throw RunError.thread(error)
        }
        let director = direct()
        for thread in threads { thread.join() }
        return finish(director, simulated: false)
    }

    @usableFromInline
    func cpu(of worker: Int) -> Int? { reports[worker].cpu }

    @inlinable
    func runProducer(_ worker: Int) {
        var loop = makeProducerLoop(worker, simulated: false)
        var idle = plan.idle
        while loop.state != .stop {
            if loop.step() == 0 { idle.idle() } else { idle.reset() }
        }
        keepReport(ofProducer: loop)
    }

    @inlinable
    func runConsumer(_ worker: Int) {
        var loop = makeConsumerLoop(worker, simulated: false)
        var idle = plan.idle
        while loop.state != .stop {
            if loop.step() == 0 { idle.idle() } else { idle.reset() }
        }
        keepReport(ofConsumer: loop)
    }

    /// Leads the run from its first state to its last and collects once a second.
    @usableFromInline
    func direct() -> Director {
        var director = Director(plan: plan, control: control, lead: 10_000_000)
        let view = SessionView(session: self)
        var wake = director.advance(now: clock.now(), view: view)
        collector.begin(at: director.origin)
        var nextCollection = collectionInstant(after: clock.now(), director)
        while director.state != .stop {
            // Short sleeps, so that an interrupt is seen soon.
            let target = min(wake, nextCollection, clock.now() + 50_000_000)
            sleep(until: target)
            if observer?.isInterrupted == true { director.interrupt(now: clock.now()) }
            let now = clock.now()
            if now >= wake {
                let before = director.state
                wake = director.advance(now: now, view: view)
                if director.state != before {
                    // The rows of a phase end with it.
                    if director.state != .stop { collect(director, as: before) }
                    nextCollection = collectionInstant(after: now, director)
                }
            }
            if now >= nextCollection, director.state != .stop {
                collect(director, as: director.state)
                nextCollection = collectionInstant(after: clock.now(), director)
            }
        }
        return director
    }

    /// The next whole second of the phase.
    func collectionInstant(after now: Nanoseconds, _ director: Director) -> Nanoseconds {
        let origin =
            director.timeline.measureStart > 0
            ? director.timeline.measureStart : director.timeline.warmupStart
        guard now >= origin else { return origin + nanosecondsPerSecond }
        return origin + ((now - origin) / nanosecondsPerSecond + 1) * nanosecondsPerSecond
    }

    /// Takes an interval off the workers' hands. A worker that does not answer within 100 ms is
    /// stalled; its records then come with the next interval.
    private func collect(_ director: Director, as state: RunState) {
        collector.ask()
        let deadline = clock.now() + 100_000_000
        while !collector.isReady, clock.now() < deadline { sleep(until: clock.now() + 100_000) }
        guard collector.isReady else { return }
        collector.collect(
            now: clock.now(), state: state, measureStart: director.measureStart)
    }

    private func sleep(until instant: Nanoseconds) {
        let rest = instant - clock.now()
        guard rest > 0 else { return }
        var time = timespec(
            tv_sec: Int(rest / nanosecondsPerSecond), tv_nsec: Int(rest % nanosecondsPerSecond))
        nanosleep(&time, nil)
    }
}

/// What the director sees of a session.
struct SessionView<Driver: MessageDriver, Clock: MonotonicClock>: RunView {
    let session: RunSession<Driver, Clock>

    func producersHaveFinished(_ state: RunState) -> Bool {
        (0..<session.plan.producerWorkers).allSatisfy {
            session.control.hasFinished(worker: $0, state: state)
        }
    }

    func uncommitted() -> Int64 {
        var sum: Int64 = 0
        for group in session.plan.groups.indices {
            for partition in session.plan.partitions(ofGroup: group) {
                let position = session.driver.position(group: group, of: partition)
                sum += position.endOffset - position.committedOffset
            }
        }
        let now = session.clock.now()
        for queue in session.plan.queues.indices
        where session.plan.firstGroup(reading: queue) != nil {
            sum += session.driver.depth(queue: queue, now: now).retained
        }
        return sum
    }

    func isHolding() -> Bool { session.control.isHolding }

    var publishesFollowUps: Bool {
        session.plan.firstFollowUpInstance < session.plan.producerInstances
    }
}
