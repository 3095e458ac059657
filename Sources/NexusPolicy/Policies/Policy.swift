public import NexusBase

/// A policy document: named rules over declared variables, with tests beside them
/// (Documentation/Formats/policy-v1.md).
public struct Policy: Sendable {
    public static let typeName: Text = "nexus.policy/v1"

    public enum Effect: String, Sendable, CaseIterable {
        /// Refuses where `when` holds.
        case deny
        /// Refuses where `when` does not hold.
        case require
        /// Names someone who must be told where `when` holds; refuses nothing.
        case notify
    }

    public struct Rule: Sendable {
        public let name: Text
        public let effect: Effect
        public let when: PolicyExpression
        /// The reason, for a person.
        public let because: Text
        /// Whom a `notify` rule names.
        public let notify: Text?
    }

    /// A case that the policy's author wrote down, with what must come of it.
    public struct Test: Sendable {
        public let name: Text
        public let given: JSON
        public let isPermitted: Bool
        /// Names of the rules that must refuse, in their order.
        public let refusedBy: [Text]
        /// Those who must be told.
        public let notified: [Text]
    }

    /// `ISSUER::Name@major.minor.patch`.
    public let id: Text
    public let description: Text?
    public let environment: PolicyEnvironment
    /// Variables whose value the document fixes.
    public let constants: [(name: Text, value: PolicyValue)]
    public let rules: [Rule]
    public let tests: [Test]
    /// The document; its canonical bytes are what is signed and hashed.
    public let json: JSON

    /// The part of the id before `::`: who may publish it on a rail.
    public var issuer: Text { Text(id.string.prefix { $0 != ":" }.description) }
    /// The id without its version: what a newer version supersedes.
    public var lineage: Text { Text(id.string.prefix { $0 != "@" }.description) }

    /// SHA-256 of the RFC 8785 bytes.
    public var digest: Digest { Digest(of: json.canonicalBytes) }

    /// Reads and checks a document. Throws `policy.bad-policy` with the field's path, or an expression's own error with
    /// `rules[n].when:line:column` as its place.
    public init(json: JSON, timeZones: PolicyTimeZones? = nil, limits: PolicyLimits = .standard) throws {
        var reader: PolicyReader
        do {
            reader = try PolicyReader(json, timeZones, limits)
        } catch let error as BaseError {
            throw PolicyError(.badPolicy, error.message, at: error.place)
        }
        self.json = json
        id = reader.id
        description = reader.description
        environment = reader.environment
        constants = reader.constants
        rules = try reader.rules()
        tests = reader.tests
    }
}
