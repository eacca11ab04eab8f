import UrrPlatform

/// The machine and the build that a run used. Holds nothing that names a host or a user.
public struct MachineRecord: Codable, Sendable, Equatable {
    /// Name of the processor as the system states it.
    public var cpuModel: String
    /// Instruction set: `x86_64`, `aarch64`.
    public var architecture: String
    /// Processors that the machine has online.
    public var logicalCPUs: Int
    /// Processors that the run was allowed to use.
    public var allowedCPUs: [Int]
    /// Physical memory in bytes.
    public var memoryBytes: UInt64
    /// Kernel name and release.
    public var kernel: String
    /// The source of time: `time-stamp-counter`, `clock_gettime`, `simulated`.
    public var clockSource: String
    /// Whether the time was virtual, so that nothing was measured.
    public var isSimulated: Bool { clockSource == ClockSource.simulated.rawValue }
    /// Largest disagreement between the calibration windows of the clock, in parts per million.
    public var clockSpreadPPM: Double
    /// Cost of one clock reading.
    public var timerCostNs: Double
    /// The compiler that built the program.
    public var swiftVersion: String
    /// Commit that the program was built from, with `-dirty` where the tree had changes; `unknown`
    /// where nobody said.
    public var gitCommit: String
    /// `release` or `debug`.
    public var buildMode: String
    /// What `malloc` is, with its version.
    public var allocator: String

    /// A record of the given values; see the properties.
    public init(
        cpuModel: String, architecture: String, logicalCPUs: Int, allowedCPUs: [Int],
        memoryBytes:
            UInt64, kernel: String, clockSource: String, clockSpreadPPM: Double,
        timerCostNs: Double,
        swiftVersion: String, gitCommit: String, buildMode: String, allocator: String
    ) {
        self.cpuModel = cpuModel
        self.architecture = architecture
        self.logicalCPUs = logicalCPUs
        self.allowedCPUs = allowedCPUs
        self.memoryBytes = memoryBytes
        self.kernel = kernel
        self.clockSource = clockSource
        self.clockSpreadPPM = clockSpreadPPM
        self.timerCostNs = timerCostNs
        self.swiftVersion = swiftVersion
        self.gitCommit = gitCommit
        self.buildMode = buildMode
        self.allocator = allocator
    }
}
