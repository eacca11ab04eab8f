import UrrEvents
import UrrPlatform

/// One figure of a book: how many events, and their amounts together.
@frozen
public struct EventSum: Sendable, Equatable {
    /// Events.
    public var count: UInt64 = 0
    /// Sum of their amounts, in the smallest unit of the currency. The bounds of amounts keep it
    /// exact for the first 10^11 events.
    public var amount: UInt64 = 0

    /// Nothing counted.
    @inlinable
    public init() {}
}

/// Events counted and added up by `EventFigure`, by one thread. Every book has 128-byte lines of its
/// own. A plain value; whoever allocates it gives it back.
@usableFromInline
struct EventBook: @unchecked Sendable {
    @usableFromInline let cells: UnsafeMutablePointer<EventSum>

    /// An empty book.
    init() {
        let bytes = MemoryLayout<EventSum>.stride * EventFigure.count
        let lines = (bytes + falseSharingByteCount - 1) / falseSharingByteCount
        cells = UnsafeMutableRawPointer.allocate(
            byteCount: lines * falseSharingByteCount, alignment: falseSharingByteCount
        ).bindMemory(to: EventSum.self, capacity: EventFigure.count)
        cells.initialize(repeating: EventSum(), count: EventFigure.count)
    }

    @usableFromInline
    func deallocate() { UnsafeMutableRawPointer(cells).deallocate() }

    @inlinable
    @inline(__always)
    func add(figure: Int, amount: UInt64) {
        let cell = cells + figure
        cell.pointee.count &+= 1
        cell.pointee.amount &+= amount
    }

    /// What it holds.
    var figures: EventFigures { EventFigures((0..<EventFigure.count).map { cells[$0] }) }
}

/// What books add up to, by the number of the figure.
struct EventFigures: Sendable, Equatable {
    private(set) var sums: [EventSum]

    init(_ sums: [EventSum] = Array(repeating: EventSum(), count: EventFigure.count)) {
        self.sums = sums
    }

    mutating func add(_ other: EventFigures) {
        for figure in sums.indices { add(other.sums[figure], to: figure) }
    }

    mutating func add(_ sum: EventSum, to figure: Int) {
        sums[figure].count += sum.count
        sums[figure].amount &+= sum.amount
    }

    mutating func subtract(_ other: EventFigures) {
        for figure in sums.indices {
            sums[figure].count -= other.sums[figure].count
            sums[figure].amount &-= other.sums[figure].amount
        }
    }

    /// Events of all figures.
    var count: UInt64 { sums.reduce(0) { $0 + $1.count } }

    /// The events that the ticket service publishes for these payments.
    var followUps: EventFigures {
        var result = EventFigures()
        let codec = Self.catalogue.codec
        for form in EventForm.all.indices where !EventForm.all[form].isFirstVersion {
            let traits = codec.traits(form)
            guard traits.followUp >= 0 else { continue }
            result.add(sums[traits.figure], to: codec.traits(traits.followUp).figure)
        }
        return result
    }

    private static let catalogue = EventCatalogue()
}
