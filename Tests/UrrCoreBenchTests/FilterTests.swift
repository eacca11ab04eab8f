import Testing

@testable import UrrCoreBench

@Suite struct FilterTests {
    @Test(arguments: [
        ("1p1g", "log-1p1g-64B", true), ("", "anything", true), ("2p1g", "log-1p1g-64B", false),
        ("log-*-b32", "log-1p1g-64B-b32", true), ("log-*-b32", "log-1p1g-64B-b32-copy", false),
        ("*b32*", "log-1p1g-64B-b32-copy", true), ("log-?p1g*", "log-2p1g-64B", true),
        ("log-?p1g", "log-2p1g-64B", false), ("*", "", true), ("?", "", false),
        ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-b-b-d", false), ("**x**", "x", true),
    ])
    func matches(pattern: String, name: String, expected: Bool) {
        #expect(CaseFilter(pattern).matches(name) == expected)
    }
}
