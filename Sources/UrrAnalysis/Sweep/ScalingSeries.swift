import UrrPlatform
import UrrResults

/// How one group's throughput grows along one axis of a sweep, the other axes held.
public struct ScalingSeries: Sendable {
    /// A measured throughput.
    public struct Point: Sendable, Equatable {
        /// Index of the cell.
        public let cell: Int
        /// The axis's value.
        public let count: Double
        /// Messages handled a second.
        public let throughput: Double
        /// Why the point takes no part in the fit; nil where it does.
        public let excluded: Exclusion?
    }

    /// Why a point says nothing about how the system scales.
    public enum Exclusion: String, Sendable, Equatable {
        /// The group kept up: the throughput is that of the schedule.
        case notSaturated = "kept up with what was offered"
        /// Members without a partition, or partitions beyond the members: the count is not the
        /// number of those who worked.
        case idle = "some of them had nothing to do"
    }

    /// `consumers` or `partitions`.
    public let axis: String
    /// The other axes with the values that they were held at.
    public let held: [(name: String, value: String)]
    /// Name of the group.
    public let group: String
    /// All trials of all cells of the series, by count.
    public let points: [Point]
    /// What the points that take part say, or why they say nothing.
    public let analysis: Result<ScalabilityAnalysis, ScalabilityError>

    init(
        axis: String, held: [(name: String, value: String)], group: String, points: [Point],
        seed: UInt64
    ) {
        self.axis = axis
        self.held = held
        self.group = group
        self.points = points.sorted { $0.count < $1.count }
        let measured = points.filter { $0.excluded == nil }.map {
            ScalabilityPoint(members: $0.count, throughput: $0.throughput)
        }
        do throws(ScalabilityError) {
            analysis = .success(try ScalabilityAnalysis(measured, seed: seed))
        } catch {
            analysis = .failure(error)
        }
    }
}

extension SweepRecord {
    /// Axes along which throughput is expected to scale.
    private static let scalingAxes = ["consumers", "partitions"]

    /// Every series along `consumers` or `partitions` that has at least two values. The bootstrap
    /// is seeded with the sweep's seed.
    public func scalingSeries() -> [ScalingSeries] {
        axes.indices.filter { axis in
            Self.scalingAxes.contains(axes[axis].name) && axes[axis].values.count > 1
        }.flatMap { axis in
            groupNames.flatMap { group in series(axis, group) }
        }
    }

    private func series(_ axis: Int, _ group: String) -> [ScalingSeries] {
        var order: [[String]] = []
        var found: [[String]: [ScalingSeries.Point]] = [:]
        for run in runs where run.verdict.value != .invalid {
            guard let record = run.group(group) else { continue }
            var held = cells[run.cell].values
            guard let count = Double(held[axis]), count >= 1 else { continue }
            held[axis] = ""
            if found[held] == nil { order.append(held) }
            let point = point(run, record, count, isConsumers: axes[axis].name == "consumers")
            found[held, default: []].append(point)
        }
        return order.compactMap { held in
            let points = found[held] ?? []
            guard Set(points.map(\.count)).count > 1 else { return nil }
            let others = axes.indices.filter { $0 != axis }.map { (axes[$0].name, held[$0]) }
            return ScalingSeries(
                axis: axes[axis].name, held: others, group: group, points: points,
                seed: seed.value)
        }
    }

    private func point(
        _ run: SweepRunRecord, _ group: SweepGroupRecord, _ count: Double, isConsumers: Bool
    ) -> ScalingSeries.Point {
        let active = group.members - group.idleMembers
        let isPartlyIdle = isConsumers ? group.idleMembers > 0 : Double(active) < count
        let excluded: ScalingSeries.Exclusion? =
            isPartlyIdle ? .idle : group.saturatedPerSecond == nil ? .notSaturated : nil
        return ScalingSeries.Point(
            cell: run.cell, count: count,
            throughput: group.saturatedPerSecond ?? group.handledPerSecond ?? 0,
            excluded: excluded)
    }
}
