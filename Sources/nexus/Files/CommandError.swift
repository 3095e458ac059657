import NexusBase

/// Errors of the command line itself.
enum CommandDomain: ErrorDomain { static let name = "cli" }
typealias CommandError = CodedError<CommandDomain>

extension CodedError<CommandDomain>.Code {
    /// No such file or folder.
    static let notFound: Self = "not-found"
    /// A file is there already and would have been replaced.
    static let exists: Self = "exists"
    /// Another command is changing the same file.
    static let locked: Self = "locked"
    /// The system refused to read or write.
    static let inputOutput: Self = "io"
    /// A file past the limit of its format.
    static let tooLarge: Self = "too-large"
    /// Text that does not fit: a data file, an assignment, a name.
    static let badInput: Self = "bad-input"
    /// Options that do not go together.
    static let usage: Self = "usage"
    /// The clause's module is nowhere among the places that were searched.
    static let moduleNotFound: Self = "module-not-found"
    /// The guest library for building models is nowhere among the places that were searched.
    static let guestNotFound: Self = "guest-not-found"
    /// The evidence withholds inputs that the computation needs.
    static let inputsWithheld: Self = "inputs-withheld"
    /// There is no computed result to compare with: people decided.
    static let nothingToReplay: Self = "nothing-to-replay"
    /// This host, not the computation, ended a run.
    static let indeterminate: Self = "indeterminate"
}

/// An error about the content of a file: says which file, and shows the line where there is one.
struct FileFailure: CodedFailure {
    let underlying: any CodedFailure
    let path: String
    let source: [UInt8]?

    var qualifiedCode: String { underlying.qualifiedCode }
    var message: String { underlying.message }
    var place: String? { underlying.place }
    var description: String { "\(path): \(underlying)" }

    /// Line and column, from 1, where the place begins with them.
    var position: (line: Int, column: Int)? {
        let words = (place ?? "").split { " ,:".contains($0) }
        guard words.count >= 4, words[0] == "line", words[2] == "column", let line = Int(words[1]),
            let column = Int(words[3])
        else { return nil }
        return (line, column)
    }

    /// The path of the field, without line and column.
    var field: String? {
        guard position != nil else { return place }
        return (place ?? "").split(separator: ": ", maxSplits: 1).dropFirst().first.map(String.init)
    }

    /// The line of the file that the error is about.
    var line: String? {
        guard let source, let position, position.line >= 1 else { return nil }
        let lines = String(decoding: source, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        return position.line <= lines.count ? String(lines[position.line - 1]) : nil
    }
}
