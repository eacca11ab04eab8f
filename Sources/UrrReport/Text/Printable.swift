/// `text` with everything taken out that a terminal would act on instead of showing: control
/// characters (so escape sequences lose their start), marks that change the direction of writing,
/// characters without width. Each becomes `?`. O(n).
///
/// For all text that comes from files, targets or other people.
public func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHarmful) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isHarmful(scalar) ? "?" : scalar) }
    return String(result)
}

/// Categories of the Unicode standard, section 4.5: Cc, Cf, Zl, Zp, and what is not a character.
private func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value >= 0x20, scalar.value < 0x7f { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
        .unassigned:
        return true
    default: return false
    }
}
