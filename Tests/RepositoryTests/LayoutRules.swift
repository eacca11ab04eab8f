/// What lies where.
enum LayoutRules {
    /// Everything that may lie at the top. A new entry is a decision, made here.
    static let topLevel: Set<String> = [
        ".ci", ".gitignore", ".swift-format", "LICENSE", "Package.swift", "Package.resolved",
        "README.md", "Sources", "Tests", "results", "scripts", "workloads",
    ]

    /// What tools put beside a checkout without being part of it.
    static let ignored: Set<String> = [".git", ".build", ".swiftpm", ".vscode", ".idea"]

    static func topLevelViolations(_ entries: [String]) -> [String] {
        entries.filter { !topLevel.contains($0) && !ignored.contains($0) }
            .map { "\($0): not an entry that belongs at the top" }
    }

    /// Modules without tests of their own, with the reason.
    static let untested: [String: String] = [
        "CUrrPlatform": "C shims, called by everything in UrrPlatform",
        "CZlib": "declarations only; its use is tested in UrrMeasureTests",
        "CJemalloc": "a module map",
        "CSQLite": "a module map",
        "CPostgreSQL": "a module map",
        "CHiredis": "a module map",
        "UrrJemalloc": "one probe; its count is asserted in UrrEngineTests",
        "UrrDriver": "protocols and value types; every driver's test is a test of the seam",
        "UrrDriverEmbedded": "driven through the seam in UrrEngineTests",
        "UrrDriverVirtual": "compared with the embedded core in UrrEngineTests",
    ]

    /// The tests of a module where they are not in `<module>Tests`.
    static let testTargets = [
        "urrbench": "CommandLineTests",
        // One contract for all stores.
        "UrrStoreSQLite": "UrrStoreTests", "UrrStorePostgreSQL": "UrrStoreTests",
        "UrrStoreRedis": "UrrStoreTests",
    ]

    /// What is wrong with the tests of a module: none, or an exemption that is no longer needed.
    /// `tests` are the texts of the files of its test target; `isEmpty` says that the module has
    /// no code yet.
    static func testViolations(module: String, isEmpty: Bool, tests: [String]) -> [String] {
        let hasTests = tests.contains { SwiftSource($0).lines.contains { $0.contains("@Test") } }
        if untested[module] != nil {
            return hasTests ? ["\(module): has tests, so it needs no exemption"] : []
        }
        return hasTests || isEmpty ? [] : ["\(module): has no tests"]
    }

    static let placeholder = "Placeholder.swift"

    /// Placeholders that stand beside real files. `files` are the paths of one module.
    static func placeholderViolations(_ files: [String]) -> [String] {
        guard files.count > 1 else { return [] }
        return files.filter { $0.hasSuffix("/" + placeholder) }
            .map { "\($0): the module has real files" }
    }
}
