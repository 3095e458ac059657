import NexusBase
import NexusPolicy

/// One check of the governance filter: what was asked, of which values, and what came out; where it fails, also why.
struct FilterCheck {
    /// A named condition in the policy language, with the reason that a refusal gives.
    struct Rule: Sendable {
        let name: Text
        let because: Text
        let when: PolicyExpression
    }

    let name: Text
    let expression: Text
    let values: JSONObject
    /// Why it does not hold: the sentence and the trace. Nil where it holds.
    let refusal: (sentence: String, trace: JSON)?

    var holds: Bool { refusal == nil }
    var sentence: String { refusal?.sentence ?? "" }

    var json: JSON {
        var object: JSONObject = [
            "expression": .string(expression), "holds": .bool(holds), "name": .string(name), "values": .object(values),
        ]
        object["sentence"] = refusal.map { .text($0.sentence) }
        object["trace"] = refusal?.trace
        return .object(object)
    }
}

extension FilterCheck.Rule {
    /// Evaluates the condition. What cannot be evaluated does not hold.
    func check(_ values: JSONObject) -> FilterCheck {
        FilterCheck(name: name, expression: when.source, values: values, refusal: refusal(values))
    }

    private func refusal(_ values: JSONObject) -> (sentence: String, trace: JSON)? {
        let bindings: PolicyBindings
        do {
            bindings = try when.environment.bindings(of: values)
        } catch {
            return ("refused because the values do not fit: \(error): \(because)", .null)
        }
        // The trace is made only where it is needed.
        if case .bool(true)? = try? when.value(bindings, limits: FilterLimits.policy) { return nil }
        let trace = when.explain(bindings, limits: FilterLimits.policy).trace
        return ("refused because \(trace.explanation): \(because)", trace.journaled)
    }

    private init(
        _ name: Text, _ expression: Text, over variables: [(Text, PolicyType)], because: Text
    ) {
        self.name = name
        self.because = because
        // SAFETY: the expressions are those below; a test evaluates each of them.
        when = try! PolicyExpression.condition(expression, in: PolicyEnvironment(variables: variables))
    }
}

/// What the filter asks of every job, whatever clause and policies say.
extension FilterCheck.Rule {
    static let lifecycle = Self(
        "lifecycle", "stage == 'active'", over: [("stage", .string)],
        because: "work begins under an active clause only")
    static let lateLifecycle = Self(
        "lifecycle", "stage in ['active', 'superseded']", over: [("stage", .string)],
        because: "what people ended neither certifies nor acts")
    static let window = Self(
        "window", "from <= now && (!until.hasValue() || now < until.value())",
        over: [("from", .timestamp), ("now", .timestamp), ("until", .optional(.timestamp))],
        because: "events are taken inside the clause's window")
    static let trigger = Self(
        "trigger", "type in kinds", over: [("kinds", .list(.string)), ("type", .string)],
        because: "a clause is fired by the kinds of event that it names")
    static let tier = Self(
        "tier", "tier in ['quorum', 'proof'] || !(riskClass in ['financial', 'treaty'])",
        over: [("riskClass", .string), ("tier", .string)],
        because: "financial and treaty clauses need more than one node")
    static let population = Self(
        "population", "distinct >= needed", over: [("distinct", .int), ("needed", .int)],
        because: "the rail has too few approved operators of distinct parties for the clause's quorum")
    static let inputs = Self(
        "inputs", "bound == inputs && commitment != ''",
        over: [("bound", .list(.string)), ("commitment", .string), ("inputs", .list(.string))],
        because: "every input is bound under one commitment, those of feeds as their feeds signed them")
}

enum FilterLimits {
    /// As everywhere, with traces that a journal record can hold.
    static let policy = PolicyLimits(traceEntriesMax: OrchestrationLimits.traceEntriesMax)
}

extension PolicyEnvironment {
    /// Values read by the declared types. Throws `policy.wrong-type` and `policy.conversion`.
    func bindings(of values: JSONObject) throws -> PolicyBindings {
        var bindings = try PolicyBindings(self)
        for variable in variables {
            guard let json = values[variable.name] else { continue }
            try bindings.set(variable.name, PolicyValue(json: json, as: variable.type, at: variable.name.string))
        }
        return bindings
    }
}

extension PolicyTrace {
    /// The trace as JSON, or its outermost part alone where all of it is too long for a journal.
    var journaled: JSON {
        let json = json
        guard json.canonicalBytes.count > OrchestrationLimits.traceBytesMax else { return json }
        var short = JSONObject()
        short["source"] = .string(Text(clipping: source.string, to: OrchestrationLimits.detailBytesMax))
        short["explanation"] = .string(Text(clipping: explanation, to: OrchestrationLimits.messageBytesMax))
        short["omitted"] = .int(json.canonicalBytes.count)
        return .object(short)
    }
}
