import Glibc
import Testing

@testable import UrrResults

@Suite struct MachineFingerprintTests {
    private func current(_ environment: [String: String]) -> MachineRecord {
        MachineFingerprint.current(
            clockSource: .system, clockSpreadPPM: 1, timerCostNs: 20, allocator: "glibc",
            environment: environment)
    }

    @Test func saysWhatThisMachineIs() {
        let machine = current([:])
        #expect(machine.logicalCPUs >= 1)
        #expect(!machine.allowedCPUs.isEmpty)
        #expect(machine.memoryBytes > 64 << 20)
        #expect(machine.kernel.hasPrefix("Linux "))
        #expect(["x86_64", "aarch64"].contains(machine.architecture))
        #expect(machine.clockSource == "clock_gettime")
        #expect(["debug", "release"].contains(machine.buildMode))
        #expect(machine.swiftVersion.hasPrefix("6."))
    }

    @Test func theCommitComesFromWhoeverBuilt() {
        #expect(current(["URRBENCH_COMMIT": "abc-dirty"]).gitCommit == "abc-dirty")
        #expect(current(["URRBENCH_COMMIT": ""]).gitCommit == "unknown")
        #expect(current([:]).gitCommit == "unknown")
    }

    @Test func namesNeitherHostNorUser() throws {
        var name = [CChar](repeating: 0, count: 256)
        #expect(gethostname(&name, 255) == 0)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
        // Too short a name would be found by chance.
        guard host.count > 3 else { return }
        #expect(!"\(current([:]))".contains(host))
    }

    @Test func findsTheProcessorsName() {
        let x86 = "processor\t: 0\nmodel\t\t: 85\nmodel name\t: Some CPU @ 2.0GHz\n"
        #expect(MachineFingerprint.cpuModel(in: x86) == "Some CPU @ 2.0GHz")
        let arm = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"
        #expect(MachineFingerprint.cpuModel(in: arm) == "implementer 0x41 part 0xd0c")
        #expect(MachineFingerprint.cpuModel(in: "nonsense") == nil)
        #expect(MachineFingerprint.cpuModel(in: "model name\t:") == nil)
    }

    @Test func findsTheMemory() {
        #expect(MachineFingerprint.memoryBytes(in: "MemTotal:  16 kB\nMemFree: 1 kB") == 16384)
        #expect(MachineFingerprint.memoryBytes(in: "MemTotalX: 16 kB") == nil)
        #expect(MachineFingerprint.memoryBytes(in: "MemTotal: 18446744073709551615 kB") == nil)
        #expect(MachineFingerprint.memoryBytes(in: "") == nil)
    }
}
