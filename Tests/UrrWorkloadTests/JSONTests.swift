import Testing
import UrrWorkload

@Suite struct JSONTests {
    @Test func readsEveryKindOfValue() throws {
        let text = """
             {"a": [null, true, false, -0.5e-3, 0, 12345678901234567890],
              "b": "x\\n\\"\\\\\\/\\u0041\\uD83D\\uDE00é", "": {}}
            """
        let value = try JSONParser.parse(text)
        #expect(value["b"]?.text == "x\n\"\\/A😀é")
        #expect(value[""]?.members == [])
        let list = try #require(value["a"]?.elements)
        #expect(list.count == 6)
        #expect(list[0] == JSONValue(.null))
        #expect(list[1] == JSONValue(.bool(true)))
        guard case .number(let fraction) = list[3].content,
            case .number(let large) = list[5].content
        else { throw JSONSyntaxError.unexpectedKind }
        #expect(fraction.double == -0.0005)
        #expect(fraction.integer == nil)
        #expect(large.unsigned == 12_345_678_901_234_567_890)
        #expect(large.integer == nil)
        #expect(large.text == "12345678901234567890")
    }

    @Test func remembersPlaces() throws {
        let value = try JSONParser.parse("{\n  \"a\": [1,\n    2]}")
        let second = try #require(value["a"]?.elements?[1])
        #expect(second.position.line == 3)
        #expect(second.position.column == 5)
    }

    @Test(arguments: [
        ("", "1:1: expected a JSON object, got an empty file"),
        (" \n ", "2:2: expected a JSON object, got an empty file"),
        ("{", "1:2: expected a key in double quotes, got the end of the file"),
        ("{\"a\" 1}", "1:6: expected ':' after the key, got \"1\""),
        ("{\"a\": 1,}", "1:9: a comma before '}' is not allowed"),
        ("[1, 2,\n]", "2:1: a comma before ']' is not allowed"),
        ("[1 2]", "1:4: expected ',' or ']', got \"2\""),
        ("{a: 1}", "1:2: expected a key in double quotes, got \"a\""),
        ("{\"a\": NaN}", "1:7: expected a value, got \"NaN\""),
        ("[Infinity]", "1:2: expected a value, got \"Infinity\""),
        ("[1e999]", "1:2: the number is outside the range of a 64-bit float"),
        ("[-1e400]", "1:2: the number is outside the range of a 64-bit float"),
        ("[01]", "1:3: a number must not start with 0"),
        ("[1.]", "1:4: expected a digit, got \"]\""),
        ("[.5]", "1:2: expected a value, got \".\""),
        ("[+5]", "1:2: expected a value, got \"+\""),
        ("[-]", "1:3: expected a digit, got \"]\""),
        ("[1e]", "1:4: expected a digit, got \"]\""),
        ("[tru]", "1:2: expected a value, got \"tru\""),
        ("\"a", "1:3: the text does not end"),
        ("\"a\nb\"", "1:3: a control character must be written as an escape"),
        ("\"\\x\"", "1:3: unknown escape"),
        ("\"\\u12g4\"", "1:6: an escape needs four hexadecimal digits"),
        ("\"\\ud800\"", "1:4: half of a surrogate pair"),
        ("\"\\ud800\\u0041\"", "1:4: half of a surrogate pair"),
        ("\"\\udc00\"", "1:4: half of a surrogate pair"),
        ("{} x", "1:4: expected the end of the file, got \"x\""),
        ("// note\n{}", "1:1: expected a value, got a comment, which JSON lacks"),
        ("\u{feff}{}", "1:1: the file starts with a byte order mark; save it without one"),
    ])
    func refusesWhatIsNotJSON(_ text: String, _ message: String) {
        #expect(syntaxError(Array(text.utf8)) == message)
    }

    @Test(
        arguments: [
            [0x7b, 0x0a, 0x22, 0xff], [0x7b, 0x0a, 0x22, 0xc3],
            [0x7b, 0x0a, 0x22, 0xed, 0xa0, 0x80],
            [0x7b, 0x0a, 0x22, 0xc0, 0xaf], [0x7b, 0x0a, 0x22, 0xf5, 0x80, 0x80, 0x80],
        ] as [[UInt8]])
    func refusesWhatIsNotUTF8(_ bytes: [UInt8]) {
        #expect(syntaxError(bytes) == "2:2: the file is not UTF-8")
    }

    @Test func boundsDepth() {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(syntaxError(nested(64)) == nil)
        #expect(syntaxError(nested(65)) == "1:65: nested deeper than 64 levels")
        let deep = Array(String(repeating: "{\"a\":[", count: 200_000).utf8)
        #expect(syntaxError(deep)?.hasSuffix("nested deeper than 64 levels") == true)
    }

    @Test func boundsTheNumberOfValues() {
        let limit = JSONParser.maximumValues
        let list = "[" + String(repeating: "0,", count: limit) + "0]"
        #expect(syntaxError(Array(list.utf8))?.hasSuffix("more than 1000000 values") == true)
    }

    @Test(arguments: jsonFiles(repository + "/workloads"))
    func writingKeepsTheDocument(_ path: String) throws {
        let value = try JSONParser.parse(fileBytes(path))
        #expect(try JSONParser.parse(value.compactText) == value)
        #expect(try JSONParser.parse(value.prettyText) == value)
        #expect(try JSONParser.parse(value.prettyText).prettyText == value.prettyText)
    }

    @Test func writesInAFixedForm() throws {
        let text = #"{"b":[1,{"x":"a\u0007\u2028é"}],"a":{},"n":1e5,"w":[[64,1],[128,2]]}"#
        let value = try JSONParser.parse(text)
        #expect(
            value.compactText
                == #"{"b": [1, {"x": "a\u0007\u2028é"}], "a": {}, "n": 1e5, "w": [[64, 1], [128, 2]]}"#
        )
        #expect(
            value.prettyText == """
                {
                  "b": [
                    1,
                    {"x": "a\\u0007\\u2028é"}
                  ],
                  "a": {},
                  "n": 1e5,
                  "w": [[64, 1], [128, 2]]
                }

                """)
    }

    @Test func numbersMadeInCodeAreJSON() throws {
        #expect(JSONValue.number(Double.nan) == nil)
        #expect(JSONValue.number(Double.infinity) == nil)
        for value in [0.1, -1e300, Double.leastNonzeroMagnitude, 1e16, 123_456_789.125] {
            let text = try #require(JSONValue.number(value)).compactText
            guard case .number(let number) = try JSONParser.parse(text).content else {
                throw JSONSyntaxError.unexpectedKind
            }
            #expect(number.double == value)
        }
    }

    private func syntaxError(_ bytes: [UInt8]) -> String? {
        do throws(JSONSyntaxError) {
            _ = try JSONParser.parse(bytes)
            return nil
        } catch {
            return error.description
        }
    }
}

extension JSONSyntaxError {
    /// Thrown by tests that meet a value of another kind than they wrote.
    fileprivate static var unexpectedKind: any Error { UnexpectedKind() }
    private struct UnexpectedKind: Error {}
}
