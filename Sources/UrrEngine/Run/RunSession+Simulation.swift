import UrrDriver
import UrrMeasure
import UrrPlatform

extension RunSession where Clock == ManualClock {
    /// Runs the plan in virtual time on the calling thread: the same loops, stepped where they have
    /// something to do; where none has, the clock jumps to the next instant at which one has. The
    /// same seed gives the same outcome, to the last nanosecond.
    @inlinable
    public func simulate() throws(RunError) -> RunOutcome {
        let producers = UnsafeMutablePointer<ProducerLoop<Driver, Clock>>.allocate(
            capacity: plan.producerWorkers)
        let consumers = UnsafeMutablePointer<ConsumerLoop<Driver, Clock>>.allocate(
            capacity: plan.consumerWorkers)
        for worker in 0..<plan.producerWorkers {
            (producers + worker).initialize(to: makeProducerLoop(worker, simulated: true))
        }
        for worker in 0..<plan.consumerWorkers {
            (consumers + worker).initialize(to: makeConsumerLoop(worker, simulated: true))
        }
        defer {
            producers.deinitialize(count: plan.producerWorkers)
            producers.deallocate()
            consumers.deinitialize(count: plan.consumerWorkers)
            consumers.deallocate()
        }
        let direction = try step(producers, consumers)
        for worker in 0..<plan.producerWorkers {
            _ = producers[worker].step()
            keepReport(ofProducer: producers[worker])
        }
        for worker in 0..<plan.consumerWorkers {
            _ = consumers[worker].step()
            keepReport(ofConsumer: consumers[worker])
        }
        return finish(direction.director, simulated: true)
    }

    /// Steps the loops until the director ends the run. A loop is left alone while it has nothing to
    /// do: no time of its own has come, nobody in it asks at every instant, nothing has arrived for
    /// its members, and neither the state has changed nor a collection has begun.
    @inlinable
    func step(
        _ producers: UnsafeMutablePointer<ProducerLoop<Driver, Clock>>,
        _ consumers: UnsafeMutablePointer<ConsumerLoop<Driver, Clock>>
    ) throws(RunError) -> Direction {
        let producerCount = plan.producerWorkers
        let consumerCount = plan.consumerWorkers
        let clock = clock
        // When each loop has something to do next, producers first.
        let dues = UnsafeMutablePointer<Nanoseconds>.allocate(
            capacity: producerCount &+ consumerCount)
        dues.initialize(repeating: .min, count: producerCount &+ consumerCount)
        defer { dues.deallocate() }
        var direction = beginSimulation()
        while !direction.isOver {
            try countRound(&direction)
            let now = clock.now()
            let everybody = direction.callsEverybody
            direction.callsEverybody = false
            var work = 0
            var next = Nanoseconds.max
            var isAsking = false
            for worker in 0..<producerCount {
                let asks = producers[worker].isAsking
                if everybody || asks || dues[worker] <= now {
                    work &+= producers[worker].step()
                    dues[worker] = producers[worker].nextDue()
                }
                isAsking = isAsking || asks
                next = min(next, dues[worker])
            }
            for worker in 0..<consumerCount {
                let place = producerCount &+ worker
                if everybody || consumers[worker].isAsking || dues[place] <= now {
                    work &+= consumers[worker].step()
                    dues[place] = consumers[worker].nextDue()
                }
                isAsking = isAsking || consumers[worker].isAsking
                next = min(next, dues[place])
            }
            // Whoever asks may find what this round has brought; so may nobody else.
            let isIdle = work == 0 || (!isAsking && next > now)
            if !isIdle, now < direction.wake { continue }
            if isIdle {
                for worker in 0..<producerCount { producers[worker].measurement.rest() }
                for worker in 0..<consumerCount { consumers[worker].measurement.rest() }
            }
            if isIdle, next > now, next < direction.limit {
                clock.advance(to: next)
                continue
            }
            if isIdle, next <= now { next = ahead(of: now, dues, producerCount &+ consumerCount) }
            direction.callsEverybody = true
            try moveOn(&direction, to: next, idle: isIdle)
        }
        return direction
    }

    /// The next instant that lies ahead. One that has passed, because its owner waits for another (a
    /// full log), is nobody's next instant.
    @usableFromInline
    func ahead(of now: Nanoseconds, _ dues: UnsafePointer<Nanoseconds>, _ count: Int)
        -> Nanoseconds
    {
        (0..<count).reduce(Nanoseconds.max) { dues[$1] > now ? min($0, dues[$1]) : $0 }
    }

    /// What the simulation keeps beside the workers.
    @usableFromInline
    struct Direction {
        @usableFromInline var director: Director
        @usableFromInline var isOver = false
        @usableFromInline var wake: Nanoseconds
        @usableFromInline var nextCollection: Nanoseconds
        @usableFromInline var collecting = false
        /// Whether every loop is to be stepped, whether it has something to do or not.
        @usableFromInline var callsEverybody = true
        /// Until when nothing but the loops' own work is due.
        @inlinable var limit: Nanoseconds {
            collecting ? .min : min(wake, nextCollection)
        }
        /// Rounds since the clock moved.
        @usableFromInline var rounds = 0
        @usableFromInline var instant: Nanoseconds
        @usableFromInline let roundsPerInstant: Int
        /// The phase that the rows being collected belong to.
        var label: RunState
    }

    @usableFromInline
    func beginSimulation() -> Direction {
        collector.isSimulated = true
        var director = Director(plan: plan, control: control, lead: 1)
        let wake = director.advance(now: clock.now(), view: SessionView(session: self))
        collector.begin(at: director.origin)
        return Direction(
            director: director, wake: wake,
            nextCollection: collectionInstant(after: clock.now(), director),
            instant: clock.now(), roundsPerInstant: roundsPerInstant, label: director.state)
    }

    /// Ends a simulation in which there is always work and time stands still: a closed loop that
    /// neither waits nor meets a handler that takes time.
    @inlinable
    func countRound(_ direction: inout Direction) throws(RunError) {
        let now = clock.now()
        if now > direction.instant {
            direction.instant = now
            direction.rounds = 0
        }
        direction.rounds += 1
        if direction.rounds > direction.roundsPerInstant { throw RunError.endless(at: now) }
    }

    /// More rounds than this are not needed at one instant, even if all messages of the run are due
    /// at it and each is a round of its own at its producer and in every group.
    private var roundsPerInstant: Int {
        let messages = plan.producers.reduce(0.0) { sum, producer in
            let slots = Double((producer.closedLoop?.inFlight ?? 0) * producer.instances)
            return sum + slots + producer.samplers.schedule(.warmup).expectedCount
                + producer.samplers.schedule(.measure).expectedCount
        }
        return 10_000 + Int(min(2 * messages * Double(1 + plan.groups.count), 1e15))
    }

    /// Lets the director act where its time has come, and moves the clock to the next instant.
    @usableFromInline
    func moveOn(
        _ direction: inout Direction, to next: Nanoseconds, idle: Bool
    ) throws(RunError) {
        let now = clock.now()
        if direction.collecting, collector.isReady {
            collector.collect(
                now: now, state: direction.label,
                measureStart: direction.director.measureStart)
            direction.collecting = false
            direction.label = direction.director.state
            direction.nextCollection = collectionInstant(after: now, direction.director)
        }
        if now >= direction.wake {
            let state = direction.director.state
            direction.wake = direction.director.advance(
                now: now, view: SessionView(session: self))
            if direction.director.state != state {
                direction.isOver = direction.director.state == .stop
                // The rows of a phase end with it.
                if !direction.collecting { collector.ask() }
                direction.collecting = true
                direction.label = state
                return
            }
        }
        if now >= direction.nextCollection, !direction.collecting {
            collector.ask()
            direction.collecting = true
            return
        }
        guard idle else { return }
        let target = min(next, direction.wake, direction.nextCollection)
        if target == .max || target <= now { throw RunError.stalled(at: now) }
        clock.advance(to: target)
    }
}
