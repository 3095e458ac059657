import Foundation
import NexusBase

/// Where a command speaks: to people on one channel, to programs on another.
///
/// Without `--json`, what people read goes to standard output and progress to standard error. With it, standard output
/// carries one JSON document and nothing else; everything for people goes to standard error.
struct Console: Sendable {
    /// Answers for people.
    let answers: Channel
    /// Steps, progress and errors.
    let notes: Channel
    let isJSON: Bool
    let isQuiet: Bool
    private let document: @Sendable (String) -> Void

    init(
        answers: Channel, notes: Channel, isJSON: Bool = false, isQuiet: Bool = false,
        document: @escaping @Sendable (String) -> Void
    ) {
        self.answers = answers
        self.notes = notes
        self.isJSON = isJSON
        self.isQuiet = isQuiet
        self.document = document
    }

    /// The process's own streams.
    init(_ options: GlobalOptions, environment: [String: String] = ProcessInfo.processInfo.environment) {
        let output = Channel(.standardOutput, colour: !options.noColor, environment: environment)
        let errors = Channel(.standardError, colour: !options.noColor, environment: environment)
        self.init(
            answers: options.json ? errors : output, notes: errors, isJSON: options.json, isQuiet: options.quiet,
            document: { FileHandle.standardOutput.writeWhole($0) })
    }

    /// The marks before lines, in the channel's character set.
    var marks: Marks { answers.marks }

    /// One line of the answer; silent when quiet.
    func say(_ line: Styled = "") {
        if !isQuiet { answers.writeLine(line) }
    }

    /// A headline with air above it.
    func heading(_ title: String) {
        say()
        say(.bold(title))
    }

    /// Aligned names and values.
    func facts(_ facts: [(String, Styled)], indent: Int = 2) {
        let width = facts.map { DisplayWidth.of($0.0) }.max() ?? 0
        for (name, value) in facts {
            let padding = String(repeating: " ", count: width - DisplayWidth.of(name) + 2)
            say("\(String(repeating: " ", count: indent))\(dim: name)\(padding)\(value)")
        }
    }

    func show(_ table: Table) {
        for line in table.lines(for: answers) { say(line) }
    }

    /// What is not wrong but should be looked at. Shown even when quiet.
    func warn(_ line: Styled) { notes.writeLine("\(warn: notes.marks.warning) \(line)") }

    /// What to try next, at the end of a command.
    func next(_ commands: [String]) {
        guard !commands.isEmpty else { return }
        say()
        say(.dim("Next"))
        for command in commands { say("  \(accent: command)") }
    }

    /// The one document of a command under `--json`: indented, keys in canonical order. Silent otherwise.
    func result(_ json: @autoclosure () -> JSON) {
        if isJSON { document(json().indented + "\n") }
    }
}

/// The characters that a channel's marks are made of.
struct Marks: Sendable {
    let done: String
    let failed: String
    let warning: String
    let bullet: String
    let ellipsis: String
    let rule: String
    let barFull: String
    let barEmpty: String
    let caret: String

    static let unicode = Marks(
        done: "✓", failed: "✗", warning: "!", bullet: "·", ellipsis: "…", rule: "─", barFull: "━", barEmpty: "─",
        caret: "^")
    static let ascii = Marks(
        done: "ok", failed: "x", warning: "!", bullet: "-", ellipsis: "...", rule: "-", barFull: "#", barEmpty: "-",
        caret: "^")
}
