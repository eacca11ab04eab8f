import Testing
import UrrMeasure
import UrrPlatform

@testable import UrrEngine

extension Simulated {
    /// Fails where anything at all was found wrong with what group `group` got.
    func expectNothingWrong(
        _ group: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = outcome.findings[group]
        #expect(found.lost == 0, sourceLocation: sourceLocation)
        #expect(found.duplicates == 0, sourceLocation: sourceLocation)
        #expect(found.reordered == 0, sourceLocation: sourceLocation)
        #expect(found.outOfRange == 0, sourceLocation: sourceLocation)
        #expect(found.unhandledAtEnd == 0, sourceLocation: sourceLocation)
        #expect(found.undecided == 0, sourceLocation: sourceLocation)
        #expect(found.firstViolations == [], sourceLocation: sourceLocation)
        #expect(self.group(group).corrupted == 0, sourceLocation: sourceLocation)
        #expect(self.group(group).duplicates == 0, sourceLocation: sourceLocation)
    }

    /// Fails where not every one of `count` messages was sent, delivered and handled once.
    func expectAllHandled(
        _ count: UInt64, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(sent().sent == count, sourceLocation: sourceLocation)
        #expect(group().delivered == count, sourceLocation: sourceLocation)
        #expect(group().handled == count, sourceLocation: sourceLocation)
        #expect(outcome.drained && !outcome.interrupted, sourceLocation: sourceLocation)
        #expect(outcome.unsent == outcome.unsent.map { _ in 0 }, sourceLocation: sourceLocation)
    }
}

/// Whether `value` is within the share `tolerance` of `expected`.
func isClose(_ value: Double, to expected: Double, within tolerance: Double) -> Bool {
    abs(value - expected) <= tolerance * abs(expected)
}
