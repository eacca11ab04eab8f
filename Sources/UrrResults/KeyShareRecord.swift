/// What one of the hottest keys, or all the others together, took of a group.
public struct KeyShareRecord: Codable, Sendable, Equatable {
    /// Number of the key; nil for all the others together.
    public var key: UInt32?
    /// Messages handled.
    public var handled: UInt64
    /// Share of all that was handled, 0...1.
    public var share: Double
    /// Time from sending to the start of the handler.
    public var waiting: HistogramRecord

    /// A record of the given values; see the properties.
    public init(key: UInt32?, handled: UInt64, share: Double, waiting: HistogramRecord) {
        self.key = key
        self.handled = handled
        self.share = share
        self.waiting = waiting
    }
}
