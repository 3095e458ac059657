import NexusBase
import Synchronization
import Testing

@testable import nexus

/// A stream that keeps what is written.
final class Tape: Sendable {
    private let kept = Mutex("")
    var text: String { kept.withLock { $0 } }
    var lines: [String] { text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }

    func channel(isTerminal: Bool, colour: Bool = false, width: Int = 80, marks: Marks = .unicode) -> Channel {
        Channel(isTerminal: isTerminal, hasColour: colour, marks: marks, width: { width }) { text in
            self.kept.withLock { $0 += text }
        }
    }
}

/// A stopwatch that a test moves.
final class Clock: Sendable {
    private let time = Mutex(Duration.zero)
    func move(_ step: Duration) { time.withLock { $0 += step } }
    var reading: @Sendable () -> Duration { { self.time.withLock { $0 } } }
}

@Suite struct StyledTests {
    @Test func `roles are colours where there are colours and nothing where not`() {
        let line: Styled = "\(good: "✓") done \(dim: "fast")"
        #expect(line.rendered(colour: false) == "✓ done fast")
        #expect(line.rendered(colour: true) == "\u{1B}[32m✓\u{1B}[0m done \u{1B}[2mfast\u{1B}[0m")
    }

    @Test func `control characters of a stranger's text do not reach the terminal`() {
        let line = Styled("a\u{1B}[2Jb\u{202E}c\r\u{9B}d")
        #expect(line.rendered(colour: true) == "a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}\u{FFFD}d")
        let inside: Styled = "x \("\u{1B}]0;title\u{7}")"
        #expect(!inside.text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 7 })
    }

    @Test(arguments: [("plain", 5), ("°C", 2), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("👩‍🚀", 2), ("✓", 1), ("", 0)])
    func `width is what a terminal shows`(_ text: String, _ width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test func `a cut text fits with its ellipsis`() {
        let cut = Styled("日本語テキスト").truncated(to: 8, ellipsis: "…")
        #expect(cut.text == "日本語…")
        #expect(cut.width <= 8)
    }
}

@Suite struct TableTests {
    private var table: Table {
        var table = Table([.left("season"), .right("index °C"), .left("signal")])
        table.add(["1972", "24.105", .good("TRIGGER")])
        table.add(["日本", "9.5", "PASS"])
        return table
    }

    @Test func `without a terminal the lines are plain and aligned`() {
        let channel = Tape().channel(isTerminal: false, width: 10)
        #expect(
            table.lines(for: channel).map { $0.rendered(colour: false) } == [
                "season  index °C  signal",
                "1972      24.105  TRIGGER",
                "日本         9.5  PASS",
            ])
    }

    @Test func `on a terminal there is a rule and nothing is wider than the window`() {
        let lines = table.lines(for: Tape().channel(isTerminal: true, width: 25))
        #expect(lines.count == 4)
        #expect(lines[1].text.allSatisfy { $0 == "─" })
        #expect(lines.allSatisfy { $0.width <= 25 })
    }

    @Test func `the widest text gives way, numbers never do`() {
        var table = Table([.left("name"), .right("amount"), .left("what")])
        table.add(["short", "1234567890", Styled(String(repeating: "long ", count: 20))])
        let lines = table.lines(for: Tape().channel(isTerminal: true, width: 40))
        #expect(lines.allSatisfy { $0.width <= 40 })
        #expect(lines[2].text.contains("1234567890"))
        #expect(lines[2].text.hasSuffix("…"))
    }
}

@Suite struct ProgressBarTests {
    @Test func `without a terminal there is a line at most every tenth`() {
        let (tape, clock) = (Tape(), Clock())
        let bar = ProgressBar("working", total: 200, on: tape.channel(isTerminal: false), elapsed: clock.reading)
        for _ in 0..<200 {
            clock.move(.milliseconds(500))
            bar.advance()
        }
        bar.finish()
        #expect(tape.lines.count == 10)
        #expect(tape.lines.first == "working: 10 % (20 of 200), 0:10")
        #expect(tape.lines.last == "working: 100 % (200 of 200), 1:40")
    }

    @Test func `work that is over at once writes no lines`() {
        let tape = Tape()
        let bar = ProgressBar("working", total: 50, on: tape.channel(isTerminal: false), elapsed: { .milliseconds(3) })
        for _ in 0..<50 { bar.advance() }
        bar.finish()
        #expect(tape.text.isEmpty)
    }

    @Test func `on a terminal the bar is redrawn in place, fits, and is taken away`() {
        let (tape, clock) = (Tape(), Clock())
        let bar = ProgressBar(
            "verifying", total: 61, on: tape.channel(isTerminal: true, width: 60), elapsed: clock.reading)
        for _ in 0..<61 {
            clock.move(.milliseconds(60))
            bar.advance()
        }
        bar.finish()
        let frames = tape.text.split(separator: "\r").map { $0.replacing("\u{1B}[K", with: "") }
        #expect(frames.count == 62)
        #expect(frames.allSatisfy { DisplayWidth.of(String($0)) < 60 })
        #expect(frames[60].contains("61/61  100 %"))
        #expect(frames[61].isEmpty)
        #expect(!tape.text.contains("\n"))
    }

    @Test func `a quiet bar writes nothing, and a count past the total stays at the total`() {
        let tape = Tape()
        let quiet = ProgressBar("x", total: 3, on: tape.channel(isTerminal: true), isQuiet: true)
        quiet.advance(by: 9)
        quiet.finish()
        let empty = ProgressBar("x", total: 0, on: tape.channel(isTerminal: true))
        empty.advance()
        empty.finish()
        #expect(tape.text.isEmpty)
    }
}

@Suite struct ConsoleTests {
    private func console(_ answers: Tape, _ document: Tape, isJSON: Bool, isQuiet: Bool = false) -> Console {
        let sink = document.channel(isTerminal: false)
        return Console(
            answers: answers.channel(isTerminal: false), notes: answers.channel(isTerminal: false), isJSON: isJSON,
            isQuiet: isQuiet, document: { sink.writeRaw($0) })
    }

    @Test func `with JSON there is one document, whose text is canonical in value`() throws {
        let (answers, document) = (Tape(), Tape())
        let console = console(answers, document, isJSON: true)
        console.say("for people")
        console.result(["b": [1, 2], "a": "°"])
        #expect(document.text == "{\n  \"a\": \"°\",\n  \"b\": [\n    1,\n    2\n  ]\n}\n")
        #expect(answers.text == "for people\n")
    }

    @Test func `without it there is none, and quiet says nothing but warnings`() {
        let (answers, document) = (Tape(), Tape())
        let console = console(answers, document, isJSON: false, isQuiet: true)
        console.say("chatter")
        console.warn("look")
        console.result([:])
        #expect(document.text.isEmpty)
        #expect(answers.text == "! look\n")
    }

    @Test func `a step says that it was done, or that it was not`() async throws {
        let (answers, document) = (Tape(), Tape())
        let console = console(answers, document, isJSON: false)
        let value = await console.step("counted", detail: { "(\($0))" }) { 7 }
        #expect(value == 7)
        #expect(answers.lines[0].hasPrefix("✓ counted (7)"))
        await #expect(throws: CommandError.self) {
            try await console.step("broke") { throw CommandError(.usage, "no") }
        }
        #expect(answers.lines[1] == "✗ broke")
    }

    @Test(arguments: [
        (["LANG": "en_US.UTF-8"], true), (["LANG": "C"], false), ([:], false),
        (["LC_ALL": "C", "LANG": "C.UTF-8"], false),
        (["LC_ALL": "", "LC_CTYPE": "de_DE.utf8"], true),
    ])
    func `the character set is read as POSIX reads it`(_ environment: [String: String], _ expected: Bool) {
        #expect(Channel.isUTF8(environment) == expected)
    }
}
