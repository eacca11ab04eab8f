import UrrMeasure
import UrrPlatform

/// The stamps of one polled batch of an instant handler, kept until the batch is handled and the
/// common end stamp is known. All messages of a scratch are of one segment.
@usableFromInline
struct BatchScratch: ~Copyable {
    /// Messages of one batch: enough that two clock reads a batch cost less than 0.1 ns each.
    @usableFromInline static var capacity: Int { 256 }

    @usableFromInline let intended: UnsafeMutablePointer<Nanoseconds>
    @usableFromInline let sent: UnsafeMutablePointer<Nanoseconds>
    @usableFromInline var count = 0
    @usableFromInline var segment = 0

    @usableFromInline
    init() {
        intended = .allocate(capacity: Self.capacity)
        sent = .allocate(capacity: Self.capacity)
    }

    @inlinable
    deinit {
        intended.deallocate()
        sent.deallocate()
    }

    @inlinable
    @inline(__always)
    mutating func append(_ header: TraceHeader) {
        intended[count] = header.intended
        sent[count] = header.sent
        count &+= 1
    }

    /// Books every message as received at `received` and handled at `handled`, and empties the
    /// scratch. Messages of one producer batch share their send time, so three of the four times
    /// come in runs.
    @inlinable
    mutating func book(
        received: Nanoseconds, handled: Nanoseconds, to latencies: UnsafeMutablePointer<Histogram>
    ) {
        let queueing = latencies[ConsumerLatency.queueing.rawValue]
        let response = latencies[ConsumerLatency.response.rawValue]
        let endToEnd = latencies[ConsumerLatency.endToEnd.rawValue]
        latencies[ConsumerLatency.service.rawValue].record(
            handled &- received, count: UInt64(count))
        var index = 0
        var run = RunLength()
        while index < count {
            let sentAt = sent[index]
            if sentAt != run.value {
                Self.bookRun(
                    run, received: received, handled: handled, queueing: queueing,
                    endToEnd: endToEnd)
                run = RunLength(value: sentAt, count: 0)
            }
            run.count &+= 1
            response.record(handled &- intended[index])
            index &+= 1
        }
        Self.bookRun(
            run, received: received, handled: handled, queueing: queueing, endToEnd: endToEnd)
        count = 0
    }

    @inlinable
    @inline(__always)
    static func bookRun(
        _ run: RunLength, received: Nanoseconds, handled: Nanoseconds, queueing: Histogram,
        endToEnd: Histogram
    ) {
        guard run.count > 0 else { return }
        queueing.record(received &- run.value, count: run.count)
        endToEnd.record(handled &- run.value, count: run.count)
    }
}

/// Messages in a row that share a send time.
@usableFromInline
struct RunLength {
    @usableFromInline var value: Nanoseconds = .min
    @usableFromInline var count: UInt64 = 0

    @inlinable
    init(value: Nanoseconds = .min, count: UInt64 = 0) {
        self.value = value
        self.count = count
    }
}
