import UrrPlatform

/// Runs trials of cases, round by round.
struct TrialRunner {
    private let options: CoreOptions
    private let cpus: [Int]
    private let calibration: ClockCalibration
    private let clock: TimeStampClock
    private var placement: Placement
    /// Messages that a trial of a case has, by the case's name.
    private var messages: [String: UInt64] = [:]
    private var handOvers: [Double] = []

    /// Trials of a case in one round, until one is near and undisturbed.
    private static let attempts = 3
    /// Messages carry their number in 32 bits as well.
    private static let mostMessages: UInt64 = 4_000_000_000
    private static let smokeMessages: UInt64 = 2000

    init(_ options: CoreOptions) {
        self.options = options
        let allowed = PinnedThread.allowedCPUs()
        cpus = Array(allowed.prefix(2))
        calibration = .measured()
        clock = TimeStampClock(calibration: calibration)
        let isProbed = cpus.count == 2 && !options.isSmoke
        placement = Placement(pair: isProbed ? (cpus[0], cpus[1]) : nil)
    }

    mutating func run(
        _ cases: [any CoreCase], progress: (String) -> Void, isStopped: () -> Bool
    ) throws -> CoreRecord {
        var trials = [[Trial]](repeating: [], count: cases.count)
        let rounds = options.isSmoke ? 1 : options.trials
        for round in 1...rounds {
            for (index, subject) in cases.enumerated() {
                if isStopped() { return record(cases, trials, isInterrupted: true) }
                progress("round \(round)/\(rounds)  \(subject.name)")
                trials[index] += try attempt(subject, isStopped)
            }
        }
        return record(cases, trials, isInterrupted: false)
    }

    /// Trials of one case, the last of which is good, unless none was.
    private mutating func attempt(
        _ subject: any CoreCase, _ isStopped: () -> Bool
    ) throws -> [Trial] {
        var trials: [Trial] = []
        let attempts = placement.pair == nil ? 1 : Self.attempts
        repeat {
            let trial = try trial(subject)
            trials.append(trial)
            if trial.label == .near || trial.measurement.defect != nil { break }
        } while trials.count < attempts && !isStopped()
        return trials
    }

    private mutating func trial(_ subject: any CoreCase) throws -> Trial {
        let count = try messages[subject.name] ?? calibrated(subject)
        let before = placement.before()
        let measurement = try subject.measure(request(subject, count))
        let after = placement.after()
        let label = Placement.label(before, after, share: measurement.processorShare)
        if label == .near { handOvers += [before, after].compactMap { $0 } }
        if !options.isSmoke && subject.fixedRate == nil && measurement.rate > 0 {
            messages[subject.name] = trialLength(subject, rate: measurement.rate)
        }
        return Trial(
            measurement: measurement, label: label, handOverBefore: before, handOverAfter: after)
    }

    private func request(_ subject: any CoreCase, _ count: UInt64) -> TrialRequest {
        let warmup: UInt64 = subject.fixedRate == nil ? 200_000 : 10_000
        return TrialRequest(
            messages: count, warmup: subject.rounded(min(count, warmup)), cpus: cpus, clock: clock,
            allocations: options.allocations, isSmoke: options.isSmoke, tamper: nil)
    }

    /// The number of messages of a trial that takes about as long as wanted.
    private func trialLength(_ subject: any CoreCase, rate: Double) -> UInt64 {
        let wanted = rate * Double(options.time) / 1e9
        return subject.rounded(UInt64(max(1, min(wanted, Double(Self.mostMessages)))))
    }

    /// Tries growing numbers of messages until the time that they take says something.
    private func calibrated(_ subject: any CoreCase) throws -> UInt64 {
        if options.isSmoke { return subject.rounded(Self.smokeMessages) }
        if let rate = subject.fixedRate { return trialLength(subject, rate: rate) }
        var tried: UInt64 = 50_000
        while true {
            let measurement = try subject.measure(request(subject, subject.rounded(tried)))
            let isEnough = measurement.nanoseconds > options.time / 20
            if isEnough || measurement.defect != nil || tried > Self.mostMessages / 8 {
                return trialLength(subject, rate: measurement.rate)
            }
            tried *= 4
        }
    }

    /// The cost of one reading of the clock, the mean of many.
    private func clockCost() -> Double {
        let readings = 10_000
        let start = clock.now()
        var last = start
        for _ in 0..<readings { last = clock.now() }
        return Double(last - start) / Double(readings)
    }

    private func record(
        _ cases: [any CoreCase], _ trials: [[Trial]], isInterrupted: Bool
    ) -> CoreRecord {
        CoreRecord(
            trials: options.isSmoke ? 1 : options.trials, trialNanoseconds: options.time,
            isSmoke: options.isSmoke, isInterrupted: isInterrupted, cpus: cpus,
            clockSource: clock.source.rawValue, clockSpreadPPM: calibration.spreadPartsPerMillion,
            clockReadNanoseconds: clockCost(), allocator: options.allocations.name,
            handOver: Spread(handOvers),
            cases: zip(cases, trials).map { subject, trials in
                CoreCaseRecord(
                    name: subject.name, summary: subject.summary, kind: subject.kind,
                    messageBytes: subject.size.rawValue, floor: subject.floor, trials: trials)
            })
    }
}
