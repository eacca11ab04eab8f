/// The checks of the readers of a trial: made before it, filled by one thread, and asked by another
/// one after that was joined.
final class CheckBox<Check: MessageCheck>: @unchecked Sendable {
    let checks: UnsafeMutableBufferPointer<Check>

    init(count: Int, _ tamper: Tamper?) {
        checks = .allocate(capacity: count)
        checks.initialize(repeating: Check(tamper))
    }

    deinit {
        checks.deinitialize()
        checks.deallocate()
    }

    /// What is wrong with what one of the readers saw, each of which should have seen `expected`.
    func defect(_ expected: Expectation) -> String? {
        for (index, check) in checks.enumerated() {
            guard let defect = expected.defect(check.tally) else { continue }
            return checks.count == 1 ? defect : "reader \(index) \(defect)"
        }
        return nil
    }
}
