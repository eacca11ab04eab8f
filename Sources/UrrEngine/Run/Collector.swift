import UrrMeasure
import UrrPlatform

/// Takes what the workers recorded off their hands, interval by interval, and adds it up. Lives
/// on the director's thread; the workers only ever flip between their two banks.
final class Collector {
    let outcome: RunOutcome
    private let plan: RunPlan
    private let producers: [IntervalRecorder<ProducerBank>]
    private let consumers: [IntervalRecorder<ConsumerBank>]
    private let observer: (any RunObserver)?
    /// Interval histograms by tag, emptied after each interval.
    private let groupHistograms: [[Histogram]]
    private let producerHistograms: [[Histogram]]
    private let responseSoFar: [Histogram]
    private var lagSamples: [[(worker: Int, sample: WorkerLagSample)]]
    /// Whether time is virtual.
    var isSimulated = false
    /// When the interval that is being recorded began, in the clock of the run.
    private var intervalStart: Nanoseconds = 0

    init(
        plan: RunPlan, producers: [IntervalRecorder<ProducerBank>],
        consumers: [IntervalRecorder<ConsumerBank>], observer: (any RunObserver)?
    ) throws(MemoryError) {
        self.plan = plan
        self.producers = producers
        self.consumers = consumers
        self.observer = observer
        outcome = try RunOutcome(plan: plan)
        groupHistograms = try Self.histograms(plan.groups.count, ConsumerLatency.allCases.count)
        producerHistograms = try Self.histograms(plan.producers.count, 2)
        responseSoFar = try Self.histograms(1, plan.groups.count)[0]
        lagSamples = Array(repeating: [], count: plan.groups.count)
    }

    deinit {
        for row in groupHistograms + producerHistograms + [responseSoFar] {
            for histogram in row { histogram.deallocate() }
        }
    }

    private static func histograms(
        _ rows: Int, _ columns: Int
    ) throws(MemoryError) -> [[Histogram]] {
        var result: [[Histogram]] = []
        for _ in 0..<rows {
            var row: [Histogram] = []
            for _ in 0..<columns { row.append(try Histogram()) }
            result.append(row)
        }
        return result
    }

    // MARK: - Collecting

    /// The first interval begins at `instant`. Call before anything is collected.
    func begin(at instant: Nanoseconds) { intervalStart = instant }

    /// Asks every worker to change banks at its next step.
    func ask() {
        for recorder in producers { recorder.askForFlip() }
        for recorder in consumers { recorder.askForFlip() }
    }

    /// Whether every worker has.
    var isReady: Bool {
        producers.allSatisfy(\.isFlipDone) && consumers.allSatisfy(\.isFlipDone)
    }

    /// Adds up the interval that ends at `now` and reports it. Call when `isReady`.
    func collect(now: Nanoseconds, state: RunState, measureStart: Nanoseconds) {
        gather { recorder, body in
            _ = recorder.collect(body)
        } consumers: { recorder, body in
            _ = recorder.collect(body)
        } report: {
            keepRow(now: now, phase: state)
            report(now: now, state: state, measureStart: measureStart)
        }
    }

    /// Adds up what is left when all workers have ended, in `phase`.
    func collectLast(now: Nanoseconds, phase: RunState, measureStart: Nanoseconds) {
        gather { recorder, body in
            recorder.finalFlip(body)
        } consumers: { recorder, body in
            recorder.finalFlip(body)
        } report: {
            keepRow(now: now, phase: phase)
            report(now: now, state: .stop, measureStart: measureStart)
        }
    }

    private func gather(
        producers takeProducer: (
            IntervalRecorder<ProducerBank>, (borrowing ProducerBank) -> Void
        ) -> Void,
        consumers takeConsumer: (
            IntervalRecorder<ConsumerBank>, (borrowing ConsumerBank) -> Void
        ) -> Void,
        report: () -> Void
    ) {
        producerTallies = Array(repeating: ProducerTally(), count: plan.producers.count)
        groups = Array(repeating: IntervalReport.Group(), count: plan.groups.count)
        for recorder in producers { takeProducer(recorder) { add($0) } }
        for (worker, recorder) in consumers.enumerated() {
            takeConsumer(recorder) { add($0, worker: worker) }
        }
        report()
    }

    /// The interval that is being added up.
    private var producerTallies: [ProducerTally] = []
    private var groups: [IntervalReport.Group] = []

    private func add(_ bank: borrowing ProducerBank) {
        for (entry, producer) in plan.producers.enumerated() {
            let tally = bank.tallies[entry]
            producerTallies[entry].add(tally)
            outcome.producers.tallies[entry].add(tally)
            for number in 0..<MessageGroupClasses.count {
                let cell = entry * MessageGroupClasses.count + number
                outcome.producers.suppressed[cell] += bank.suppressed[cell]
            }
            for segment in plan.segments where segment.producer == producer.name {
                let delay = bank.sendDelay[segment.index]
                let acknowledgement = bank.acknowledgement[segment.index]
                producerHistograms[entry][0].add(delay)
                producerHistograms[entry][1].add(acknowledgement)
                outcome.producers.sendDelay[segment.index].add(delay)
                outcome.producers.acknowledgement[segment.index].add(acknowledgement)
            }
        }
    }

    private func add(_ bank: borrowing ConsumerBank, worker: Int) {
        for group in 0..<plan.groups.count {
            groups[group].tally.add(bank.tallies[group])
            outcome.consumers.tallies[group].add(bank.tallies[group])
            for segment in 1..<plan.segmentCount {
                let cell = group * plan.segmentCount + segment
                outcome.consumers.drops[cell].add(bank.drops[cell])
                for kind in ConsumerLatency.allCases {
                    let histogram = bank.latency(kind, group: group, segment: segment)
                    groupHistograms[group][kind.rawValue].add(histogram)
                    outcome.consumers.latency(kind, group: group, segment: segment).add(histogram)
                }
            }
        }
        for cell in 0..<bank.messageGroupCells {
            outcome.consumers.messageGroups[cell].add(bank.messageGroups[cell])
            outcome.consumers.waiting[cell].add(bank.waiting[cell])
        }
        for index in 0..<bank.lagSampleCount {
            let sample = bank.lagSamples[index]
            lagSamples[Int(sample.group)].append((worker, sample))
        }
    }

    // MARK: - Reporting

    /// Keeps the interval as a row. Its times are those of the clock until the start of the
    /// measurement is known.
    private func keepRow(now: Nanoseconds, phase: RunState) {
        for group in 0..<plan.groups.count { fill(group) }
        outcome.series.append(
            RunOutcome.SeriesRow(
                from: min(intervalStart, now), to: now, state: phase,
                producers: producerTallies, groups: groups, residentBytes: residentBytes()))
        intervalStart = now
    }

    /// In a simulation the memory says nothing about the run's length.
    private func residentBytes() -> Int? { isSimulated ? nil : ProcessMemory.residentBytes() }

    /// Counts the rows' times from the start of the measurement.
    func finishSeries(measureStart: Nanoseconds) {
        for row in outcome.series.indices {
            outcome.series[row].from -= measureStart
            outcome.series[row].to -= measureStart
        }
    }

    /// Tells the observer of the last row.
    private func report(now: Nanoseconds, state: RunState, measureStart: Nanoseconds) {
        if let observer, let row = outcome.series.last {
            observer.observe(
                IntervalReport(
                    state: state, from: row.from - measureStart, to: row.to - measureStart,
                    offeredRate: offeredRate(at: now - measureStart, state: state),
                    producers: producerTallies, groups: groups, histograms: taggedHistograms()))
        }
        for row in groupHistograms + producerHistograms {
            for histogram in row { histogram.reset() }
        }
    }

    private func fill(_ group: Int) {
        let response = groupHistograms[group][ConsumerLatency.response.rawValue]
        responseSoFar[group].add(response)
        groups[group].responseP50 = response.value(atPercentile: 50)
        groups[group].responseP99 = response.value(atPercentile: 99)
        groups[group].responseMaximum = response.maximum
        groups[group].responseP99SoFar = responseSoFar[group].value(atPercentile: 99)
        // The workers' latest samples: one per worker, added up.
        var latest: [Int: WorkerLagSample] = [:]
        for (worker, sample) in lagSamples[group].suffix(4 * consumers.count) {
            latest[worker] = sample
        }
        guard !latest.isEmpty else { return }
        groups[group].lag = latest.values.reduce(0) { $0 + $1.records }
        groups[group].lagAge = latest.values.map(\.age).max()
    }

    private func taggedHistograms() -> [(tag: String, histogram: Histogram)] {
        var result: [(tag: String, histogram: Histogram)] = []
        for (entry, producer) in plan.producers.enumerated() {
            result.append((producer.name + ".sendDelay", producerHistograms[entry][0]))
            result.append((producer.name + ".acknowledgement", producerHistograms[entry][1]))
        }
        for (index, group) in plan.groups.enumerated() {
            for kind in ConsumerLatency.allCases {
                result.append(("\(group.name).\(kind)", groupHistograms[index][kind.rawValue]))
            }
        }
        return result.filter { $0.histogram.count > 0 }
    }

    private func offeredRate(at instant: Nanoseconds, state: RunState) -> Double {
        switch state {
        case .warmup:
            plan.producers.reduce(0) { $0 + $1.samplers.schedule(.warmup).rate(at: 0) }
        case .measure:
            plan.producers.reduce(0) { $0 + $1.samplers.schedule(.measure).rate(at: instant) }
        default: 0
        }
    }

    // MARK: - Lag

    /// Puts the workers' samples of each instant together, in order of time.
    func finishLag(measureStart: Nanoseconds) {
        outcome.lag = lagSamples.map { samples in
            let workers = Set(samples.map(\.worker)).sorted()
            var tracker = LagTracker(partitions: max(1, workers.count))
            let byTick = Dictionary(grouping: samples, by: \.sample.tick)
            for tick in byTick.keys.sorted() {
                let rows = byTick[tick]!.sorted { $0.worker < $1.worker }
                guard rows.count == workers.count else { continue }
                let at = rows.map(\.sample.takenAt).max()! - measureStart
                tracker.add(at: at, rows.map { Self.reading($0.sample, measureStart) })
            }
            return tracker
        }
        for group in outcome.lag.indices { keepGreatestLag(ofGroup: group) }
    }

    /// Gives each row the greatest lag and age of its interval, for a lag that comes and goes within
    /// one is none the less there; until the run is over it has the latest.
    private func keepGreatestLag(ofGroup group: Int) {
        var samples = outcome.lag[group].samples[...]
        for row in outcome.series.indices {
            let to = outcome.series[row].to
            let own = samples.prefix { $0.at < to }
            samples = samples.dropFirst(own.count)
            outcome.series[row].groups[group].lag = own.map(\.lag).max()
            outcome.series[row].groups[group].lagAge = own.compactMap(\.age).max()
        }
    }

    private static func reading(
        _ sample: WorkerLagSample, _ measureStart: Nanoseconds
    ) -> LagReading {
        LagReading(
            endOffset: sample.endOffset, committed: sample.committedOffset,
            oldestUnreadAppend: sample.records > 0
                ? sample.takenAt - measureStart - sample.age : nil,
            lastActivity: nil, state: sample.state)
    }
}
