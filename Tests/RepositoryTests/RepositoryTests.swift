import Foundation
import Testing
import UrrTestSupport

/// The rules of this repository, applied to it.
struct RepositoryTests {
    private let sources = Repository.files(below: "Sources", ending: ".swift")
    private let tests = Repository.files(below: "Tests", ending: ".swift")

    @Test func thereIsSomethingToCheck() {
        #expect(sources.count > 50)
        #expect(tests.count > 10)
    }

    @Test func importsPointOneWay() throws {
        for path in sources {
            let module = String(path.split(separator: "/")[1])
            for violation in ImportRules.violations(
                path: path, text: try Repository.text(path), module: module)
            {
                Issue.record("\(violation)")
            }
        }
        #expect(ImportRules.tableViolations(ImportRules.modules) == [])
        #expect(Set(ImportRules.modules.map(\.name)) == Set(Repository.entries(of: "Sources")))
    }

    @Test func theManifestAgreesWithTheTable() throws {
        #expect(ManifestRules.violations(manifest: try Repository.text("Package.swift")) == [])
    }

    @Test func exceptionsFromTheFoundationBanAreUsed() throws {
        for file in ImportRules.foundationExceptions.keys {
            let path = try #require(sources.first { $0.hasSuffix("/" + file) }, "\(file)")
            #expect(ImportRules.imported(in: try Repository.text(path)).contains("Foundation"))
        }
    }

    @Test func filesAndFunctionsAreShort() throws {
        for path in sources + tests + ["Package.swift"] {
            for violation in LengthRules.violations(path: path, text: try Repository.text(path)) {
                Issue.record("\(violation)")
            }
        }
    }

    @Test func noForbiddenWords() throws {
        let endings = [".swift", ".c", ".h", ".json", ".md", ".sh", ".py", "modulemap"]
        let texts = ["Sources", "Tests", "workloads"].flatMap { Repository.files(below: $0) }
            .filter { path in endings.contains { path.hasSuffix($0) } }
        let scripts = Repository.files(below: "scripts") + Repository.files(below: ".ci")
        let top = LayoutRules.topLevel.filter {
            Repository.exists($0) && !Repository.isDirectory($0)
        }
        for path in texts + scripts + top.sorted() {
            for violation in try WordRules.violations(
                path: path, text: try Repository.text(path))
            {
                Issue.record("\(violation)")
            }
        }
    }

    @Test func onlyKnownThingsLieAtTheTop() {
        let entries = Repository.entries(of: ".")
        #expect(entries.contains("Package.swift"))
        #expect(LayoutRules.topLevelViolations(entries) == [])
    }

    @Test(arguments: ImportRules.modules.map(\.name))
    func everyModuleHasTests(module: String) throws {
        let files = Repository.files(below: "Sources/" + module)
        let target = LayoutRules.testTargets[module] ?? module + "Tests"
        let testFiles = Repository.files(below: "Tests/" + target, ending: ".swift")
        let isEmpty = files.allSatisfy { $0.hasSuffix("/" + LayoutRules.placeholder) }
        #expect(
            LayoutRules.testViolations(
                module: module, isEmpty: isEmpty,
                tests: try testFiles.map { try Repository.text($0) }) == [])
        #expect(LayoutRules.placeholderViolations(files) == [])
        #expect(LayoutRules.placeholderViolations(testFiles) == [])
    }

    @Test func theSchemaOfWorkloadsIsJSON() throws {
        let path = "workloads/workload.schema.json"
        guard Repository.exists(path) else { return }
        let schema = try JSONSerialization.jsonObject(
            with: Data(contentsOf: Repository.url(path)))
        #expect((schema as? [String: Any])?["$schema"] != nil)
    }

    @Test(
        arguments: [
            "scripts/urrbench", "scripts/test", "scripts/bench", "scripts/validate",
            "scripts/regression", ".ci/run",
        ])
    func scriptsCanBeRun(script: String) throws {
        let path = Repository.url(script).path
        #expect(FileManager.default.isExecutableFile(atPath: path))
        let check = try ProgramRun("/bin/bash", ["-n", path])
        #expect(check.status == 0 && check.errors.isEmpty, "\(check.errors)")
    }
}
