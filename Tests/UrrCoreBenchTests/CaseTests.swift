import Testing
import UrrPlatform

@testable import UrrCoreBench

/// Every case in a smoke form: that it works, and that its check would notice if it did not.
@Suite(.serialized) struct CaseTests {
    static let clock = TimeStampClock()

    static func request(_ subject: any CoreCase, _ tamper: Tamper? = nil) -> TrialRequest {
        TrialRequest(
            messages: subject.rounded(600), warmup: subject.rounded(70),
            cpus: Array(PinnedThread.allowedCPUs().prefix(2)), clock: clock, allocations: .none,
            isSmoke: true, tamper: tamper)
    }

    @Test(arguments: CoreCaseTable.all.map(\.name))
    func readsWhatWasWritten(name: String) throws {
        let subject = try #require(CoreCaseTable.all.first { $0.name == name })
        let request = Self.request(subject)
        let measurement = try subject.measure(request)
        #expect(measurement.defect == nil)
        #expect(measurement.messages == request.messages)
        #expect(measurement.payloadBytes == request.messages * UInt64(subject.size.rawValue))
        #expect(measurement.nanoseconds > 0)
        #expect((measurement.latency != nil) == (subject.kind != .throughput))
        #expect((measurement.memory != nil) == (subject is QueueCase))
        if let latency = measurement.latency {
            #expect(UInt64(latency.count) == request.messages)
            #expect(latency.p50 > 0 && latency.p50 <= latency.maximum)
        }
    }

    /// What a broken reader could do with the first message that it gets.
    enum Fault: CaseIterable {
        case alteredWord, wrongNumber, lost, repeated

        var tamper: Tamper {
            Tamper { position, words in
                guard position == 0 else { return 1 }
                switch self {
                case .alteredWord: words[1] ^= 0x10
                case .wrongNumber: words[0] ^= 1
                case .lost: return 0
                case .repeated: return 2
                }
                return 1
            }
        }

        /// Words that the report of the defect must have.
        var report: String {
            switch self {
            case .alteredWord: "wrong sum"
            case .wrongNumber: "out of order"
            case .lost, .repeated: "messages instead of"
            }
        }
    }

    @Test(arguments: CoreCaseTable.all.map(\.name), Fault.allCases)
    func noticesABrokenReader(name: String, fault: Fault) throws {
        let subject = try #require(CoreCaseTable.all.first { $0.name == name })
        let measurement = try subject.measure(Self.request(subject, fault.tamper))
        #expect(measurement.defect?.contains(fault.report) == true)
    }

    /// Without a processor for each thread everything still works: threads give way.
    @Test func worksOnOneProcessor() throws {
        for name in [
            "log-1p1g-64B-b1", "log-2p-append-64B-b1", "log-roundtrip-64B",
            "queue-2-2-b10-g100-r1k-dedup",
        ] {
            let subject = try #require(CoreCaseTable.all.first { $0.name == name })
            var request = Self.request(subject)
            request.cpus = Array(request.cpus.prefix(1))
            #expect(try subject.measure(request).defect == nil)
        }
    }

    @Test func namesAreDistinctAndFloorsExist() {
        let names = CoreCaseTable.all.map(\.name)
        #expect(Set(names).count == names.count)
        for floor in CoreCaseTable.all.compactMap(\.floor) { #expect(names.contains(floor)) }
    }

    @Test func selectionBringsTheFloors() {
        let selected = CoreCaseTable.selected(["log-1p1g-64B-b32", "*oneway*256B"]).map(\.name)
        #expect(
            selected == [
                "floor-copy-64B", "log-1p1g-64B-b32", "log-1p1g-64B-b32-copy",
                "log-oneway-1M-256B",
            ])
        #expect(CoreCaseTable.selected(["no such case"]).isEmpty)
        #expect(CoreCaseTable.selected([]).count == CoreCaseTable.all.count)
    }
}
