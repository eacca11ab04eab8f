import UrrPlatform
import UrrWorkload

/// The circuit breaker of one member: closed while its handler is well, open for a time when it has
/// failed too often in a row, half open while single messages try it again.
@usableFromInline
struct CircuitBreaker {
    /// Where it stands.
    enum State: String, Sendable {
        case closed
        case open
        case halfOpen = "half-open"
    }

    /// What becomes of a message.
    enum Decision {
        case handle
        case skip
        case wait
    }

    private let spec: CircuitBreakerSpec
    private(set) var state = State.closed
    private var failures = 0
    /// When it has been open long enough.
    private(set) var until: Nanoseconds = 0
    /// Messages that try the handler, and those of them that it was well with.
    private var trying = 0
    private var passed = 0

    init(_ spec: CircuitBreakerSpec) { self.spec = spec }

    /// Whether a message may be handled at `instant`; one that may counts as under way.
    mutating func decide(at instant: Nanoseconds) -> Decision {
        if state == .open, instant >= until {
            state = .halfOpen
            trying = 0
            passed = 0
        }
        if state == .closed { return .handle }
        if state == .halfOpen, trying < spec.probes {
            trying += 1
            return .handle
        }
        return spec.whileOpen == .skip ? .skip : .wait
    }

    /// A handler ended at `instant` after `duration`.
    mutating func ended(after duration: Nanoseconds, at instant: Nanoseconds) {
        let isSlow = duration > spec.slowerThan
        switch state {
        case .closed:
            failures = isSlow ? failures + 1 : 0
            if failures >= spec.failures { open(at: instant) }
        case .halfOpen:
            if isSlow {
                open(at: instant)
            } else {
                passed += 1
                if passed >= spec.probes {
                    state = .closed
                    failures = 0
                }
            }
        // One that began before it opened.
        case .open: return
        }
    }

    private mutating func open(at instant: Nanoseconds) {
        state = .open
        until = instant + spec.open
        failures = 0
    }
}

/// A change of a member's circuit breaker.
public struct BreakerChange: Sendable {
    /// Index of the group.
    public var group: Int
    /// Number of the member.
    public var member: Int
    /// When it changed.
    public var at: Nanoseconds
    /// `closed`, `open` or `half-open`.
    public var state: String

    /// Changes that one worker keeps.
    static let capacity = 10_000
}
