/// How lag rises and falls when a stream that changes its rate meets a consumer of constant rate:
/// arithmetic of volumes, without chance.
///
/// Rates are messages a second, times are seconds. Random arrivals add to this lag a queue that is
/// small beside it as long as the overload is.
public struct FluidOverload: Sendable {
    /// A point of the arrival rate. Between two points the rate is linear; two points at one time
    /// are a step; after the last point the rate stays what it is.
    public struct Point: Sendable, Equatable {
        /// When.
        public var time: Double
        /// The rate then.
        public var rate: Double

        /// A point of the given values.
        public init(time: Double, rate: Double) {
            self.time = time
            self.rate = rate
        }
    }

    /// A part in which the lag is one quadratic: `lag + growth * t + bend * t * t / 2`.
    private struct Piece {
        var start: Double
        var lag: Double
        var growth: Double
        var bend: Double

        func lag(after time: Double) -> Double {
            max(0, lag + growth * time + bend * time * time / 2)
        }

        func area(after time: Double) -> Double {
            time * (lag + time * (growth / 2 + time * bend / 6))
        }

        /// When the lag of a falling piece is worked off, from its start: the smaller root, in the
        /// form that subtracts nothing of like size.
        var end: Double {
            let root = max(0, growth * growth - 2 * bend * lag).squareRoot()
            return 2 * lag / (root - growth)
        }
    }

    private var pieces: [Piece] = []
    /// Greatest lag in messages, infinite where it grows for ever.
    public private(set) var peak = 0.0
    /// When the lag is greatest: the first time, at the first point where there never is a lag.
    public private(set) var peakTime: Double
    /// When the last lag is worked off; nil where that never happens, the first point's time where
    /// there never is a lag.
    public private(set) var recoveryTime: Double?
    /// Area under the lag in message-seconds, infinite where it is never worked off.
    public private(set) var area = 0.0

    /// The lag of a stream through `points` at a consumer of `serviceRate`, starting with none.
    /// Nil where there is no point, times fall, or a number is negative or not finite.
    public init?(points: [Point], serviceRate: Double) {
        guard let first = points.first, serviceRate >= 0, serviceRate.isFinite,
            points.allSatisfy({ $0.rate >= 0 && $0.rate.isFinite && $0.time.isFinite }),
            zip(points, points.dropFirst()).allSatisfy({ $0.time <= $1.time })
        else { return nil }
        peakTime = first.time
        recoveryTime = first.time
        var lag = 0.0
        for (from, to) in zip(points, points.dropFirst()) where to.time > from.time {
            addLinear(
                from: from.time, to: to.time, growth: from.rate - serviceRate,
                final: to.rate - serviceRate, &lag)
        }
        finish(at: points.last!, serviceRate, lag)
    }

    /// The lag at `time`; 0 before the first point.
    public func lag(at time: Double) -> Double {
        guard let piece = pieces.last(where: { $0.start <= time }) else { return 0 }
        return piece.lag(after: time - piece.start)
    }

    /// Adds a part in which the lag's growth goes from `growth` to `final` in a line: cut where it
    /// changes its sign, because there the lag turns, or begins.
    private mutating func addLinear(
        from: Double, to: Double, growth: Double, final: Double, _ lag: inout Double
    ) {
        guard growth * final < 0 else {
            addMonotone(from: from, to: to, growth: growth, final: final, &lag)
            return
        }
        let crossing = from + (to - from) * (growth / (growth - final))
        addMonotone(from: from, to: crossing, growth: growth, final: 0, &lag)
        addMonotone(from: crossing, to: to, growth: 0, final: final, &lag)
    }

    /// Adds a part in which the lag only rises or only falls.
    private mutating func addMonotone(
        from: Double, to: Double, growth: Double, final: Double, _ lag: inout Double
    ) {
        let length = to - from
        guard length > 0 else { return }
        let piece = Piece(start: from, lag: lag, growth: growth, bend: (final - growth) / length)
        if growth + final <= 0, lag == 0 {
            pieces.append(Piece(start: from, lag: 0, growth: 0, bend: 0))
            return
        }
        pieces.append(piece)
        let end = lag + (growth + final) / 2 * length
        guard end <= 0 else {
            area += piece.area(after: length)
            lag = end
            notePeak(lag, at: to)
            return
        }
        let emptied = piece.end
        area += piece.area(after: emptied)
        lag = 0
        recoveryTime = from + emptied
        pieces.append(Piece(start: from + emptied, lag: 0, growth: 0, bend: 0))
    }

    private mutating func finish(at last: Point, _ serviceRate: Double, _ lag: Double) {
        let growth = last.rate - serviceRate
        guard lag > 0 || growth > 0 else {
            pieces.append(Piece(start: last.time, lag: 0, growth: 0, bend: 0))
            return
        }
        pieces.append(Piece(start: last.time, lag: lag, growth: growth, bend: 0))
        guard growth < 0 else {
            recoveryTime = nil
            area = .infinity
            if growth > 0 {
                peak = .infinity
                peakTime = .infinity
            }
            return
        }
        recoveryTime = last.time + lag / -growth
        area += lag * lag / -growth / 2
    }

    private mutating func notePeak(_ lag: Double, at time: Double) {
        if lag > peak {
            peak = lag
            peakTime = time
        }
    }
}
