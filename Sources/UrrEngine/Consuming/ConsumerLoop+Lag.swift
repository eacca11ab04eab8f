import UrrDriver
import UrrMeasure
import UrrPlatform

extension ConsumerLoop {
    /// Takes a sample of every partition that this worker reads. On the worker's own thread, at
    /// points of a common grid: nothing else has to wake up, and samples of several workers add
    /// up. Cold against the message rate; allocates nothing.
    @inline(never)
    @usableFromInline
    mutating func sampleLag(now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>) {
        let tick = now / lagInterval
        nextLagTick = (tick + 1) * lagInterval
        guard state == .measure || state == .drain else { return }
        for group in 0..<groupCount { sampleLag(group: group, tick: tick, now: now, bank: bank) }
    }

    /// Takes the last sample, when the run has ended: its lag is what was left over.
    func sampleLagAtEnd() {
        let now = clock.now()
        for group in 0..<groupCount {
            sampleLag(group: group, tick: .max, now: now, bank: recorder.active)
        }
    }

    private func sampleLag(
        group: Int, tick: Int64, now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        if let sample = crew.lagSample(group: group, tick: tick, now: now) {
            bank.pointee.keep(sample)
            return
        }
        var sample = WorkerLagSample(
            tick: tick, group: Int32(group), records: 0, age: 0, endOffset: 0, committedOffset: 0,
            takenAt: now)
        var lanes = 0
        for index in 0..<memberCount where members[index].group == group {
            for lane in 0..<members[index].lanes {
                let partition = members[index].partitions[lane]
                let position = driver._withUnsafeGuaranteedRef {
                    $0.position(group: group, of: partition)
                }
                lanes += 1
                sample.endOffset += position.endOffset
                sample.committedOffset += position.committedOffset
                guard position.endOffset > position.committedOffset else { continue }
                sample.records += position.endOffset - position.committedOffset
                let oldest = driver._withUnsafeGuaranteedRef {
                    $0.appendTime(of: partition, offset: position.committedOffset)
                }
                if let oldest { sample.age = max(sample.age, now - oldest) }
            }
        }
        if lanes > 0 { bank.pointee.keep(sample) }
    }
}
