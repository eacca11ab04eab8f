import UrrPlatform

/// A stretch of time in which the expected count of arrivals is a formula that can be inverted.
///
/// The expected count over a whole schedule is cut into pieces; a piece covers the counts
/// `firstCount..<endCount` and the times `start..<end`. Stretches without arrivals have no piece.
@usableFromInline
struct ArrivalPiece: Sendable {
    @usableFromInline
    enum Kind: UInt8, Sendable {
        /// Constant rate: `a` is the interval in nanoseconds.
        case constant
        /// Linear rate: `a` is the initial rate per nanosecond, `b` its square, `c` twice the slope.
        case linear
        /// Bursts: `a` messages each, every `b` nanoseconds, `c` nanoseconds from one to the next.
        case periodic
        /// After the last piece.
        case finished
    }

    @usableFromInline var kind: Kind
    @usableFromInline var segment: UInt8
    @usableFromInline var start: Nanoseconds
    @usableFromInline var end: Nanoseconds
    @usableFromInline var firstCount: Double
    @usableFromInline var endCount: Double
    @usableFromInline var a: Double
    @usableFromInline var b: Double
    @usableFromInline var c: Double

    /// The sentinel after the last piece: its `endCount` sends each step to the slow path.
    static var finished: ArrivalPiece {
        ArrivalPiece(
            kind: .finished, segment: 0, start: .max, end: .max, firstCount: .infinity,
            endCount: -.infinity, a: 0, b: 0, c: 0)
    }

    /// The time at which the expected count reaches `count`, rounded to the nearest nanosecond and
    /// kept inside the piece. `count` is in `firstCount..<endCount`.
    @inlinable
    @inline(__always)
    func time(ofCount count: Double) -> Nanoseconds {
        let y = count - firstCount
        let elapsed: Double
        switch kind {
        case .constant:
            elapsed = y * a
        case .linear:
            // The root of `c/4 t^2 + a t - y = 0` in the form that does not cancel; it holds for
            // falling rates and for slope 0 as well. The tiny bound covers 0 / 0 at the foot of a
            // ramp from 0.
            let root = max(0, b + c * y).squareRoot()
            elapsed = (y + y) / max(a + root, 1e-300)
        case .periodic, .finished:
            let burst = Double(Int64(y / a))
            elapsed = burst * b + (y - burst * a) * c
        }
        // Truncation of a non-negative number plus one half: nearest. `rounded()` would be a call.
        return min(start &+ Nanoseconds(elapsed + 0.5), end &- 1)
    }

    /// The expected count of arrivals before `instant`, which is in `start...end`.
    func count(at instant: Nanoseconds) -> Double {
        let elapsed = Double(instant - start)
        switch kind {
        case .constant:
            return min(endCount, firstCount + elapsed / a)
        case .linear:
            return min(endCount, firstCount + elapsed * (a + elapsed * c / 4))
        case .periodic:
            let burst = (elapsed / b).rounded(.down)
            let inside = elapsed - burst * b
            let sent = c == 0 ? (inside > 0 ? a : 0) : min(a, inside / c)
            return min(endCount, firstCount + burst * a + sent)
        case .finished:
            return firstCount
        }
    }

    /// The rate at `instant` in messages per second; of bursts, the mean over a period.
    func rate(at instant: Nanoseconds) -> Double {
        let perSecond = Double(nanosecondsPerSecond)
        switch kind {
        case .constant: return perSecond / a
        case .linear: return max(0, a + Double(instant - start) * c / 2) * perSecond
        case .periodic: return a / b * perSecond
        case .finished: return 0
        }
    }
}
