/// Which module may import which. The table is the architecture: a module that needs more than it
/// says here changes the architecture, and the table, on purpose.
enum ImportRules {
    struct Module: Sendable {
        let name: String
        /// Modules of this package.
        let imports: Set<String>
        /// Whether it may import Foundation. The code on the hot path may not: Foundation brings
        /// locks, allocation and existentials with it.
        let foundation: Bool
    }

    private static func module(
        _ name: String, _ imports: [String], foundation: Bool = false
    ) -> Module {
        Module(name: name, imports: Set(imports), foundation: foundation)
    }

    /// From the bottom to the top: none imports one that is listed after it.
    static let modules = [
        module("CUrrPlatform", []),
        module("CZlib", []),
        module("CJemalloc", []),
        module("UrrPlatform", ["CUrrPlatform"]),
        module("UrrJemalloc", ["CJemalloc", "UrrPlatform"]),
        // The system under test does not know that it is measured, and its parts not each other.
        module("UrrLog", ["CUrrPlatform", "UrrPlatform"]),
        module("UrrQueue", ["UrrPlatform"]),
        module("UrrMeasure", ["UrrPlatform", "CZlib"]),
        // Measures the structures alone, without engine and seam.
        module("UrrCoreBench", ["UrrLog", "UrrQueue", "UrrMeasure", "UrrPlatform"]),
        // The bodies of messages.
        module("UrrEvents", ["UrrPlatform"]),
        module("UrrWorkload", ["UrrEvents", "UrrPlatform"]),
        module("UrrDriver", ["UrrPlatform"]),
        // Idempotency stores: the protocol and the store in memory.
        module("UrrStore", ["UrrPlatform"]),
        // Stores behind C libraries, each there with its trait.
        module("CSQLite", []),
        module("UrrStoreSQLite", ["UrrStore", "UrrPlatform", "CSQLite"]),
        module("CPostgreSQL", []),
        module("UrrStorePostgreSQL", ["UrrStore", "UrrPlatform", "CPostgreSQL"]),
        module("CHiredis", []),
        module("UrrStoreRedis", ["UrrStore", "UrrPlatform", "CHiredis"], foundation: true),
        module("UrrDriverEmbedded", ["UrrDriver", "UrrLog", "UrrQueue", "UrrPlatform"]),
        // Logs of a simulation; divides partitions as the log does.
        module("UrrDriverVirtual", ["UrrDriver", "UrrLog", "UrrPlatform"]),
        module("UrrResults", ["UrrMeasure", "UrrPlatform"], foundation: true),
        // Sees the seam, never a driver.
        module(
            "UrrEngine",
            [
                "UrrDriver", "UrrStore", "UrrWorkload", "UrrEvents", "UrrMeasure", "UrrResults",
                "UrrPlatform",
            ],
            foundation: true),
        module("UrrAnalysis", ["UrrResults", "UrrMeasure", "UrrPlatform"], foundation: true),
        module("UrrReport", ["UrrAnalysis", "UrrResults", "UrrMeasure"], foundation: true),
        // The only place that knows concrete drivers and stores.
        module(
            "urrbench",
            [
                "UrrPlatform", "UrrJemalloc", "UrrCoreBench", "UrrWorkload", "UrrDriver",
                "UrrDriverEmbedded", "UrrDriverVirtual",
                "UrrEngine", "UrrStore", "UrrStoreSQLite", "UrrStorePostgreSQL", "UrrStoreRedis",
                "UrrMeasure", "UrrResults", "UrrAnalysis", "UrrReport",
            ], foundation: true),
    ]

    /// Files, by name, that may import Foundation though their module may not, with the reason.
    static let foundationExceptions: [String: String] = [:]

    /// Modules of the system that any module may import.
    private static let system: Set<String> = ["Glibc", "Synchronization"]
    private static let foundationModules: Set<String> = [
        "Foundation", "FoundationEssentials", "Dispatch",
    ]

    /// What one file of `module` imports and may not.
    static func violations(path: String, text: String, module name: String) -> [String] {
        guard let module = modules.first(where: { $0.name == name }) else {
            return ["\(path): module \(name) is not in the table of this test"]
        }
        let file = String(path.split(separator: "/").last ?? "")
        return imported(in: text).compactMap { imported in
            if module.imports.contains(imported) || system.contains(imported) { return nil }
            if foundationModules.contains(imported) {
                let allowed = module.foundation || foundationExceptions[file] != nil
                return allowed ? nil : "\(path): \(name) may not import \(imported)"
            }
            return "\(path): \(name) may not import \(imported)"
        }
    }

    /// The modules that a Swift text imports, with or without attributes, access level, or the
    /// name of a single declaration.
    static func imported(in text: String) -> [String] {
        SwiftSource(text).lines.compactMap { line in
            var words = line.split { $0 == " " || $0 == "\t" }[...]
            while let first = words.first, first.hasPrefix("@") || isAccessLevel(first) {
                words.removeFirst()
            }
            guard words.first == "import", words.count > 1 else { return nil }
            words.removeFirst()
            if words.count > 1 { words.removeFirst() }
            return words.first?.split(separator: ".").first.map { String($0) }
        }
    }

    private static func isAccessLevel(_ word: Substring) -> Bool {
        ["public", "package", "internal", "fileprivate", "private"].contains(word)
    }

    /// What is wrong with the table itself: an import that points upwards or nowhere.
    static func tableViolations(_ modules: [Module]) -> [String] {
        var below: Set<String> = []
        var found: [String] = []
        for module in modules {
            for imported in module.imports.sorted() where !below.contains(imported) {
                found.append("\(module.name) imports \(imported), which is not below it")
            }
            below.insert(module.name)
        }
        return found
    }
}
