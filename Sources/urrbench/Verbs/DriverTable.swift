/// A driver as the command line knows it.
struct DriverDescription: Sendable {
    /// As `--driver` takes it.
    let name: String
    /// What it puts under load.
    let summary: String
}

/// The drivers that this program was built with. The only place that knows concrete drivers by
/// name.
enum DriverTable {
    static let all: [DriverDescription] = [
        DriverDescription(
            name: "embedded",
            summary: "partition log and queues inside this process, nothing to set up")
    ]

    /// As `--driver` takes them.
    static let names = all.map(\.name)
    /// What is used where `--driver` is not given.
    static let standard = "embedded"
}
