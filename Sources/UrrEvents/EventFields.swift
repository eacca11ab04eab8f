/// What differs between two messages of one form.
@frozen
public struct EventFields: Equatable, Sendable {
    /// Number of what the event is about: the reservation, transfer, membership, payment
    /// reference, or concert.
    public var entity: UInt64
    /// Number of the business transaction that the event belongs to.
    public var saga: UInt64
    /// Number of the user.
    public var user: UInt64
    /// Amount in the smallest unit of the currency, 0 to `EventFields.largestAmount`.
    public var amount: UInt64
    /// When it happened, in milliseconds since 1970, 0 to `EventFields.largestTimestamp`.
    public var timestamp: UInt64

    /// Twelve digits.
    public static let largestAmount: UInt64 = 999_999_999_999
    /// Fourteen digits.
    public static let largestTimestamp: UInt64 = 99_999_999_999_999

    /// Fields with these values.
    @inlinable
    public init(entity: UInt64, saga: UInt64, user: UInt64, amount: UInt64, timestamp: UInt64) {
        self.entity = entity
        self.saga = saga
        self.user = user
        self.amount = amount
        self.timestamp = timestamp
    }
}
