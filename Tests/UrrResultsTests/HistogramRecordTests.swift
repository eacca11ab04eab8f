import Testing
import UrrMeasure
import UrrPlatform
import UrrResults

@Suite struct HistogramRecordTests {
    @Test func holdsOnlyPercentilesThatTheSampleSupports() throws {
        let record = try histogram([(1000, 1980), (100_000, 20)])
        #expect(record.count == 2000)
        #expect(record.percentilesNs == ["50": 1000, "90": 1000, "99": 1000])
        #expect(record.minNs == 1000)
        #expect(record.maxNs == 100_000)
        #expect(try histogram([(5, 19)]).percentilesNs == [:])
    }

    @Test func namesPercentilesAsPeopleDo() throws {
        let record = try histogram([(1, 1_000_000)])
        #expect(
            Set(record.percentilesNs.keys) == ["50", "90", "99", "99.9", "99.99", "99.999"])
    }

    @Test func anEmptyOneHasNoNumbers() throws {
        #expect(try histogram([]) == .empty)
        #expect(HistogramRecord.empty.minNs == nil)
        #expect(HistogramRecord.empty.meanNs == nil)
    }

    @Test func comesBackAsItWas() throws {
        let record = try histogram([
            (-4, 3), (0, 1), (999_999, 5), (3_600_000_000_001, 2), (.max, 1),
        ])
        let again = try record.withHistogram { HistogramRecord($0) }
        #expect(again == record)
        #expect(again.overflow == 3)
        #expect(again.anomalies == 3)
        #expect(again.maxNs == .max)
    }

    @Test func aRecordThatContradictsItsEncodingIsRefused() throws {
        let record = try histogram([(1000, 20)])
        func error(_ change: (inout HistogramRecord) -> Void) -> HistogramCodecError? {
            var changed = record
            change(&changed)
            do {
                try changed.makeHistogram().deallocate()
                return nil
            } catch {
                return error
            }
        }
        #expect(error { _ in } == nil)
        #expect(error { $0.count = 21 } == .countMismatch(stated: 21, encoded: 20))
        #expect(error { $0.minNs = 999 } == .wrongExtremes)
        #expect(error { $0.maxNs = nil } == .wrongExtremes)
        #expect(error { $0.overflow = .max } == .countOverflow)
        #expect(error { $0.overflow = 1 } == .wrongExtremes)
        #expect(error { $0.encoded = "x" } == .notBase64)
        #expect(error { $0.encoded.removeLast(4) } != nil)
    }
}
