import NexusBase
import NexusPolicy

/// A policy in a file. Errors in a rule show the rule's expression with a caret.
struct PolicyFile {
    let path: String
    let policy: Policy

    init(_ path: String, timeZones: PolicyTimeZones? = nil) throws {
        self.path = path
        let json = try Files.decode(path, bytesMax: Limits.jsonBytesMax) { try JSON(parsing: $0) }
        do { policy = try Policy(json: json, timeZones: timeZones) } catch let error as PolicyError {
            throw ExpressionFailure(PolicyDiagnostic(error, in: json), path: path)
        }
    }

    /// The values of a case: a file of JSON, or the JSON itself where the text begins with a brace.
    static func given(_ text: String) throws -> JSON {
        guard text.hasPrefix("{") else {
            return try Files.decode(text, bytesMax: Limits.jsonBytesMax) { try JSON(parsing: $0) }
        }
        return try JSON(parsing: Array(text.utf8))
    }
}

/// An error in an expression: says which file and rule, and shows the line.
struct ExpressionFailure: CodedFailure {
    let diagnostic: PolicyDiagnostic
    let path: String?

    init(_ diagnostic: PolicyDiagnostic, path: String? = nil) {
        self.diagnostic = diagnostic
        self.path = path
    }

    var qualifiedCode: String { diagnostic.error.qualifiedCode }
    var message: String { diagnostic.error.message }
    var place: String? {
        let rule = diagnostic.rule.map { "rule \"\($0)\"" }
        let column = diagnostic.position.map { "line \($0.line), column \($0.column)" }
        let parts = [path, rule, column ?? diagnostic.error.place].compactMap { $0 }.filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
    var description: String { "\(place ?? "expression"): \(qualifiedCode): \(message)" }
}
