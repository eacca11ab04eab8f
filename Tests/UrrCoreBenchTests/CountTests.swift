import Testing
import UrrPlatform

@testable import UrrCoreBench

@Suite(.serialized) struct CountTests {
    @Test func namesAreUniqueAndSelectable() {
        let names = MessageCosts.names([])
        #expect(Set(names).count == names.count && names.count >= 10)
        #expect(MessageCosts.names(["queue-*"]).allSatisfy { $0.hasPrefix("queue-") })
        #expect(MessageCosts.names(["nothing"]) == [])
    }

    /// Every case works and is the same twice, as far as can be told without stepping.
    @Test(arguments: MessageCosts.names([]))
    func countsRepeat(name: String) throws {
        let costs = try (0..<2).map { _ in
            try #require(
                try MessageCosts.count([name], allocations: .none, steps: false).first)
        }
        #expect(costs[0].defect == nil)
        #expect(costs[0] == costs[1])
        #expect(costs[0].allocatedBytes == nil && costs[0].instructions == nil)
    }

    /// In a debug build the numbers themselves mean nothing, and steps are many: one case.
    @Test(.enabled(if: MessageCosts.countsSteps, "no stepping through code here"))
    func stepsRepeat() throws {
        let name = "log-exclusive-append-64B-b32"
        let costs = try (0..<2).map { _ in
            try #require(try MessageCosts.count([name], allocations: .none).first)
        }
        #expect(costs[0].defect == nil)
        #expect(costs[0] == costs[1])
        #expect((costs[0].instructions ?? 0) > 1)
        #expect(costs[0].systemCalls == 0 && costs[0].failedExchanges == 0)
    }

    @Test func whatIsKeptTakesWhatTheLayoutSays() throws {
        let costs = try MessageCosts.count(
            ["log-*-append-64B-b1"], allocations: .none, steps: false)
        // A frame of 16 and 64 bytes and a waypoint; a payload of 64 and a descriptor of 32.
        #expect(costs.map(\.retainedBytes) == [81, 96])
    }

    @Test func aCaseThatDoesTooLittleIsDefective() throws {
        let lazy = CountedCase(name: "lazy", summary: "", window: 32) { CountedWork { $0 / 2 } }
        let cost = try MessageCounter.cost(of: lazy, steps: false, allocations: .none)
        #expect(cost.defect != nil)
    }
}
