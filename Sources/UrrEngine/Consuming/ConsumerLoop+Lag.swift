import UrrDriver
import UrrMeasure
import UrrPlatform

extension ConsumerLoop {
    /// Takes a sample of this worker's share of every group's partitions, whoever reads them: one
    /// that nobody reads has lag, too. On the worker's own thread, at points of a common grid:
    /// nothing else has to wake up, and samples of several workers add up. Cold against the message
    /// rate; allocates nothing.
    @inline(never)
    @usableFromInline
    mutating func sampleLag(now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>) {
        let tick = now / lagInterval
        nextLagTick = (tick + 1) * lagInterval
        guard state == .measure || state == .drain else { return }
        for group in 0..<groupCount { sampleLag(group: group, tick: tick, now: now, bank: bank) }
    }

    /// Takes the last sample, when the run has ended: its lag is what was left over.
    mutating func sampleLagAtEnd() {
        let now = clock.now()
        for group in 0..<groupCount {
            sampleLag(group: group, tick: .max, now: now, bank: recorder.active)
        }
    }

    private mutating func sampleLag(
        group: Int, tick: Int64, now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        if let sample = crew.lagSample(group: group, tick: tick, now: now) {
            bank.pointee.keep(sample)
            return
        }
        var sample = WorkerLagSample(
            tick: tick, group: Int32(group), records: 0, age: 0, endOffset: 0, committedOffset: 0,
            takenAt: now)
        for (index, partition) in sampled[group].enumerated() {
            let position = driver._withUnsafeGuaranteedRef {
                $0.position(group: group, of: partition)
            }
            sample.endOffset += position.endOffset
            sample.committedOffset += position.committedOffset
            lagStates[group].add(
                at: now, partition: index,
                LagReading(
                    endOffset: position.endOffset, committed: position.committedOffset,
                    lastActivity: silence[group].lastActivity(index, now: now)))
            guard position.endOffset > position.committedOffset else { continue }
            sample.records += position.endOffset - position.committedOffset
            let oldest = driver._withUnsafeGuaranteedRef {
                $0.appendTime(of: partition, offset: position.committedOffset)
            }
            if let oldest { sample.age = max(sample.age, now - oldest) }
        }
        guard !sampled[group].isEmpty else { return }
        sample.state = lagStates[group].worst
        bank.pointee.keep(sample)
    }
}
