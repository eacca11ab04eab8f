import Testing
import UrrReport

@testable import urrbench

/// What has to hold for every verb that there is.
struct VerbTableTests {
    @Test func namesAreUniqueAndListed() {
        let names = VerbTable.all.map(\.name)
        #expect(names == VerbTable.names)
        #expect(Set(names).count == names.count)
    }

    @Test(arguments: VerbTable.names)
    func optionsAreUniqueAndWellFormed(name: String) throws {
        let verb = try #require(VerbTable.all.first { $0.name == name })
        let long = verb.allOptions.map(\.name)
        let short = verb.allOptions.compactMap(\.short)
        #expect(Set(long).count == long.count)
        #expect(Set(short).count == short.count)
        for option in verb.allOptions {
            #expect((option.value == nil) == option.placeholder.isEmpty)
            #expect(!option.help.isEmpty && !option.help.hasSuffix("."))
        }
        #expect(verb.summary.hasSuffix("."))
    }

    @Test(arguments: VerbTable.names)
    func helpNamesEverythingWithin80Columns(name: String) throws {
        let verb = try #require(VerbTable.all.first { $0.name == name })
        let text = Help.text(for: verb, of: VerbTable.all)
        for option in verb.allOptions { #expect(text.contains("--" + option.name)) }
        if let operand = verb.operands { #expect(text.contains(operand.usage)) }
        for line in text.split(separator: "\n") { #expect(columns(of: String(line)) <= 80) }
    }

    @Test func theListNamesEveryVerbAndStatus() {
        let text = Help.text(for: nil, of: VerbTable.all)
        for verb in VerbTable.all { #expect(text.contains("  \(verb.name) ")) }
        for status in ExitStatus.allCases { #expect(text.contains(status.meaning)) }
        for line in text.split(separator: "\n") { #expect(line.count <= 80) }
    }

    @Test func standardsAreAmongTheChoices() {
        #expect(DriverTable.names.contains(DriverTable.standard))
    }
}
