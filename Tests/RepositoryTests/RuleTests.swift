import Testing

/// Each rule is shown to find what it is for: a check that cannot fail is worth nothing.
struct RuleTests {
    @Test(arguments: [
        ("import Foundation", "Foundation"), ("public import UrrLog", "UrrLog"),
        ("@testable import urrbench", "urrbench"), ("  private  import CZlib", "CZlib"),
        ("@_exported public import Glibc", "Glibc"),
        ("import struct Foundation.Data", "Foundation"),
        ("import UrrLog.Appender", "UrrLog"), ("import UrrLog // why", "UrrLog"),
    ])
    func importsAreFound(line: String, module: String) {
        #expect(ImportRules.imported(in: line) == [module])
    }

    @Test(arguments: [
        "// import Foundation", "/* import Foundation */",
        "let x = \"\"\"\nimport Foundation\n\"\"\"",
        "important()", "/// import X",
    ])
    func whatOnlyLooksLikeAnImportIsNot(text: String) {
        #expect(ImportRules.imported(in: text) == [])
    }

    @Test(arguments: [
        ("UrrLog", "import Foundation", 1), ("UrrLog", "import UrrQueue", 1),
        ("UrrLog", "import UrrPlatform\nimport Synchronization", 0),
        ("UrrEngine", "import UrrDriverEmbedded", 1), ("UrrReport", "import UrrEngine", 1),
        ("UrrPlatform", "import FoundationEssentials", 1), ("UrrNew", "import Glibc", 1),
        ("UrrMeasure", "internal import Dispatch", 1), ("UrrResults", "import Foundation", 0),
    ])
    func importsAreJudged(module: String, text: String, count: Int) {
        let found = ImportRules.violations(path: "Sources/X.swift", text: text, module: module)
        #expect(found.count == count, "\(found)")
    }

    @Test func aTableThatPointsUpwardsIsFound() {
        let modules = [
            ImportRules.Module(name: "A", imports: ["B"], foundation: false),
            ImportRules.Module(name: "B", imports: [], foundation: false),
        ]
        #expect(ImportRules.tableViolations(modules) == ["A imports B, which is not below it"])
    }

    @Test func theManifestIsRead() {
        let manifest = """
            library("UrrLog", ["UrrPlatform", "UrrQueue"]),
            library("Urr" + "X"), library("UrrOther"),
            library("UrrStoreRedis", ["UrrStore", onTrait("Redis", "CHiredis")]),
            .executableTarget(
                name: "urrbench",
                dependencies: [
                    "UrrLog", "UrrReport",
                ],
                swiftSettings: settings),
            """
        let targets = ManifestRules.targets(in: manifest)
        #expect(targets.first?.dependencies == ["UrrPlatform", "UrrQueue"])
        #expect(targets.last == .init(name: "urrbench", dependencies: ["UrrLog", "UrrReport"]))
        #expect(
            targets.contains(
                .init(name: "UrrStoreRedis", dependencies: ["UrrStore", "CHiredis"])))
        let found = ManifestRules.violations(manifest: manifest)
        #expect(found.contains("Package.swift: UrrLog may not depend on UrrQueue"))
        #expect(found.contains("Package.swift: urrbench may not depend on UrrLog"))
        #expect(found.contains("Package.swift: no target UrrEngine"))
        #expect(found.contains("Package.swift: target UrrOther is not in the table of this test"))
    }

    @Test func longFilesAndFunctionsAreFound() {
        let body = String(repeating: "    x()\n", count: 69)
        let long = "func tooLong() {\n\(body)}\n"
        #expect(LengthRules.violations(path: "a", text: long).count == 1)
        let fits = "func fits() {\n\(body.dropLast(8))}\n"
        #expect(LengthRules.violations(path: "a", text: fits) == [])
        let file = String(repeating: "x\n", count: 700)
        #expect(LengthRules.violations(path: "a", text: file).count == 1)
        #expect(LengthRules.violations(path: "a", text: String(file.dropLast(2))) == [])
    }

    @Test func functionsAreMeasuredByTheirBraces() {
        let text = """
            protocol P {
                func required(_ x: Int) -> Int
                init(y: Int)
                var z: Int { get }
            }
            struct S {
                init(
                    a: Int = { 1 }()
                ) {
                    self.init(b: "}")
                }
                func one() { print("{ \\(two("}")) {") }
                // func commented() {
                func two(_ s: String) -> [Int] {
                    let f = S.init(a: 1)
                    return [#"}"#].map { _ in 1 }
                }
                subscript(i: Int) -> Int { i }
                deinit { }
            }
            """
        let functions = LengthRules.functions(in: SwiftSource(text))
        #expect(functions.map(\.name) == ["init", "one", "two", "subscript", "deinit"])
        #expect(functions.map(\.lines) == [5, 1, 4, 1, 1])
        #expect(functions.map(\.start) == [7, 12, 14, 18, 19])
    }

    @Test(arguments: [
        "swiftSettings: [.unsafe" + "Flags([])]", "-O" + "unchecked", "// TO" + "DO: later",
        "FIX" + "ME", "cd /wo" + "rk/main", "\"/ho" + "me/me/x\"", "<<<<" + "<<< HEAD",
    ])
    func forbiddenWordsAreFound(line: String) throws {
        #expect(try WordRules.violations(path: "a", text: "fine\n" + line).count == 1)
        #expect(try WordRules.violations(path: "a", text: line)[0].hasPrefix("a:1: "))
    }

    @Test(arguments: [
        "scripts/wo" + "rk/x", "the TO" + "DOS", "https://example.org/ho" + "me/", "unsafe flags",
    ])
    func similarWordsAreNot(line: String) throws {
        #expect(try WordRules.violations(path: "a", text: line) == [])
    }

    @Test func layoutIsJudged() {
        #expect(LayoutRules.topLevelViolations(["Sources", ".git"]) == [])
        #expect(LayoutRules.topLevelViolations(["notes.txt"]).count == 1)
        let test = "@Test func x() {}"
        func violations(_ module: String, isEmpty: Bool, _ tests: [String]) -> Int {
            LayoutRules.testViolations(module: module, isEmpty: isEmpty, tests: tests).count
        }
        #expect(violations("UrrLog", isEmpty: false, [test]) == 0)
        #expect(violations("UrrLog", isEmpty: false, ["// @Test"]) == 1)
        #expect(violations("UrrLog", isEmpty: false, []) == 1)
        #expect(violations("UrrLog", isEmpty: true, []) == 0)
        #expect(violations("UrrDriver", isEmpty: false, []) == 0)
        #expect(violations("UrrDriver", isEmpty: false, [test]) == 1)
        #expect(LayoutRules.placeholderViolations(["a/Placeholder.swift"]) == [])
        #expect(LayoutRules.placeholderViolations(["a/Placeholder.swift", "a/b.swift"]).count == 1)
    }
}
