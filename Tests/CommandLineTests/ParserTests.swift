import Testing

@testable import urrbench

/// A verb with one option of every kind.
private let sample = Verb(
    "sample", summary: "A sample.",
    operands: OperandSpec(
        placeholder: "FILE", value: .file(endings: ["json"]), count: 1...2, help: "a file"),
    options: [
        OptionSpec("driver", short: "d", "NAME", .choice(["embedded", "kafka"]), help: "driver"),
        OptionSpec("set", short: "s", "PATH=VALUE", .assignment, repeats: true, help: "set"),
        OptionSpec("seed", "N", .number(0...UInt64.max), help: "seed"),
        OptionSpec("jobs", short: "j", "N", .number(1...64), help: "jobs"),
        OptionSpec("results", "DIR", .directory, help: "results"),
        OptionSpec(flag: "quiet", short: "q", help: "quiet"),
        OptionSpec(flag: "verbose", short: "v", help: "verbose"),
    ],
    run: { _ in .ok })

private let bare = Verb("bare", summary: "Takes nothing.", run: { _ in .ok })
private let verbs = [sample, bare]

private func parsed(_ line: [String]) throws -> ParsedArguments {
    guard case .run(_, let arguments) = try Invocation(line, verbs: verbs) else {
        throw UsageError(problems: ["asked for help"], verb: nil)
    }
    return arguments
}

private func problems(_ line: [String]) -> [String] {
    do throws(UsageError) {
        _ = try Invocation(line, verbs: verbs)
        return []
    } catch { return error.problems }
}

struct ParserTests {
    @Test(arguments: [
        ["--driver", "kafka"], ["--driver=kafka"], ["-d", "kafka"], ["-dkafka"], ["-qd", "kafka"],
        ["-vqdkafka"],
    ])
    func everySpellingOfAnOption(spelling: [String]) throws {
        #expect(try parsed(["sample", "f.json"] + spelling).text("driver") == "kafka")
        #expect(try parsed(["sample"] + spelling + ["f.json"]).operands == ["f.json"])
    }

    @Test func optionsAndOperandsMix() throws {
        let arguments = try parsed([
            "sample", "a", "--set", "x=1", "-q", "b", "-s", "y=2=3", "--set=z=",
        ])
        #expect(arguments.operands == ["a", "b"])
        #expect(arguments.has("quiet") && !arguments.has("verbose"))
        let assignments = arguments.assignments("set")
        #expect(assignments.map(\.path) == ["x", "y", "z"])
        #expect(assignments.map(\.value) == ["1", "2=3", ""])
        #expect(arguments.text("driver") == nil && arguments.number("seed") == nil)
    }

    @Test func afterTwoDashesEverythingIsAnOperand() throws {
        #expect(try parsed(["sample", "--", "--driver", "-q"]).operands == ["--driver", "-q"])
        #expect(try parsed(["sample", "-"]).operands == ["-"])
        #expect(try parsed(["sample", "--results", "--", "f"]).text("results") == "--")
    }

    @Test(
        arguments: [
            ("0", 0), ("7", 7), ("18446744073709551615", UInt64.max),
        ] as [(String, UInt64)])
    func numbers(text: String, value: UInt64) throws {
        #expect(try parsed(["sample", "f", "--seed", text]).number("seed") == value)
    }

    @Test(
        arguments: [
            (
                ["--seed", "-1"],
                "--seed: must be a whole number from 0 to 18446744073709551615, got \"-1\""
            ),
            (
                ["--seed", "1.5"],
                "--seed: must be a whole number from 0 to 18446744073709551615, got \"1.5\""
            ),
            (
                ["--seed="],
                "--seed: must be a whole number from 0 to 18446744073709551615, got \"\""
            ),
            (["-j", "65"], "-j: must be a whole number from 1 to 64, got \"65\""),
            (["--set", "x"], "--set: needs path=value, got \"x\""),
            (["--set", "=x"], "--set: needs path=value, got \"=x\""),
            (["--set"], "--set: needs PATH=VALUE"),
            (["--driver", "pulsar"], "--driver: must be one of embedded, kafka, got \"pulsar\""),
            (
                ["--driver", "kafak"],
                "--driver: must be one of embedded, kafka, got \"kafak\"; did you mean \"kafka\"?"
            ),
            (["--results", ""], "--results: needs a value, got \"\""),
            (["--quiet=yes"], "--quiet: takes no value, got \"yes\""),
            (["--drivr", "x"], "unknown option \"--drivr\"; did you mean \"--driver\"?"),
            (["--wholly-unlike"], "unknown option \"--wholly-unlike\""),
            (["-x"], "unknown option \"-x\""),
            (["-qx"], "unknown option \"-x\""),
            (["--seed", "1", "--seed", "2"], "--seed: may be given once, got another \"2\""),
            (["b", "c"], "sample: takes only one FILE, got another \"c\""),
            (
                ["--driver", "a\u{1b}[31m"],
                "--driver: must be one of embedded, kafka, got \"a?[31m\""
            ),
        ] as [([String], String)])
    func whatIsWrongIsSaid(line: [String], problem: String) {
        #expect(problems(["sample", "a"] + line).first == problem)
    }

    @Test func allProblemsAreToldAtOnce() {
        #expect(problems(["sample", "--seed", "x", "--nope", "--set", "y"]).count == 4)
    }

    @Test func operandsAreCounted() {
        #expect(problems(["sample"]) == ["sample: needs FILE"])
        #expect(problems(["bare", "x"]) == ["bare: takes no operand, got \"x\""])
        #expect(problems(["bare"]) == [])
        #expect(problems([]) == ["needs a verb"])
    }

    @Test func verbsAreSuggested() {
        #expect(problems(["sampel"]) == ["unknown verb \"sampel\"; did you mean \"sample\"?"])
        #expect(problems(["nothing-like-it"]) == ["unknown verb \"nothing-like-it\""])
        #expect(problems(["--frobnicate"]) == ["unknown option \"--frobnicate\""])
    }

    @Test(arguments: [["sample", "--help"], ["sample", "-h"], ["sample", "--nonsense", "-qh"]])
    func helpWinsOverProblems(line: [String]) throws {
        guard case .help(let verb?) = try Invocation(line, verbs: verbs) else {
            Issue.record("no help")
            return
        }
        #expect(verb.name == "sample")
    }

    @Test func helpBehindTwoDashesIsAnOperand() throws {
        #expect(try parsed(["sample", "--", "--help"]).operands == ["--help"])
    }

    @Test func askingForAnUnknownOptionStopsTheProgram() async {
        await #expect(processExitsWith: .failure) {
            _ = ParsedArguments(
                verb: Verb("bare", summary: "", run: { _ in .ok }), operands: [], values: [:]
            ).has("quiet")
        }
    }
}

struct SuggestionTests {
    @Test func onlyTheOneBeginningIsCompleted() {
        #expect(
            Suggestion.closest(to: "known", among: ["known-answers", "help"]) == "known-answers")
        #expect(Suggestion.closest(to: "sh", among: ["show-all", "shutdown"]) == nil)
        #expect(Suggestion.closest(to: "x", among: []) == nil)
    }
}

struct ExitStatusTests {
    @Test func theGravestWins() {
        #expect(ExitStatus.worst(of: []) == .ok)
        #expect(ExitStatus.worst(of: [.checkFailed, .ok]) == .checkFailed)
        #expect(ExitStatus.worst(of: [.checkFailed, .runInvalid]) == .runInvalid)
        #expect(
            ExitStatus.worst(of: [.runInvalid, .checkFailed, .guaranteeBroken]) == .guaranteeBroken)
        #expect(ExitStatus.worst(of: [.guaranteeBroken, .targetRefused]) == .targetRefused)
        for status in ExitStatus.allCases { #expect(ExitStatus.worst(of: [status]) == status) }
    }
}
