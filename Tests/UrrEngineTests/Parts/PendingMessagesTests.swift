import Testing

@testable import UrrEngine

struct PendingMessagesTests {
    private func message(_ offset: Int) -> PendingMessage {
        PendingMessage(nil, .first, offset: Int64(offset), identity: 0, lane: 0)
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 4), (500, 512)])
    func thereIsRoomForWhatWasAsked(capacity: Int, size: Int) {
        let pending = PendingMessages(capacity: capacity)
        #expect(pending.room == size && pending.hasWaiting == false)
    }

    @Test func messagesKeepTheirOrderAroundTheRing() {
        var pending = PendingMessages(capacity: 4)
        var next = 0
        for round in 0..<10 {
            while pending.room > 0 {
                pending.append(message(next))
                pending.ready = pending.tail
                next += 1
            }
            #expect(pending.hasWaiting == true)
            // Started and settled one by one, three of them in each round.
            for _ in 0..<3 {
                #expect(pending[pending.next].pointee.offset == Int64(pending.next))
                pending.next += 1
                pending[pending.head].pointee.isDone = true
                pending.head += 1
            }
            #expect(pending.room == 3 && pending.tail == next)
            #expect(pending[pending.head].pointee.offset == Int64(3 * round + 3))
            #expect(pending[pending.head].pointee.isDone == false)
        }
    }

    @Test func oneMessageTooManyStopsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            var pending = PendingMessages(capacity: 1)
            for offset in 0..<2 {
                pending.append(
                    PendingMessage(nil, .first, offset: Int64(offset), identity: 0, lane: 0))
            }
        }
    }
}
