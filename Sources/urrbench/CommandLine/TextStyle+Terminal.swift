import UrrReport

extension TextStyle {
    /// The style that suits whoever reads `descriptor`.
    static func current(_ descriptor: Int32) -> TextStyle {
        TextStyle(
            colour: Console.usesColour(descriptor),
            unicode: Console.usesUnicode && Console.isTerminal(descriptor),
            width: Console.width(descriptor) ?? 100)
    }
}
