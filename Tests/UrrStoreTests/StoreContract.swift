import Testing
import UrrStore

/// What every store has to do, whatever it is made of. Each kind of store calls `check`.
enum StoreContract {
    /// Runs a batch to its end; nil where the store has not answered within a minute.
    static func run(
        _ session: StoreSession, _ operation: StoreOperation, _ keys: [EventKey], now: Int64 = 1
    ) -> [Bool]? {
        var known = [Bool](repeating: false, count: keys.count)
        keys.withUnsafeBufferPointer { session.begin(operation, $0, now: now) }
        let clock = ContinuousClock()
        let begun = clock.now
        let end = begun + .seconds(60)
        var time = now
        while clock.now < end {
            if session.poll(now: time, into: &known) == .done { return known }
            let passed = begun.duration(to: clock.now)
            time = now + Int64(passed / .nanoseconds(1))
        }
        return nil
    }

    static func keys(_ numbers: [UInt64]) -> [EventKey] {
        numbers.map { EventKey(high: 7, low: $0) }
    }

    static func check(_ store: any IdempotencyStore) throws {
        try store.provision(run: "contract")
        defer { store.teardown() }
        let first = try store.makeSession(scope: "ticket-service-group")
        let second = try store.makeSession(scope: "ticket-service-group")
        let other = try store.makeSession(scope: "stats-service-group")
        defer { for session in [first, second, other] { session.close() } }

        #expect(run(first, .lookUp, keys([1, 2])) == [false, false])
        #expect(run(first, .record, keys([1, 2])) == [false, false])
        #expect(run(first, .lookUp, keys([2, 3])) == [true, false], "looking up changes nothing")
        #expect(
            run(second, .record, keys([2, 3])) == [true, false], "sessions share a group's keys")
        #expect(run(other, .record, keys([1])) == [false], "groups do not share keys")
        #expect(
            run(first, .record, keys([9, 9, 9])) == [false, true, true],
            "a key twice in one batch is new once")

        let many = keys((100..<600).map { UInt64($0) })
        #expect(run(first, .record, many) == Array(repeating: false, count: 500))
        let mixed = keys((350..<850).map { UInt64($0) })
        #expect(run(second, .record, mixed) == (350..<850).map { $0 < 600 })
        #expect(first.statistics.keys == 2 + 2 + 2 + 3 + 500)
        #expect(first.statistics.known == 1 + 2)
        #expect(second.statistics.known == 1 + 250)

        // The answer may be there before anybody polls: it counts all the same.
        for number in 1000..<1300 as Range<UInt64> {
            let key = keys([number])
            let answers = [run(first, .lookUp, key), run(first, .record, key)]
            #expect(answers == [[false], [false]])
        }

        // A new run starts empty.
        try store.provision(run: "contract-again")
        let again = try store.makeSession(scope: "ticket-service-group")
        #expect(run(again, .record, keys([1])) == [false])
        again.close()
    }
}
