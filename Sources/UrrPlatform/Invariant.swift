/// Stops the process with a message where something that the code relies on does not hold.
///
/// Always on, in release builds too: a benchmark that goes on after a broken invariant prints
/// wrong numbers. `precondition` is not used because its text is lost under `-O`. The test is one
/// compare and one branch; everything else is out of line. Never used on anything that comes from
/// a user: bad input is an error, not a broken invariant.
@inlinable
@inline(__always)
public func invariant(
    _ condition: @autoclosure () -> Bool, _ message: StaticString,
    file: StaticString = #fileID, line: UInt = #line
) {
    if !condition() { invariantFailure(message, file, line) }
}

/// The cold half of `invariant`, kept out of line so that callers stay small.
@inline(never)
@usableFromInline
func invariantFailure(_ message: StaticString, _ file: StaticString, _ line: UInt) -> Never {
    fatalError("broken invariant: \(message) (\(file):\(line))")
}
