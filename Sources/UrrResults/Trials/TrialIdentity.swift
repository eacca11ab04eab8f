/// What two runs must share so that a difference between them is a difference of the code.
public struct TrialIdentity: Codable, Sendable, Equatable {
    /// Name of the workload.
    public var workload: String
    /// Digest of the workload as it was run.
    public var digest: String
    /// The seed.
    public var seed: DecimalUInt64
    /// Name of the driver with its settings, where it has some.
    public var driver: String
    /// Processor, its number, memory and kernel.
    public var machine: [String: String]
    /// `release` or `debug`.
    public var buildMode: String
    /// The compiler; another one is told but not refused.
    public var compiler: String
    /// How the run was laid out over threads.
    public var settings: SettingsRecord
    /// Whether time was virtual.
    public var simulated: Bool

    /// The identity of a run.
    public init(_ record: RunRecord) {
        workload = record.workload.name
        digest = record.workload.digest
        seed = record.seed
        let settings = record.driver.facts.filter { $0.key.hasPrefix("setting ") }
        driver = ([record.driver.name] + settings.sorted { $0.key < $1.key }.map { "\($0): \($1)" })
            .joined(separator: ", ")
        machine = Self.machine(record.machine)
        buildMode = record.machine.buildMode
        compiler = record.machine.swiftVersion
        self.settings = record.settings
        simulated = record.simulated
    }

    /// What of a machine changes its speed. Memory in GiB: kernels differ by some MiB in what they
    /// count.
    public static func machine(_ record: MachineRecord) -> [String: String] {
        [
            "processor": record.cpuModel, "architecture": record.architecture,
            "processors": "\(record.allowedCPUs.count) of \(record.logicalCPUs)",
            "memory": "\((record.memoryBytes >> 29 &+ 1) >> 1) GiB", "kernel": record.kernel,
            "clock": record.clockSource,
        ]
    }

    /// What differs so that the two must not be compared, as `what: this, other`.
    public func differences(from other: TrialIdentity) -> [String] {
        var found: [String] = []
        func compare(_ what: String, _ mine: String, _ theirs: String) {
            if mine != theirs { found.append("\(what): \"\(mine)\" and \"\(theirs)\"") }
        }
        compare("workload", workload, other.workload)
        if workload == other.workload { compare("digest of the workload", digest, other.digest) }
        compare("seed", "\(seed.value)", "\(other.seed.value)")
        compare("driver", driver, other.driver)
        for key in Set(machine.keys).union(other.machine.keys).sorted() {
            compare("machine's \(key)", machine[key] ?? "-", other.machine[key] ?? "-")
        }
        compare("build mode", buildMode, other.buildMode)
        compare("threads", Self.text(settings), Self.text(other.settings))
        compare("virtual time", "\(simulated)", "\(other.simulated)")
        return found
    }

    private static func text(_ settings: SettingsRecord) -> String {
        "\(settings.producerWorkers) + \(settings.consumerWorkers), \(settings.idle), "
            + (settings.pinned ? "pinned" : "not pinned")
    }
}
