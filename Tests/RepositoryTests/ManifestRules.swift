/// What `Package.swift` says, read as text, against the table of modules.
enum ManifestRules {
    /// A target with what it depends on.
    struct Target: Equatable {
        let name: String
        let dependencies: Set<String>
    }

    /// The targets that are made with `library(...)` and `.executableTarget(...)`.
    static func targets(in manifest: String) -> [Target] {
        let flat = manifest.split { $0.isWhitespace }.joined(separator: " ")
        let library = #/library\(\s*"(\w+)"(?:,\s*\[([^\]]*)\])?/#
        let executable = #/\.executableTarget\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*)\]/#
        let libraries = flat.matches(of: library).map { match in
            Target(name: String(match.1), dependencies: names(match.2.map { String($0) } ?? ""))
        }
        let executables = flat.matches(of: executable).map { match in
            Target(name: String(match.1), dependencies: names(String(match.2)))
        }
        return libraries + executables
    }

    /// The names in a list of dependencies; `onTrait("Trait", "Module")` is a dependency too.
    private static func names(_ list: String) -> Set<String> {
        let plain = list.replacing(#/onTrait\("\w+", ("\w+")\)/#) { String($0.1) }
        return Set(plain.matches(of: #/"(\w+)"/#).map { String($0.1) })
    }

    /// Targets that may depend on more than the table allows, and modules without a target.
    static func violations(manifest: String) -> [String] {
        let targets = targets(in: manifest)
        var found: [String] = []
        for module in ImportRules.modules where !module.name.hasPrefix("C") {
            guard let target = targets.first(where: { $0.name == module.name }) else {
                found.append("Package.swift: no target \(module.name)")
                continue
            }
            for extra in target.dependencies.subtracting(module.imports).sorted() {
                found.append("Package.swift: \(module.name) may not depend on \(extra)")
            }
        }
        let known = Set(ImportRules.modules.map(\.name))
        for target in targets where !known.contains(target.name) {
            found.append("Package.swift: target \(target.name) is not in the table of this test")
        }
        return found
    }
}
