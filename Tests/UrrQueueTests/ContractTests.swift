import Foundation
import Testing
import UrrPlatform
import UrrQueue

/// The contract of SQS as a table of cases (`Contract/contract.json`: operations in a state and what
/// is expected), in simulated time. `Contract/sqs_contract.py` reads the same table.
struct ContractTests {
    /// One case of the table. A class, because JSON's values are not `Sendable`; nobody changes it.
    final class Case: CustomTestStringConvertible, @unchecked Sendable {
        let fields: [String: Any]
        let testDescription: String

        init(_ fields: [String: Any]) {
            self.fields = fields
            testDescription = fields["name"] as? String ?? "without a name"
        }
    }

    static let cases: [Case] = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Contract/contract.json")
        guard let data = try? Data(contentsOf: path),
            let table = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let cases = table["cases"] as? [[String: Any]]
        else { return [] }
        return cases.map { Case($0) }
    }()

    @Test func theTableIsThere() {
        #expect(Self.cases.count > 80)
        #expect(Set(Self.cases.map(\.testDescription)).count == Self.cases.count)
    }

    @Test(arguments: cases)
    func holds(_ entry: Case) throws {
        let bench = try ContractBench(entry.fields)
        for (number, step) in try #require(entry.fields["steps"] as? [[String: Any]]).enumerated() {
            let (answer, expected) = try bench.perform(step)
            #expect(answer == expected, "step \(number + 1)")
        }
    }
}
