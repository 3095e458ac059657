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
    public let rules: [Rule]
    public let tests: [Test]
    /// The document; its canonical bytes are what is signed and hashed.
    public let json: JSON

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
        rules = try reader.rules()
        tests = reader.tests
    }
}

/// What a policy says of one case.
public struct PolicyDecision: Sendable {
    /// One rule's part in it.
    public struct Finding: Sendable {
        public let rule: Text
        public let because: Text
        /// What was found, in facts that hold: `spend (1200) > limit (1000), by 200`.
        public let explanation: String
        public let trace: PolicyTrace
        /// Set where the rule could not be evaluated, and so refuses.
        public let failure: PolicyError?

        /// The refusal as one sentence.
        public var sentence: String { "refused because \(explanation): \(because)" }
    }

    /// Refusals, in the order of the rules; empty means permitted.
    public let refusals: [Finding]
    /// Those who must be told, each with the rule that says so.
    public let notifications: [(notify: Text, finding: Finding)]
    /// Steps that all rules took together.
    public let cost: UInt64

    public var isPermitted: Bool { refusals.isEmpty }
}

extension Policy {
    /// Evaluates every rule. The result does not depend on anything but the policy and the values.
    public func decide(_ values: [(Text, PolicyValue)], limits: PolicyLimits = .standard) throws -> PolicyDecision {
        let bindings = try PolicyBindings(environment, values)
        var refusals: [PolicyDecision.Finding] = []
        var notifications: [(notify: Text, finding: PolicyDecision.Finding)] = []
        var total: UInt64 = 0
        for rule in rules {
            let (outcome, trace, cost) = rule.when.explain(bindings, limits: limits)
            total = total.plus(cost)
            var failure: PolicyError?
            var holds = false
            switch outcome {
            case .value(.bool(let truth)): holds = truth
            case .value(let value):
                failure = PolicyError(.wrongType, "the condition of \"\(rule.name)\" is \(value.typeName), not bool")
            case .failure(let error): failure = error
            }
            let applies = failure != nil || (rule.effect == .require ? !holds : holds)
            guard applies else { continue }
            let finding = PolicyDecision.Finding(
                rule: rule.name, because: rule.because, explanation: trace.explanation, trace: trace, failure: failure)
            if rule.effect == .notify {
                notifications.append((rule.notify ?? "", finding))
            } else {
                refusals.append(finding)
            }
        }
        return PolicyDecision(refusals: refusals, notifications: notifications, cost: total)
    }

    /// As `decide`, from JSON read by the variables' declared types.
    public func decide(given json: JSON, limits: PolicyLimits = .standard) throws -> PolicyDecision {
        guard case .object(let object) = json else {
            throw PolicyError(.badPolicy, "an object with a member for each variable is needed", at: "given")
        }
        var values: [(Text, PolicyValue)] = []
        for (name, value) in object.members {
            guard let variable = environment.variables.first(where: { $0.name == name }) else {
                throw PolicyError(.undeclared, "the policy declares no variable \"\(name)\"", at: "given.\(name)")
            }
            values.append((name, try PolicyValue(json: value, as: variable.type, at: "given.\(name)")))
        }
        return try decide(values, limits: limits)
    }

    /// The outcome of each test: nil where it passed, else what differed.
    public func runTests(limits: PolicyLimits = .standard) -> [(test: Test, failure: String?)] {
        tests.map { test in (test, failure(of: test, limits)) }
    }

    private func failure(of test: Test, _ limits: PolicyLimits) -> String? {
        let decision: PolicyDecision
        do { decision = try decide(given: test.given, limits: limits) } catch { return "\(error)" }
        let refusedBy = decision.refusals.map(\.rule)
        let notified = decision.notifications.map(\.notify)
        if refusedBy != test.refusedBy || decision.isPermitted != test.isPermitted {
            let reasons = decision.refusals.map { "\($0.rule): \($0.sentence)" }.joined(separator: "; ")
            return decision.isPermitted
                ? "permitted, but a refusal was expected"
                : "refused by \(Self.list(refusedBy)), expected \(Self.list(test.refusedBy)); \(reasons)"
        }
        if notified != test.notified { return "notified \(Self.list(notified)), expected \(Self.list(test.notified))" }
        return nil
    }

    private static func list(_ names: [Text]) -> String {
        names.isEmpty ? "none" : names.map(\.string).joined(separator: ", ")
    }
}
