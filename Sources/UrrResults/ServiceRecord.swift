/// What the service of a group did, beside the books of those who sent what it reads.
public struct ServiceRecord: Codable, Sendable, Equatable {
    /// One kind of event.
    public struct Figure: Codable, Sendable, Equatable {
        /// Its type, and what it is for.
        public var name: String
        /// Events by the senders' books, all phases.
        public var sent: UInt64
        /// Their amounts together, in the smallest unit of the currency, as a decimal string.
        public var sentAmount: DecimalUInt64
        /// Events by the service's own count, each once.
        public var counted: UInt64
        /// Their amounts together.
        public var countedAmount: DecimalUInt64
        /// Events that it counted, or published, again.
        public var again: UInt64

        /// A record of the given values; see the properties.
        public init(
            name: String, sent: UInt64, sentAmount: UInt64, counted: UInt64, countedAmount: UInt64,
            again: UInt64
        ) {
            self.name = name
            self.sent = sent
            self.sentAmount = DecimalUInt64(sentAmount)
            self.counted = counted
            self.countedAmount = DecimalUInt64(countedAmount)
            self.again = again
        }
    }

    /// What the service is.
    public var name: String
    /// The kinds of events that it read.
    public var figures: [Figure]
    /// What it published: `sent` is what its effects ask for, `counted` what went out once.
    public var published: [Figure]
    /// Events by which the books differ.
    public var difference: UInt64
    /// Money by which they differ, in the smallest unit of the currency.
    public var amountDifference: DecimalUInt64
    /// Whether every event of the books was handled, so that they have to be equal.
    public var isComplete: Bool
    /// Most messages that its members had in their memory at one time, added up over them.
    public var heldMessages: Int
    /// Most bytes of such messages.
    public var heldBytes: Int

    /// A record of the given values; see the properties.
    public init(
        name: String, figures: [Figure], published: [Figure], difference: UInt64,
        amountDifference: UInt64, isComplete: Bool, heldMessages: Int, heldBytes: Int
    ) {
        self.name = name
        self.figures = figures
        self.published = published
        self.difference = difference
        self.amountDifference = DecimalUInt64(amountDifference)
        self.isComplete = isComplete
        self.heldMessages = heldMessages
        self.heldBytes = heldBytes
    }
}
