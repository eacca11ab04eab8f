import Testing

@testable import UrrReport

struct TextTests {
    @Test(arguments: [
        ("payment-service", "payment-service"), ("red\u{1b}[31m", "red?[31m"),
        ("a\nb\rc\td", "a?b?c?d"), ("\u{9b}2J", "?2J"), ("x\u{202e}y", "x?y"),
        ("nul\0", "nul?"), ("\u{7f}", "?"), ("결제-서비스", "결제-서비스"), ("a\r\nb", "a??b"),
        ("zero\u{200b}width", "zero?width"),
    ])
    func whatATerminalActsOnIsTakenOut(text: String, shown: String) {
        #expect(printable(text) == shown)
    }

    @Test func wideCharactersTakeTwoColumns() {
        #expect(columns(of: "abc") == 3)
        #expect(columns(of: "결제") == 4)
        #expect(columns(of: "e\u{301}") == 1)
        #expect(columns(of: "▁█") == 2)
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd~"), ("abcdef", 1, "~"), ("abcdef", 0, ""),
        ("결제서비스", 6, "결제~"), ("결제서비스", 5, "결제~"),
    ])
    func cutting(text: String, width: Int, shown: String) {
        #expect(cut(text, to: width) == shown)
        #expect(columns(of: cut(text, to: width)) <= width)
    }

    @Test func wrappingKeepsWordsAndWidth() {
        #expect(wrapped("one two three", indent: 2, width: 9) == ["  one two", "  three"])
        #expect(wrapped("abcdefgh ij", indent: 1, width: 5) == [" abcd", " efgh", " ij"])
        #expect(wrapped("", indent: 2, width: 10) == [])
        #expect(wrapped("   ", indent: 2, width: 10) == [])
    }

    @Test func tablesAlignAndFit() {
        var table = TextTable(["", "p50", "max"])
        table.add(["  service", "1.20 us", "-"])
        table.addTitle("a group")
        table.add(["  end to end", "35.2 ms", "1,830 s"])
        #expect(
            table.lines(.plain, indent: 2) == [
                "                    p50      max",
                "    service     1.20 us        -",
                "  a group",
                "    end to end  35.2 ms  1,830 s",
            ])
        var wide = TextTable(["", "count"])
        wide.add([String(repeating: "x", count: 200), "1,234"])
        #expect(wide.lines(.plain, indent: 2).allSatisfy { columns(of: $0) <= 100 })
        #expect(wide.lines(.plain, indent: 2)[1].contains("x~  1,234"))
    }

    @Test func sparklines() {
        let values: [Double?] = [0, 0.001, 50, 100, nil]
        #expect(Sparkline.line(values, top: 100, unicode: true) == " ▁▄█?")
        #expect(Sparkline.line(values, top: 100, unicode: false) == " .=@?")
        #expect(Sparkline.line([0, 0], top: 0, unicode: true) == "  ")
    }

    @Test func longSeriesAreMergedNotCut() {
        let values: [Double?] = [1, 3, nil, 9, 5]
        #expect(Sparkline.fitted(values, room: 3, .mean) == [2, 9, 5])
        #expect(Sparkline.fitted(values, room: 3, .greatest) == [3, 9, 5])
        #expect(Sparkline.fitted(values, room: 5, .mean) == values)
        #expect(Sparkline.fitted([nil, nil], room: 1, .mean) == [nil])
        #expect(Sparkline.step(95, room: 60) == 2)
        #expect(Sparkline.step(0, room: 60) == 1)
    }

    @Test func styleKeepsWithinReadableWidths() {
        #expect(TextStyle(colour: false, unicode: false, width: 20).width == 72)
        #expect(TextStyle(colour: false, unicode: false, width: 300).width == 100)
        #expect(TextStyle.plain.paint("x", .bad) == "x")
        #expect(
            TextStyle(colour: true, unicode: false, width: 80).paint("x", .bad)
                == "\u{1b}[31mx\u{1b}[0m")
    }
}
