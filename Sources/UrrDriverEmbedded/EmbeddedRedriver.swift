import UrrDriver
import UrrPlatform
import UrrQueue

/// Moves dead letters of the embedded core back. Used by one thread.
public final class EmbeddedRedriver: QueueRedriver {
    private let client: QueueClient
    private let destination: Int
    private var order = RedriveOrder(rate: 1)
    private var started: Nanoseconds = 0
    /// Messages that this task may move.
    private var bound: UInt64 = 0
    private var progress = RedriveProgress(isDone: true)

    init(_ client: QueueClient, to destination: Int) {
        self.client = client
        self.destination = destination
    }

    /// Begins a task; what the queue holds now, and no more, is moved.
    public func start(_ order: RedriveOrder, now: Nanoseconds) {
        invariant(progress.isDone, "one task of a queue at a time")
        self.order = order
        started = now
        let held = UInt64(client.attributes(now: now).retained)
        bound = min(held, order.limit.map { UInt64($0) } ?? held)
        progress = RedriveProgress(isDone: bound == 0)
    }

    /// Moves what is due, ten messages at a time, so that it holds nobody else up for long.
    public func poll(now: Nanoseconds) -> RedriveProgress {
        while !progress.isDone, nextDue <= now {
            let due = min(bound, order.due(after: now - started)) - progress.moved
            let asked = Int(min(due, UInt64(QueueLimits.batch)))
            let result = client.redrive(to: destination, maximum: asked, now: now)
            progress.moved += UInt64(result.count)
            if let error = result.error { progress.failure = "\(error.code)" }
            progress.isDone = progress.moved == bound || result.count < asked
        }
        return progress
    }

    /// When the next message is due; `.max` where no task is under way.
    public var nextDue: Nanoseconds {
        progress.isDone ? .max : started + order.instant(of: progress.moved)
    }

    /// Nothing to end.
    public func close(deadline: Nanoseconds) throws(DriverError) {}
}
