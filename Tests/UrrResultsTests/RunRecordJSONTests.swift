import Foundation
import Testing
import UrrPlatform
import UrrResults

@Suite struct RunRecordJSONTests {
    /// The JSON of the sample with one text replaced.
    private func json(replacing old: String = "", by new: String = "") throws -> Data {
        let text = String(decoding: try sampleRecord().json(), as: UTF8.self)
        guard !old.isEmpty else { return Data(text.utf8) }
        let range = try #require(text.range(of: old), "the sample has no \(old)")
        return Data(text.replacingCharacters(in: range, with: new).utf8)
    }

    private func error(_ json: Data) -> ResultError? {
        do {
            _ = try RunRecord(json: json)
            return nil
        } catch {
            return error
        }
    }

    @Test func aRecordComesBackAsItWas() throws {
        let record = try sampleRecord()
        let again = try RunRecord(json: record.json())
        #expect(again == record)
        #expect(again.seed == DecimalUInt64(.max))
    }

    @Test func theSameRecordIsTheSameText() throws {
        #expect(try sampleRecord().json() == sampleRecord().json())
    }

    @Test func theFileNamesItsSchemaAndVersionAndKeepsTheSeed() throws {
        let text = String(decoding: try json(), as: UTF8.self)
        #expect(text.contains("\"schema\" : \"urrbench.run\""))
        #expect(text.contains("\"version\" : 1"))
        #expect(text.contains("\"seed\" : \"18446744073709551615\""))
    }

    @Test func membersAreCamelCase() throws {
        let text = String(decoding: try json(), as: UTF8.self)
        let keys = text.matches(of: #/"([^"]+)" : /#).map { String($0.output.1) }
        #expect(keys.count > 300)
        // Percentiles and what drivers say are data, not names of ours.
        let ours = keys.filter { !$0.first!.isNumber }
        #expect(ours.filter { $0.wholeMatch(of: #/[a-z][A-Za-z0-9]*/#) == nil } == [])
    }

    // MARK: Damage

    @Test func anotherVersionIsNamed() throws {
        let newer = try json(replacing: "\"version\" : 1,", by: "\"version\" : 2,")
        #expect(error(newer) == .unknownVersion(2))
        #expect(error(newer)?.description.contains("version 2") == true)
        #expect(
            error(Data(#"{"schema": "urrbench.run", "version": 99}"#.utf8)) == .unknownVersion(99))
    }

    @Test func otherFilesAreNamed() {
        #expect(error(Data("{}".utf8)) == .notARunRecord(schema: nil))
        #expect(error(Data("[]".utf8)) == .notARunRecord(schema: nil))
        #expect(error(Data("7".utf8)) == .notARunRecord(schema: nil))
        let other = Data(#"{"schema": "urrbench.sweep", "version": 1}"#.utf8)
        #expect(error(other) == .notARunRecord(schema: "urrbench.sweep"))
        let without = Data(#"{"schema": "urrbench.run"}"#.utf8)
        #expect(error(without) == .malformed(path: "version", reason: "missing"))
    }

    @Test func aMissingFieldIsNamedWithItsPlace() throws {
        let broken = try json(replacing: "\"finalLag\"", by: "\"finalLog\"")
        #expect(error(broken) == .malformed(path: "groups[0].lag.finalLag", reason: "missing"))
    }

    @Test(arguments: [
        ("\"logicalCPUs\" : 2", "\"logicalCPUs\" : \"two\"", "machine.logicalCPUs"),
        ("\"logicalCPUs\" : 2", "\"logicalCPUs\" : null", "machine.logicalCPUs"),
        ("\"scheduled\" : 2200", "\"scheduled\" : -1", "a number"),
        ("\"scheduled\" : 2200", "\"scheduled\" : 1.5", "a number"),
        ("\"18446744073709551615\"", "\"18446744073709551616\"", "seed"),
        ("\"18446744073709551615\"", "\"0x12\"", "seed"),
        ("\"SUSPECT\"", "\"GOOD\"", "verdict.reasons[0].severity"),
        ("\"state\" : \"WARN\"", "\"state\" : \"warn\"", "groups[0].lag.statesTimeline[1].state"),
    ])
    func aWrongFieldIsNamedWithItsPlace(old: String, new: String, place: String) throws {
        let found = error(try json(replacing: old, by: new))
        guard case .malformed(let path, let reason) = found else {
            Issue.record("not malformed: \(String(describing: found))")
            return
        }
        #expect(path == place)
        #expect(!reason.isEmpty)
    }

    @Test(arguments: ["NaN", "Infinity", "1e999", "-1e999", "nan"])
    func numbersThatAreNoneAreRefused(number: String) throws {
        #expect(error(try json(replacing: "\"area\" : 50", by: "\"area\" : \(number)")) != nil)
    }

    /// Whoever adds up what a file holds must not overflow.
    @Test(arguments: ["9223372036854775807", "9007199254740993", "1e300", "10000000000000000000.5"])
    func numbersThatNoRunMeasuresAreRefused(number: String) throws {
        let found = error(try json(replacing: "\"area\" : 50", by: "\"area\" : \(number)"))
        #expect(
            found
                == .malformed(
                    path: "groups[0].lag.area",
                    reason: "\(number) is beyond what a run can measure"))
        // What the user wrote is the user's.
        let document = try json(
            replacing: "\"document\" : {", by: "\"document\" : {\n\"x\" : [{\"y\" : 1e300}, 1e300],"
        )
        #expect(error(document) == nil)
    }

    @Test func whatJSONCannotHoldIsNotWritten() throws {
        var record = try sampleRecord()
        record.groups[1].lag.area = .nan
        #expect(throws: ResultError.notEncodable(path: "groups[1].lag.area", reason: "value nan")) {
            try record.json()
        }
        record.groups[1].lag.area = 1
        record.workload.document = .array([.number(.infinity)])
        #expect(throws: ResultError.self) { try record.json() }
    }

    @Test func everyTruncationIsAnError() throws {
        let whole = try json()
        for length in stride(from: 0, to: whole.count - 2, by: 97) {
            guard let error = error(whole.prefix(length)) else {
                Issue.record("\(length) bytes were taken for a whole record")
                continue
            }
            guard case .notJSON = error else {
                Issue.record("\(length) bytes: \(error)")
                continue
            }
        }
    }

    /// Random damage gives a record or an error, never a trap; and what is read can be evaluated.
    @Test func damageNeverTraps() throws {
        let whole = try json()
        let random = IndexedRandom(seed: 3, stream: "damage")
        for round in 0..<300 as Range<UInt64> {
            var bytes = whole
            for change in 0..<(1 + random[round] % 3) {
                let bits = random[1000 + round * 3 + change]
                bytes[Int(bits % UInt64(bytes.count))] = UInt8(32 + (bits >> 56) % 95)
            }
            guard let record = try? RunRecord(json: bytes) else { continue }
            for metric in ["response.p99", "peak.service.max", "lag.recovery", "lost"] {
                _ = MetricCatalogue().evaluate(metric, in: record)
            }
            for group in record.groups {
                try? group.latencies.response.makeHistogram().deallocate()
            }
        }
    }

    @Test func recordsThatContradictThemselvesAreRefused() throws {
        var record = try sampleRecord()
        record.series.rows[2].groups.removeLast()
        #expect(
            error(try record.json())
                == .malformed(path: "series.rows[2].groups", reason: "1 entries for 2 groups"))
        record = try sampleRecord()
        record.groups[1].segments[0].index = 9
        #expect(
            error(try record.json())
                == .malformed(path: "groups[1].segments[0].index", reason: "no segment 9"))
    }

    @Test func nestingWithoutEndIsAnError() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(error(Data(deep.utf8)) != nil)
        let head = #"{"schema":"urrbench.run","version":1,"workload":{"document":"#
        #expect(error(Data((head + deep).utf8)) != nil)
    }
}

@Suite struct JSONValueTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-9223372036854775808", "18446744073709551615", "0.5",
        "\"text\"", "[]", "[1,[2,null]]", "{}", #"{"a":{"b":[true]}}"#,
    ])
    func everyValueComesBackAsItWas(text: String) throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(value), as: UTF8.self) == text)
    }

    @Test func numbersKeepTheirKind() throws {
        let text = "[1, 9223372036854775808, 1.5, true]"
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(value == .array([.integer(1), .unsigned(1 << 63), .number(1.5), .bool(true)]))
    }

    @Test func membersAreReachedByName() {
        let value = JSONValue.object(["a": .integer(1)])
        #expect(value["a"] == .integer(1))
        #expect(value["b"] == nil)
        #expect(JSONValue.null["a"] == nil)
    }
}
