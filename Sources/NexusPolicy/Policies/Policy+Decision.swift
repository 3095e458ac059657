public import NexusBase

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
    /// Version of the tzdata that the policy was read with; two parties must name the same.
    public let timeZoneVersion: Text?

    public var isPermitted: Bool { refusals.isEmpty }
}

extension Policy {
    /// Evaluates every rule. The result does not depend on anything but the policy and the values.
    ///
    /// `limits.costMax` bounds each rule, `costMax` all of them together; a rule that passes either fails, so refuses.
    /// Throws `policy.undeclared`, `policy.wrong-type`, and `policy.bad-argument` for a value of a constant.
    public func decide(
        _ values: [(Text, PolicyValue)], limits: PolicyLimits = .standard, costMax: UInt64 = .max
    ) throws -> PolicyDecision {
        var bindings = try PolicyBindings(environment, constants.map { ($0.name, $0.value) })
        for (name, value) in values {
            guard !constants.contains(where: { $0.name == name }) else {
                throw PolicyError(.badArgument, "the policy fixes the value of \"\(name)\"", at: name.string)
            }
            try bindings.set(name, value)
        }
        return decide(bindings, limits, costMax) { _ in true }
    }

    /// Evaluates the rules that `isAsked` takes, without a trace at first: only a rule that applies is run again for
    /// its explanation, so that a case that is permitted costs no more than its values.
    func decide(
        _ bindings: PolicyBindings, _ limits: PolicyLimits = .standard, _ costMax: UInt64 = .max,
        where isAsked: (Rule) -> Bool
    ) -> PolicyDecision {
        var refusals: [PolicyDecision.Finding] = []
        var notifications: [(notify: Text, finding: PolicyDecision.Finding)] = []
        var total: UInt64 = 0
        for rule in rules where isAsked(rule) {
            var limits = limits
            limits.costMax = min(limits.costMax, costMax > total ? costMax - total : 0)
            let (outcome, cost) = rule.when.outcome(bindings, limits: limits)
            total = total.plus(cost)
            var failure: PolicyError?
            var holds = false
            switch outcome {
            case .value(.bool(let truth)): holds = truth
            case .value(let value):
                failure = PolicyError(.wrongType, "the condition of \"\(rule.name)\" is \(value.typeName), not bool")
            case .failure(let error): failure = error
            }
            guard failure != nil || (rule.effect == .require ? !holds : holds) else { continue }
            let trace = rule.when.explain(bindings, limits: limits).trace
            let finding = PolicyDecision.Finding(
                rule: rule.name, because: rule.because, explanation: trace.explanation, trace: trace, failure: failure)
            if rule.effect == .notify {
                notifications.append((rule.notify ?? "", finding))
            } else {
                refusals.append(finding)
            }
        }
        return PolicyDecision(
            refusals: refusals, notifications: notifications, cost: total,
            timeZoneVersion: environment.timeZones?.version)
    }

    /// Evaluates the rules that `isAsked` takes over values read by the declared types; a rule that reads a variable
    /// whose value is missing or of another type fails, and so refuses.
    package func decide(
        _ values: JSONObject, limits: PolicyLimits, costMax: UInt64, where isAsked: (Rule) -> Bool
    ) -> PolicyDecision {
        var bindings = PolicyBindings(empty: environment)
        for (slot, variable) in environment.variables.enumerated() {
            bindings.values[slot] =
                constants.first { $0.name == variable.name }?.value
                ?? values[variable.name].flatMap { try? PolicyValue(json: $0, as: variable.type) }
        }
        return decide(bindings, limits, costMax, where: isAsked)
    }

    /// As `decide`, from JSON read by the variables' declared types.
    public func decide(
        given json: JSON, limits: PolicyLimits = .standard, costMax: UInt64 = .max
    ) throws -> PolicyDecision {
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
        return try decide(values, limits: limits, costMax: costMax)
    }
}
