import UrrDriver
import UrrMeasure
import UrrPlatform

extension ProducerSource {
    /// Makes the open batch visible. Where the target acknowledges on flush, this is also when
    /// every message of the batch is acknowledged: one clock read for all of them.
    @inlinable
    mutating func flush<Clock: MonotonicClock>(
        clock: Clock, bank: UnsafeMutablePointer<ProducerBank>
    ) {
        endpoint._withUnsafeGuaranteedRef { $0.flush() }
        if !answersLater {
            let acknowledged = clock.now()
            var index = 0
            while index < batch.runCount {
                let run = batch.runs[index]
                if run.segment != 0 {
                    bank.pointee.acknowledgement[run.segment].record(
                        acknowledged &- run.sent, count: run.count)
                    bank.pointee.tallies[entry].acknowledged &+= run.count
                }
                index &+= 1
            }
        }
        batch.clear()
    }

    /// Books the answers that have come in; returns how many. For targets that answer later.
    @inlinable
    mutating func collectCompletions<Clock: MonotonicClock>(
        clock: Clock, bank: UnsafeMutablePointer<ProducerBank>,
        _ freeSlot: (Int32, Nanoseconds) -> Void
    ) -> Int {
        guard answersLater else { return 0 }
        guard inFlight.count > 0 else { return 0 }
        let entry = entry
        return endpoint._withUnsafeGuaranteedRef { endpoint in
            endpoint.poll(limit: Self.roundLimit) { completion in
                guard let sent = inFlight.remove(completion.token) else { return }
                let now = clock.now()
                if !completion.succeeded { refusedMessages.append(sent.message) }
                if sent.segment != 0 {
                    if completion.succeeded {
                        bank.pointee.acknowledgement[Int(sent.segment)].record(now &- sent.sent)
                        bank.pointee.tallies[entry].acknowledged &+= 1
                    } else {
                        bank.pointee.tallies[entry].failed &+= 1
                    }
                }
                if sent.slot >= 0 { freeSlot(sent.slot, now) }
            }
        }
    }
}
