import UrrEvents
import UrrPlatform

/// What each message of a producer entry says: a pure function of the message number.
///
/// A plain value without references; valid while the `EventDistribution` that made it lives.
public struct EventSampler: @unchecked Sendable {
    @usableFromInline let forms: UnsafeMutablePointer<Int>
    @usableFromInline let table: AliasTable
    @usableFromInline let random: IndexedRandom
    @usableFromInline let smallestAmount: UInt64
    @usableFromInline let amounts: UInt64
    /// What the numbers of its messages begin with: no two messages of a run have the same number.
    public let base: UInt64

    /// What one message says.
    @frozen
    public struct Draw: Sendable, Equatable {
        /// Number of its form in `EventForm.all`.
        public let form: Int
        /// Its amount.
        public let amount: UInt64

        @inlinable
        init(form: Int, amount: UInt64) {
            self.form = form
            self.amount = amount
        }

        /// What a message says that says nothing.
        @inlinable public static var none: Draw { Draw(form: 0, amount: 0) }
    }

    /// What message `index` says. O(1).
    @inlinable
    public func draw(_ index: UInt64) -> Draw {
        let bits = random[index]
        let offset = mix64(bits).multipliedFullWidth(by: amounts).high
        return Draw(
            form: forms[Int(truncatingIfNeeded: table.index(bits))],
            amount: smallestAmount &+ offset)
    }

    /// The fields of message `index`, which happened at `timestamp`. Its number stands for the
    /// transaction, for what it is about and for the user, so that no two are about the same.
    @inlinable
    public func fields(_ index: UInt64, _ draw: Draw, timestamp: UInt64) -> EventFields {
        let number = base | index
        return EventFields(
            entity: number, saga: number, user: number, amount: draw.amount, timestamp: timestamp)
    }

    /// Bits that the messages of an entry and phase are numbered with; those of a closed loop begin
    /// with the number of its worker at bit 40.
    @inlinable public static var indexBits: UInt64 { 51 }
}

/// What a producer entry says: owns what its samplers read.
public final class EventDistribution: @unchecked Sendable {
    /// What the messages say.
    public let spec: EventsSpec
    private let forms: UnsafeMutablePointer<Int>
    private let alias: AliasTableStorage

    init(_ spec: EventsSpec, toQueue: Bool) {
        self.spec = spec
        let weighted = spec.forms(toQueue: toQueue)
        forms = .allocate(capacity: max(1, weighted.count))
        for (place, entry) in weighted.enumerated() {
            (forms + place).initialize(to: EventForm.all.firstIndex(of: entry.form) ?? 0)
        }
        alias = AliasTableStorage(weights: weighted.map(\.weight))
    }

    deinit { forms.deallocate() }

    func sampler(seed: UInt64, stream: String, base: UInt64) -> EventSampler {
        // Who enters or is admitted pays nothing yet.
        let amount = spec.service == .payment ? spec.amount : 0...0
        return EventSampler(
            forms: forms, table: alias.table, random: IndexedRandom(seed: seed, stream: stream),
            smallestAmount: UInt64(amount.lowerBound),
            amounts: UInt64(amount.upperBound - amount.lowerBound) + 1, base: base)
    }
}
