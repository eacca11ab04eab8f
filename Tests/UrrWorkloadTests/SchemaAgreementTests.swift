import Testing
import UrrWorkload

private let cases = repository + "/Tests/UrrWorkloadTests/Cases"
private let schemaPath = repository + "/workloads/workload.schema.json"

private func schema() throws -> SchemaValidator {
    SchemaValidator(root: try JSONParser.parse(fileBytes(schemaPath)))
}

/// Whether the decoder takes the file, with memory out of the picture.
private func decoderAccepts(_ path: String) -> Bool {
    (try? WorkloadFile.load(path: path, checks: WorkloadChecks())) != nil
}

@Suite struct SchemaAgreementTests {
    @Test(arguments: jsonFiles(cases + "/good"))
    func schemaAndDecoderAccept(_ path: String) throws {
        #expect(try schema().failures(JSONParser.parse(fileBytes(path))) == [])
        #expect(throws: Never.self) {
            try WorkloadFile.load(path: path, checks: WorkloadChecks())
        }
    }

    @Test(arguments: jsonFiles(cases + "/bad"))
    func schemaAndDecoderRefuse(_ path: String) throws {
        #expect(try schema().failures(JSONParser.parse(fileBytes(path))) != [])
        #expect(!decoderAccepts(path))
    }

    /// Rules that join several values: beyond a schema, so it accepts what the decoder refuses.
    @Test(arguments: jsonFiles(cases + "/crossref"))
    func onlyTheDecoderRefuses(_ path: String) throws {
        #expect(try schema().failures(JSONParser.parse(fileBytes(path))) == [])
        #expect(!decoderAccepts(path))
    }

    @Test func casesExist() {
        #expect(jsonFiles(cases + "/good").count >= 12)
        #expect(jsonFiles(cases + "/bad").count >= 60)
        #expect(jsonFiles(cases + "/crossref").count >= 15)
    }

    /// Changes of single values, made by machine: on each of them schema and decoder agree, but for
    /// the listed rules that a schema cannot express.
    @Test func mutationsOfSingleValuesAgree() throws {
        let validator = try schema()
        var accepted = 0
        var refused = 0
        for path in jsonFiles(cases + "/good") {
            let document = try JSONParser.parse(fileBytes(path))
            for mutant in document.mutants() {
                let bySchema = validator.failures(mutant).isEmpty
                var byDecoder = true
                var text = ""
                do {
                    _ = try WorkloadFile.decode(
                        Array(mutant.compactText.utf8), displayName: "mutant",
                        checks: WorkloadChecks())
                } catch {
                    text = error.description
                    byDecoder = error.problems.allSatisfy(isBeyondSchema)
                }
                #expect(bySchema == byDecoder, "\(fileName(path)): \(mutant.compactText)\n\(text)")
                if byDecoder { accepted += 1 } else { refused += 1 }
            }
        }
        #expect(accepted > 100)
        #expect(refused > 1000)
    }

    private func isBeyondSchema(_ problem: WorkloadProblem) -> Bool {
        let rules = [
            "must be a topic of this file", "must be a topic or queue of this file",
            "must be the dead-letter queue of", "must not be a dead-letter queue",
            "the queue whose dead letters", "must be a topic that the group reads",
            "must have a weight for each", "must be \"none\" for a group",
            "must be a queue of this file", "must not lead back", "queue as this one",
            "must be given only for", "must not be given for a closed loop", "to a queue",
            "must name topics, or one queue", "must have the smaller duration first",
            "must be below the deduplicationWindow", "the name must differ from the topics",
            "must be a power of two", "must be at most half of",
            "must differ from", "at + rise + hold + decay", "must take at most",
            "must be at most the capacity", "must be below", "must not be below \"p50\"",
            "times the mean", "must be at most \"every\"", "must have the smaller size first",
            "must have a weight greater", "size / every must", "the maximumMessageSize of",
            "must be a group of this file", "must be a producer of this file",
            "must be before the end of the measure", "must have \"from\" before", "must strike",
            "must be given only with \"commit\": \"before", "must not be given with \"commit\"",
            "must be given only with \"idempotency\"", "where members come and go",
            "must be a group that reads topics", "must be a producer that sends to a topic",
            "must be a producer with a schedule", "because \"",
            "must be \"waiting-room\" to a queue",
            "must fit into the maximumMessageSize", "must name topics that all carry events",
            "is required with \"concert-queue\"", "must be at most \"room\"",
            "must have \"minimum\" up to", "bytes for what",
            "where there is a topic", "together must be at most", "times stages must be",
            "repeats that wait",
        ]
        let isText = problem.got?.hasPrefix("\"") ?? false
        // Bounds of times: a schema cannot compare what stands in a text.
        let isBound = ["must be at least ", "must be at most "].contains {
            problem.rule.hasPrefix($0)
        }
        if isText && isBound { return true }
        // Bounds of sizes that were written as text with a unit.
        if isText && problem.rule.hasSuffix(" bytes") { return true }
        return rules.contains { problem.rule.contains($0) }
    }

    @Test(arguments: jsonFiles(repository + "/workloads").filter { !$0.contains(".schema.") })
    func providedWorkloadsAreSound(_ path: String) throws {
        #expect(try schema().failures(JSONParser.parse(fileBytes(path))) == [])
        let loaded = try WorkloadFile.load(path: path, checks: WorkloadChecks())
        #expect(loaded.spec.name == String(fileName(path).dropLast(5)))
        #expect(loaded.spec.logBytes < 2 << 30, "must run on a machine with 4 GiB")
    }

    @Test func everyDefinitionIsDescribedAndUsed() throws {
        let root = try JSONParser.parse(fileBytes(schemaPath))
        let text = root.compactText
        for definition in root["$defs"]?.members ?? [] {
            #expect(text.contains("\"#/$defs/\(definition.key)\""), "\(definition.key) is unused")
            #expect(definition.value["description"] != nil || definition.key == "variance")
        }
    }
}

extension JSONValue {
    /// Documents that differ from this one in one place: a value replaced, or a member removed or
    /// added.
    func mutants() -> [JSONValue] {
        let replacements: [JSONValue] = [
            JSONValue(.null), JSONValue(.bool(true)), .number(-1), .number(0), .number(7),
            .string(""), .string("key"), .string("5s"), .string("0s"), .string("1KiB"),
            JSONValue(.array([])), JSONValue(.object([])),
        ]
        var result = replacements.filter { $0 != self }
        switch content {
        case .object(let members):
            for index in members.indices {
                for inner in members[index].value.mutants() {
                    var changed = members
                    changed[index].value = inner
                    result.append(JSONValue(.object(changed)))
                }
                var shorter = members
                shorter.remove(at: index)
                result.append(JSONValue(.object(shorter)))
            }
            result.append(JSONValue(.object(members + [JSONMember("extra", .number(1))])))
        case .array(let elements):
            for index in elements.indices {
                for inner in elements[index].mutants() {
                    var changed = elements
                    changed[index] = inner
                    result.append(JSONValue(.array(changed)))
                }
            }
        default: break
        }
        return result
    }
}
