import Foundation

/// What a sweep found: the variants of one workload, each run several times.
///
/// Written after every run, so that an interrupted sweep can be taken up again.
public struct SweepRecord: Codable, Sendable, Equatable {
    /// Says what kind of file this is.
    public static let schema = "urrbench.sweep"
    /// Version of the layout that this program writes and reads.
    public static let version = 1
    /// How names of sweep files end.
    public static let fileEnding = ".sweep.json"

    /// The kind of file.
    public private(set) var schema = Self.schema
    /// The layout.
    public private(set) var version = Self.version
    /// Identifies the sweep; letters, digits and hyphens.
    public var sweepId: String
    /// When the sweep started: ISO 8601, UTC, with seconds.
    public var startedAt: String
    /// The workload before the values of the cells went into it.
    public var workload: WorkloadRecord
    /// The seed of the order, and of the first trial; trial `t` runs with `seed + t`.
    public var seed: DecimalUInt64
    /// What carried the messages.
    public var driver: DriverRecord
    /// Where it ran; nil before the first run.
    public var machine: MachineRecord?
    /// How often each cell is to be run.
    public var trials: Int
    /// What is varied.
    public var axes: [SweepAxisRecord]
    /// Every combination of values.
    public var cells: [SweepCellRecord]
    /// The runs so far, in the order in which they were made.
    public var runs: [SweepRunRecord]

    /// Whether its runs were in virtual time, so that nothing in it was measured.
    public var isSimulated: Bool { machine?.isSimulated == true }

    /// A record of the given values; see the properties.
    public init(
        sweepId: String, startedAt: String, workload: WorkloadRecord, seed: DecimalUInt64,
        driver: DriverRecord, machine: MachineRecord? = nil, trials: Int, axes: [SweepAxisRecord],
        cells: [SweepCellRecord], runs: [SweepRunRecord] = []
    ) {
        self.sweepId = sweepId
        self.startedAt = startedAt
        self.workload = workload
        self.seed = seed
        self.driver = driver
        self.machine = machine
        self.trials = trials
        self.axes = axes
        self.cells = cells
        self.runs = runs
    }
}

/// One thing that a sweep varies.
public struct SweepAxisRecord: Codable, Sendable, Equatable {
    /// `partitions`, `consumers`, or a path of the workload.
    public var name: String
    /// Its values, as written.
    public var values: [String]

    /// A record of the given values.
    public init(name: String, values: [String]) {
        self.name = name
        self.values = values
    }
}

/// One combination of values.
public struct SweepCellRecord: Codable, Sendable, Equatable {
    /// One value for each axis.
    public var values: [String]
    /// The overrides that made the variant.
    public var overrides: [String]

    /// A record of the given values.
    public init(values: [String], overrides: [String]) {
        self.values = values
        self.overrides = overrides
    }
}

extension SweepRecord {
    /// The record as JSON with sorted members.
    public func json() throws(ResultError) -> Data { try RecordFile.encode(self) }

    /// Reads a record. Never traps, whatever the bytes are.
    public init(json: Data) throws(ResultError) {
        self = try RecordFile.decode(json, schema: Self.schema, version: Self.version)
        try validate()
    }

    /// Checks what the types alone do not say, so that readers need not.
    private func validate() throws(ResultError) {
        for (index, cell) in cells.enumerated() where cell.values.count != axes.count {
            throw .malformed(
                path: "cells[\(index)].values",
                reason: "\(cell.values.count) values for \(axes.count) axes")
        }
        guard trials > 0 else { throw .malformed(path: "trials", reason: "below 1") }
        for (index, run) in runs.enumerated() {
            guard cells.indices.contains(run.cell) else {
                throw .malformed(path: "runs[\(index)].cell", reason: "no cell \(run.cell)")
            }
            guard (0..<trials).contains(run.trial) else {
                throw .malformed(path: "runs[\(index)].trial", reason: "no trial \(run.trial)")
            }
        }
    }
}

extension SweepRecord: StorableRecord {
    /// The same as `sweepId`.
    public var identifier: String { sweepId }
}

extension ResultStore {
    /// Reads one sweep.
    public static func loadSweep(path: String) throws(ResultError) -> SweepRecord {
        try SweepRecord(json: try bytes(path: path))
    }
}
