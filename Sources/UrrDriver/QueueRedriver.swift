import UrrPlatform

/// What a redrive is asked for: the bounds of SQS's StartMessageMoveTask.
public struct RedriveOrder: Sendable, Equatable {
    /// Messages a second at the most: MaxNumberOfMessagesPerSecond. Above 0.
    public var rate: Double
    /// Messages in all at the most; nil moves what the queue holds when the task begins.
    public var limit: Int?

    /// A task of the given bounds.
    public init(rate: Double, limit: Int? = nil) {
        self.rate = rate
        self.limit = limit
    }

    /// Messages that may have been moved `elapsed` after the start: the first at once, the others
    /// evenly after it.
    public func due(after elapsed: Nanoseconds) -> UInt64 {
        guard elapsed >= 0 else { return 0 }
        var number = UInt64(Double(elapsed) / Double(nanosecondsPerSecond) * rate)
        // Rounding may be off by one: `instant` decides.
        while number > 0, instant(of: number) > elapsed { number -= 1 }
        while instant(of: number + 1) <= elapsed { number += 1 }
        return number + 1
    }

    /// How long after the start message `number`, from 0, is due.
    public func instant(of number: UInt64) -> Nanoseconds {
        Nanoseconds((Double(number) / rate * Double(nanosecondsPerSecond)).rounded(.up))
    }
}

/// How far a redrive is.
public struct RedriveProgress: Sendable, Equatable {
    /// Messages that it has moved.
    public var moved: UInt64 = 0
    /// Whether it has ended: the queue is empty, its bound is reached, or it has failed.
    public var isDone: Bool
    /// Why it could not go on, in words.
    public var failure: String?

    /// A task that has moved nothing.
    public init(isDone: Bool) { self.isDone = isDone }
}

/// Moves the messages of one dead-letter queue back to where they came from, as new messages: behind
/// what was sent meanwhile, with receive counts that start anew.
///
/// One task at a time, as in SQS. A target without such an operation receives from the one queue,
/// sends to the other and deletes then; with the message's id as deduplication id nothing is moved
/// twice. Cold: used by one thread a few hundred times a second.
public protocol QueueRedriver: AnyObject {
    /// Begins a task; the one before has ended.
    func start(_ order: RedriveOrder, now: Nanoseconds)

    /// Goes on with the task as far as is due, and says how far it is. Never blocks for long.
    func poll(now: Nanoseconds) -> RedriveProgress

    /// When `poll` has something to do again; `.max` where no task is under way.
    var nextDue: Nanoseconds { get }

    /// Ends the endpoint within `deadline` nanoseconds.
    func close(deadline: Nanoseconds) throws(DriverError)
}
