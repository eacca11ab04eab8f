import Synchronization

/// What threads found wrong.
final class DefectBox: Sendable {
    private let found = Mutex<[String]>([])

    func put(_ defect: String) { found.withLock { $0.append(defect) } }

    /// The first that was found, or nil.
    var first: String? { found.withLock { $0.first } }
}
