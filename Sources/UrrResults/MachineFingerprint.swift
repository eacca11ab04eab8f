import Glibc
import UrrPlatform

/// Finds out what machine and what build this is.
///
/// Nothing is run and nothing that names the host or the user is read: `/proc/cpuinfo`,
/// `/proc/meminfo`, the kernel's name and release, the processors this process may use, and two
/// environment variables that whoever builds may set:
/// - `URRBENCH_COMMIT`: the commit that the program was built from, `-dirty` appended where the
///   tree had changes (the start script sets it);
/// - without it the record says `unknown`.
public enum MachineFingerprint {
    /// The machine and build of this process. `timerCostNs` is the measured cost of one clock
    /// reading, `allocator` what the linked allocator says about itself.
    public static func current(
        clockSource: ClockSource, clockSpreadPPM: Double, timerCostNs: Double, allocator: String,
        environment: [String: String]
    ) -> MachineRecord {
        MachineRecord(
            cpuModel: processor, architecture: unameField(\.machine),
            logicalCPUs: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
            allowedCPUs: PinnedThread.allowedCPUs(),
            memoryBytes: memoryBytes(in: readSystemFile("/proc/meminfo") ?? "") ?? 0,
            kernel: unameField(\.sysname) + " " + unameField(\.release),
            clockSource: clockSource.rawValue, clockSpreadPPM: clockSpreadPPM,
            timerCostNs: timerCostNs, swiftVersion: swiftVersion,
            gitCommit: environment["URRBENCH_COMMIT"].flatMap { $0.isEmpty ? nil : $0 }
                ?? "unknown",
            buildMode: buildMode, allocator: allocator)
    }

    /// The processor's name, or `unknown`.
    public static var processor: String {
        cpuModel(in: readSystemFile("/proc/cpuinfo") ?? "") ?? "unknown"
    }

    /// `debug` or `release`, as this module was built.
    public static var buildMode: String {
        #if DEBUG
        "debug"
        #else
        "release"
        #endif
    }

    /// The compiler that built this module, as far as the language can tell.
    public static var swiftVersion: String {
        #if compiler(>=6.4)
        "6.4 or later"
        #elseif compiler(>=6.3.1)
        "6.3.1 or later"
        #elseif compiler(>=6.3)
        "6.3"
        #else
        "6.2"
        #endif
    }

    /// The processor's name: `model name` on x86; on arm64, which gives none, the numbers of its
    /// maker and part.
    static func cpuModel(in cpuinfo: String) -> String? {
        if let name = field("model name", in: cpuinfo) { return name }
        guard let implementer = field("CPU implementer", in: cpuinfo),
            let part = field("CPU part", in: cpuinfo)
        else { return nil }
        return "implementer \(implementer) part \(part)"
    }

    /// Physical memory; the file says kB and means KiB.
    static func memoryBytes(in meminfo: String) -> UInt64? {
        guard let text = field("MemTotal", in: meminfo),
            let kibibytes = text.split(separator: " ").first.flatMap({ UInt64($0) })
        else { return nil }
        let (bytes, overflow) = kibibytes.multipliedReportingOverflow(by: 1024)
        return overflow ? nil : bytes
    }

    /// What follows the colon of the first line that starts with `name`.
    private static func field(_ name: String, in text: String) -> String? {
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let key = line[..<colon].drop { $0.isWhitespace }
            guard key.hasPrefix(name), key.dropFirst(name.count).allSatisfy(\.isWhitespace)
            else { continue }
            let value = line[line.index(after: colon)...].drop { $0.isWhitespace }
            return value.isEmpty ? nil : String(value)
        }
        return nil
    }

    private static func unameField<Field>(_ field: KeyPath<utsname, Field>) -> String {
        var names = utsname()
        guard uname(&names) == 0 else { return "unknown" }
        return withUnsafeBytes(of: names[keyPath: field]) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
