import Testing
import UrrPlatform

@testable import UrrEngine

/// The ledger by itself: what it makes of orders of events.
struct QueueLedgerTests {
    private let ledger: QueueLedger

    init() throws {
        ledger = try QueueLedger(groups: 4, senders: [5, 7], instances: 8, isFIFO: true)
    }

    private func message(_ sequence: UInt64, group: UInt32 = 0, _ producer: UInt16 = 0)
        -> QueueMessage
    {
        QueueMessage(group: group, producer: producer, sequence: sequence)
    }

    private func admit(_ message: QueueMessage) {
        #expect(ledger.start(message) == .first)
        #expect(ledger.handled(message))
        ledger.deleted(message)
    }

    private func findings(
        sent: UInt64, deadLetters: [QueueMessage] = [], remaining: UInt64 = 0
    ) -> QueueFindings {
        ledger.findings(
            QueueLedger.Evidence(
                sent: { row, group in row == 0 && group == 0 ? sent : 0 }, refused: { _ in [] },
                deadLetters: deadLetters, remaining: remaining))
    }

    @Test func namesMessagesOfItsOwnProducersOnly() {
        func header(_ producer: UInt16, _ key: UInt32) -> TraceHeader {
            TraceHeader(
                intended: 0, sent: 0, sequence: 3, keyIndex: key, producer: producer, segment: 1,
                runTag: 1)
        }
        #expect(ledger.message(header(7, 2)) == message(3, group: 2, 1))
        #expect(ledger.message(header(6, 2)) == nil)
        #expect(ledger.message(header(7, 4)) == nil)
    }

    @Test func inOrderNothingIsFound() {
        for sequence in 0..<100 as Range<UInt64> { admit(message(sequence)) }
        let found = findings(sent: 100)
        #expect(found.lost == 0 && found.faults == [] && found.unexpected == 0)
    }

    @Test func whatIsPassedOverIsLostUnlessItIsADeadLetter() {
        admit(message(0))
        admit(message(3))
        #expect(findings(sent: 4).lost == 2)
        let found = findings(sent: 4, deadLetters: [message(1), message(2)])
        #expect(found.lost == 0 && found.unexpected == 0)
        #expect(findings(sent: 4, deadLetters: [message(1)], remaining: 1).lost == 0)
        #expect(
            findings(sent: 4).faults == ["key-0000000000, producer 0, message 1: never arrived"])
    }

    @Test func theEndOfAGroupIsMissedToo() {
        admit(message(0))
        #expect(findings(sent: 3).lost == 2)
    }

    @Test func lateMessagesBreakTheOrderOnce() {
        admit(message(1))
        admit(message(0))
        admit(message(2))
        let found = findings(sent: 3)
        #expect(found.orderBreaks.reduce(0, +) == 1 && found.lost == 0)
        #expect(
            found.faults
                == ["key-0000000000, producer 0, message 0: handled after message 1 of its group"])
    }

    @Test func whatCouldNotBeDeletedMayComeAgain() {
        #expect(ledger.start(message(0)) == .first)
        #expect(ledger.handled(message(0)))
        #expect(ledger.start(message(0), attempt: 2) == .again)
        #expect(!ledger.handled(message(0)))
        ledger.deleted(message(0))
        #expect(findings(sent: 1).unexpected == 0)
        #expect(ledger.start(message(0)) == .unexpected)
        #expect(findings(sent: 1).unexpected == 1)
    }

    @Test func deadLettersAreCheckedToo() {
        admit(message(0))
        #expect(findings(sent: 1, deadLetters: [message(0)]).unexpected == 1)
        #expect(
            findings(sent: 3, deadLetters: [message(1), message(1), message(2)]).unexpected == 1)
        #expect(
            findings(sent: 3, deadLetters: [message(2), message(1)]).orderBreaks.reduce(0, +) == 1)
    }

    @Test func aGroupIsHeldUntilItsTimeout() {
        func receive(_ sequence: UInt64, ticket: UInt64, at now: Nanoseconds) {
            _ = ledger.receive(
                message(sequence), attempt: 1, ticket: ticket, polled: now, received: now + 10,
                visibility: 30 * millisecond)
        }
        receive(0, ticket: 1, at: 0)
        receive(1, ticket: 1, at: 0)
        receive(0, ticket: 2, at: 10 * millisecond)
        #expect(findings(sent: 2, remaining: 2).early == 1)
        receive(0, ticket: 3, at: 41 * millisecond)
        #expect(findings(sent: 2, remaining: 2).early == 1)
        // Let go, then the next one may have it at once.
        ledger.letGo(message(0), ticket: 3)
        receive(1, ticket: 4, at: 42 * millisecond)
        ledger.release(message(1), ticket: 4, visibleAt: 43 * millisecond)
        receive(1, ticket: 5, at: 43 * millisecond)
        #expect(findings(sent: 2, remaining: 2).early == 1)
    }

    @Test func moreThanTheTableHoldsIsUndecided() {
        admit(message(1_000_000))
        let found = findings(sent: 1_000_001)
        #expect(found.undecided == 1_000_000 - (1 << 16) && found.lost > 0)
    }
}
