import UrrMeasure

extension HistogramRecord {
    /// All values of `parts` in one histogram. Throws where one cannot be read.
    public init(merging parts: [HistogramRecord]) throws {
        let sum = try Histogram()
        defer { sum.deallocate() }
        for part in parts { try part.withHistogram { sum.add($0) } }
        self.init(sum)
    }
}

extension QueueRecord {
    /// The same queue as several load generators saw it; at least one part.
    public init(merging parts: [QueueRecord]) throws {
        self = parts[0]
        for part in parts.dropFirst() { accounting.add(part.accounting) }
        let admitted = parts.flatMap(\.messageGroups).reduce(0) { $0 + $1.admitted }
        messageGroups = try messageGroups.indices.map { index in
            let rows = parts.map { $0.messageGroups[index] }
            var sum = rows[0]
            for row in rows.dropFirst() {
                sum.admitted += row.admitted
                sum.suppressed += row.suppressed
                sum.redelivered += row.redelivered
                sum.deadLettered += row.deadLettered
                sum.orderBreaks += row.orderBreaks
            }
            sum.share = admitted > 0 ? Double(sum.admitted) / Double(admitted) : 0
            sum.waiting = try HistogramRecord(merging: rows.map(\.waiting))
            return sum
        }
    }
}

extension QueueAccounting {
    /// Adds every count.
    mutating func add(_ other: QueueAccounting) {
        let counts: [WritableKeyPath<QueueAccounting, UInt64>] = [
            \.sent, \.refused, \.repeats, \.suppressed, \.wronglySuppressed, \.notSuppressed,
            \.undecidedRepeats, \.delivered, \.redelivered, \.admitted, \.failedAttempts,
            \.handledAgain, \.deadLettered, \.lost, \.orderBreaks, \.early, \.unexpected,
            \.staleHandles, \.crashes, \.receives, \.emptyReceives, \.dropped, \.remaining,
        ]
        for count in counts { self[keyPath: count] += other[keyPath: count] }
    }
}
