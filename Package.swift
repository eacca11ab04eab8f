// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is built with the same settings: one place to read, one place to change.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
]

/// A library module of the package. `imports` is what it may depend on, and nothing else:
/// the direction of imports is checked by RepositoryTests.
func library(_ name: String, _ imports: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: imports, swiftSettings: settings)
}

/// A module of a C library that is there only with a trait.
func onTrait(_ trait: String, _ name: String) -> Target.Dependency {
    .target(name: name, condition: .when(traits: [trait]))
}

/// The tests of one module, in `Tests/<name>Tests`; `data` is what lies there and is not Swift.
func tests(_ name: String, _ extra: [Target.Dependency] = [], data: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: [.target(name: name), "UrrTestSupport"] + extra,
        exclude: data,
        swiftSettings: settings)
}

let package = Package(
    name: "urrbench",
    products: [.executable(name: "urrbench", targets: ["urrbench"])],
    traits: [
        .trait(name: "Kafka", description: "Driver for Apache Kafka (librdkafka-dev)"),
        .trait(name: "Redis", description: "Driver for Redis Streams and store (libhiredis-dev)"),
        .trait(name: "SQLite", description: "Idempotency store in a file (libsqlite3-dev)"),
        .trait(name: "PostgreSQL", description: "Idempotency store in PostgreSQL (libpq-dev)"),
        .trait(name: "RabbitMQ", description: "Driver for RabbitMQ (librabbitmq-dev)"),
        .trait(name: "NATS", description: "Driver for NATS JetStream (libnats-dev)"),
        .trait(name: "SQS", description: "Driver for Amazon SQS (libcurl4-openssl-dev)"),
        .default(enabledTraits: []),
    ],
    targets: [
        .target(name: "CUrrPlatform"),
        .target(name: "CZlib", linkerSettings: [.linkedLibrary(":libz.so.1")]),
        .systemLibrary(name: "CJemalloc", providers: [.apt(["libjemalloc-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CPostgreSQL", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),

        library("UrrPlatform", ["CUrrPlatform"]),
        library("UrrJemalloc", ["CJemalloc", "UrrPlatform"]),
        library("UrrLog", ["CUrrPlatform", "UrrPlatform"]),
        library("UrrQueue", ["UrrPlatform"]),
        library("UrrMeasure", ["UrrPlatform", "CZlib"]),
        library("UrrEvents", ["UrrPlatform"]),
        library("UrrWorkload", ["UrrEvents", "UrrPlatform"]),
        library("UrrDriver", ["UrrPlatform"]),
        library("UrrStore", ["UrrPlatform"]),
        library("UrrStoreSQLite", ["UrrStore", "UrrPlatform", onTrait("SQLite", "CSQLite")]),
        library(
            "UrrStorePostgreSQL",
            ["UrrStore", "UrrPlatform", onTrait("PostgreSQL", "CPostgreSQL")]),
        library("UrrStoreRedis", ["UrrStore", "UrrPlatform", onTrait("Redis", "CHiredis")]),
        library("UrrDriverEmbedded", ["UrrDriver", "UrrLog", "UrrQueue", "UrrPlatform"]),
        library("UrrDriverVirtual", ["UrrDriver", "UrrLog", "UrrPlatform"]),
        library("UrrResults", ["UrrMeasure", "UrrPlatform"]),
        library(
            "UrrEngine",
            [
                "UrrDriver", "UrrStore", "UrrWorkload", "UrrEvents", "UrrMeasure", "UrrResults",
                "UrrPlatform",
            ]),
        library("UrrAnalysis", ["UrrResults", "UrrMeasure", "UrrPlatform"]),
        library("UrrReport", ["UrrAnalysis", "UrrResults", "UrrMeasure"]),
        library("UrrCoreBench", ["UrrLog", "UrrQueue", "UrrMeasure", "UrrPlatform"]),
        .executableTarget(
            name: "urrbench",
            dependencies: [
                "UrrPlatform", "UrrJemalloc", "UrrCoreBench", "UrrWorkload", "UrrDriver",
                "UrrDriverEmbedded", "UrrDriverVirtual",
                "UrrEngine", "UrrStore", "UrrStoreSQLite", "UrrStorePostgreSQL", "UrrStoreRedis",
                "UrrMeasure", "UrrResults", "UrrAnalysis", "UrrReport",
            ],
            swiftSettings: settings),

        .target(
            name: "UrrTestSupport", dependencies: ["UrrPlatform", "UrrMeasure", "UrrResults"],
            path: "Tests/UrrTestSupport",
            swiftSettings: settings),
        // Drivers that get one thing wrong, for tests that this is found.
        .target(
            name: "BrokenDrivers", dependencies: ["UrrDriver", "UrrDriverEmbedded", "UrrPlatform"],
            path: "Tests/BrokenDrivers", swiftSettings: settings),
        tests("UrrPlatform"),
        tests("UrrLog", data: ["Models"]),
        tests("UrrQueue", data: ["Contract"]),
        tests("UrrMeasure", ["CZlib"], data: ["reference"]),
        tests("UrrWorkload", ["UrrEvents", "UrrPlatform"], data: ["Cases"]),
        tests("UrrEvents"),
        tests(
            "UrrStore",
            [
                "UrrStoreSQLite", "UrrStorePostgreSQL", "UrrStoreRedis", "UrrPlatform",
                onTrait("SQLite", "CSQLite"),
            ]),
        tests("UrrResults", ["UrrMeasure"], data: ["recompute.py", "compare_log.py"]),
        tests("UrrAnalysis", ["UrrMeasure", "UrrResults", "UrrPlatform"], data: ["reference"]),
        tests("UrrCoreBench", ["UrrLog", "UrrMeasure", "UrrPlatform"]),
        tests("UrrReport", ["UrrAnalysis", "UrrResults", "UrrMeasure", "UrrPlatform"]),
        tests(
            "UrrEngine",
            [
                "BrokenDrivers", "UrrDriverEmbedded", "UrrDriverVirtual", "UrrWorkload",
                "UrrEvents", "UrrDriver", "UrrMeasure", "UrrJemalloc", "UrrStore",
            ]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "UrrTestSupport", "BrokenDrivers", "urrbench", "UrrAnalysis", "UrrDriver",
                "UrrEngine", "UrrPlatform", "UrrReport", "UrrResults", "UrrWorkload",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "RepositoryTests", dependencies: ["UrrTestSupport"], swiftSettings: settings),
    ]
)
