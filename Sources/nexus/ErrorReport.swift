import ArgumentParser
import NexusBase

/// What went wrong, as a person and a program are told it: the sentence, the place, what to do next, the status.
struct ErrorReport {
    let status: ExitStatus
    let code: String
    let message: String
    let place: String?
    let next: String?
    private let failure: FileFailure?

    init(_ error: any Error) {
        let failure = error as? any CodedFailure
        code = failure?.qualifiedCode ?? "cli.internal"
        message = failure?.message ?? "something that should not happen: \(error)"
        self.failure = failure as? FileFailure
        place =
            (failure as? FileFailure).map { [$0.path, $0.place].compactMap { $0 }.joined(separator: ", ") }
            ?? failure?.place
        status = ErrorClass(code: code).exit
        next = Hint.text(for: code)
    }

    /// Whether the error is the argument parser's to explain.
    static func isUsage(_ error: any Error) -> Bool {
        error is ExitCode || error is ValidationError || error is CleanExit
    }

    var json: JSON {
        [
            "error": [
                "code": .text(code), "exitStatus": .int(Int(status.rawValue)), "message": .text(message),
                "next": next.map { .text($0) }, "place": place.map { .text($0) },
            ]
        ]
    }

    func show(on console: Console) {
        let channel = console.notes
        channel.writeLine("\(bad: "error:") \(message) \(dim: "[" + code + "]")")
        if let failure {
            let position = failure.position.map { ":\($0.line):\($0.column)" } ?? ""
            let field = failure.field.map { $0.isEmpty ? "" : "  \($0)" } ?? ""
            channel.writeLine("  \(dim: "at") \(failure.path)\(position)\(dim: field)")
            showLine(failure, on: channel)
        } else if let place, !place.isEmpty {
            channel.writeLine("  \(dim: "at") \(place)")
        }
        if let next { channel.writeLine("  \(dim: "next:") \(next)") }
        console.result(json)
    }

    private func showLine(_ failure: FileFailure, on channel: Channel) {
        guard let line = failure.line, let position = failure.position else { return }
        let number = "\(position.line)"
        let bar = channel.marks.rule == Marks.ascii.rule ? "|" : "│"
        let shown = Styled(line).truncated(
            to: max(20, channel.width - number.count - 6), ellipsis: channel.marks.ellipsis)
        let before = DisplayWidth.of(String(line.prefix(max(0, position.column - 1))))
        channel.writeLine("  \(dim: number + " " + bar) \(shown)")
        guard before < channel.width - number.count - 6 else { return }
        let margin = String(repeating: " ", count: number.count)
        channel.writeLine(
            "  \(dim: margin + " " + bar) \(String(repeating: " ", count: before))\(bad: channel.marks.caret)")
    }
}
