import Foundation
import Testing
import UrrEvents
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// Routing, keys and books, piece by piece.
struct ServicePartTests {
    private static func number(_ form: EventForm) -> Int { EventForm.all.firstIndex(of: form)! }

    @Test(arguments: [
        (EventForm(.paymentConfirmed), EventKind.reservationConfirmed),
        (EventForm(.paymentConfirmed, isFirstVersion: true), .reservationConfirmed),
        (EventForm(.paymentConfirmed, .transfer), .transferCompleted),
        (EventForm(.paymentConfirmed, .membership), .membershipActivated),
        (EventForm(.paymentRefunded), .reservationCancelled),
        (EventForm(.paymentRefunded, isFirstVersion: true), .reservationCancelled),
        (EventForm(.paymentRefunded, .transfer), .reservationCancelled),
    ])
    func paymentsAreRoutedByTypeAndWhatTheyAreFor(form: EventForm, next: EventKind) {
        let traits = EventCatalogue().codec.traits(Self.number(form))
        #expect(EventForm.all[traits.followUp].kind == next)
    }

    @Test func onlyPaymentsAreFollowed() {
        let codec = EventCatalogue().codec
        for (number, form) in EventForm.all.enumerated()
        where form.kind != .paymentConfirmed && form.kind != .paymentRefunded {
            #expect(codec.traits(number).followUp == -1)
        }
        #expect(EventFigure.count == 13)
    }

    /// Desks of members in whose first place a message of a form lies.
    private func key(
        _ form: EventForm, _ fields: EventFields, _ handler: HandlerKind
    ) throws -> (high: UInt64, low: UInt64) {
        let plan = try Scenario().plan()
        let reading = EventReading(plan, filler: Filler(seed: 1, byteCount: 1))
        let book = EventBook()
        defer { book.deallocate() }
        let desk = ServiceDesk(
            handler, reader: reading.events, capacity: 4, applied: book, again: book)
        let byteCount = reading.codec.smallestByteCount(Self.number(form))
        let trace = [UInt8](repeating: 0, count: 40)
        var bytes = [UInt8](repeating: 0, count: byteCount)
        bytes.withUnsafeMutableBytes { target in
            trace.withUnsafeBytes { trace in
                reading.codec.write(
                    form: Self.number(form), fields, trace: trace.baseAddress!,
                    byteCount: byteCount, to: target.baseAddress!)
            }
        }
        let isRead = bytes.withUnsafeBytes { desk.take($0, at: 0, held: 1) }
        #expect(isRead)
        let key = desk.key(0)
        return (key.high, key.low)
    }

    @Test func keysAreTheTransactionElseTypeAndId() throws {
        let fields = EventFields(
            entity: 7, saga: 9, user: 1, amount: 5, timestamp: 1_763_636_400_123)
        let bySaga = try key(EventForm(.paymentConfirmed), fields, .ticketService)
        let otherType = try key(EventForm(.paymentRefunded), fields, .ticketService)
        #expect(bySaga.low == 9)
        #expect(bySaga == otherType)
        let older = try key(
            EventForm(.paymentConfirmed, isFirstVersion: true), fields, .ticketService)
        let olderRefund = try key(
            EventForm(.paymentRefunded, isFirstVersion: true), fields, .ticketService)
        #expect(older.low == 7 && olderRefund.low == 7)
        #expect(older != olderRefund && older.high != bySaga.high)
        let counted = try key(EventForm(.paymentConfirmed), fields, .statsService)
        var later = fields
        later.timestamp += 1
        let countedLater = try key(EventForm(.paymentConfirmed), later, .statsService)
        #expect(counted.low == 7 && counted != countedLater)
    }

    @Test func messagesAreJSONAndTheBooksSayWhatTheyDo() throws {
        let scenario = PaymentScenario.standard()
        let plan = try scenario.plan()
        let writer = try #require(EventWriter(plan.producers[0].samplers))
        defer { writer.deallocate() }
        var amounts: UInt64 = 0
        var withoutType = 0
        for index in 0..<500 as Range<UInt64> {
            let draw = writer.draw(index, measured: true)
            let byteCount = writer.byteCount(draw, Int(index))
            var bytes = [UInt8](repeating: 0, count: byteCount)
            let header = TraceHeader(
                intended: 1, sent: 2, sequence: index, keyIndex: 0, producer: 0, segment: 1,
                runTag: 7)
            bytes.withUnsafeMutableBytes {
                writer.write(
                    index, draw, header, measured: true, elapsed: 5_000_000, byteCount: byteCount,
                    to: $0.baseAddress!)
            }
            writer.keep(draw)
            let whole = try #require(
                JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
            let data = try #require(whole["data"] as? [String: Any])
            amounts += UInt64(try #require(data["amount"] as? Int))
            if data["type"] == nil {
                withoutType += 1
                #expect(data["sagaId"] == nil && data["reservationId"] != nil)
            }
        }
        #expect(withoutType > 30 && withoutType < 100)
        #expect(writer.book.figures.count == 500)
        #expect(writer.book.figures.sums.reduce(0) { $0 + $1.amount } == amounts)
    }

    @Test func followersAddUpToTheirPayments() {
        var payments = EventFigures()
        for figure in 0..<6 {
            var sum = EventSum()
            sum.count = UInt64(figure) + 1
            sum.amount = 100 * sum.count
            payments.add(sum, to: figure)
        }
        #expect(payments.followUps.count == payments.count)
        let cancelled = payments.followUps.sums[
            EventFigure.names.firstIndex(of: "RESERVATION_CANCELLED")!]
        // The refunds of all three kinds.
        #expect(cancelled.count == 4 + 5 + 6)
        #expect(cancelled.amount == 1500)
    }
}
