public import NexusBase

extension PolicyTrace {
    /// Why a condition came to what it did, as facts that hold: `spend (1200) > limit (1000), by 200`. A condition that
    /// failed reads as the opposite that is true; parts that did not decide the outcome are left out.
    public var explanation: String {
        let all = facts
        let rest = all.count - Self.factsMax
        return all.prefix(Self.factsMax).joined(separator: " and ") + (rest > 0 ? " and \(rest) more" : "")
    }

    private static let factsMax = 12

    private var facts: [String] {
        guard case .value(let value) = outcome else {
            if case .failure(let error) = outcome { return failureFacts(error) }
            return []
        }
        guard case .bool(let truth) = value else { return ["\(source) is \(value.brief)"] }
        switch operation {
        case .and: return children.filter { $0.value == .bool(truth) }.flatMap(\.facts)
        case .or: return children.filter { $0.value == .bool(truth) }.flatMap(\.facts)
        // Facts say what is true either way, so a negation adds nothing to them.
        case .not: return children.flatMap(\.facts)
        case .conditional, .scope: return children.flatMap { $0.isCondition ? $0.facts : [] }
        case .compare(let comparison, _, _): return [comparisonFact(truth ? comparison : comparison.opposite)]
        case .contains: return [sides.count == 2 ? containmentFact(truth) : "\(source) is \(truth)"]
        case .comprehension: return comprehensionFacts(truth)
        default: return ["\(source) is \(truth)"]
        }
    }

    private var isCondition: Bool { if case .bool? = value { true } else { false } }

    private func failureFacts(_ error: PolicyError) -> [String] {
        // The innermost part that failed is the reason.
        for child in children { if case .failure = child.outcome { return child.facts } }
        return ["\(source) could not be evaluated: \(error.message)"]
    }

    private static func shown(_ side: Side) -> String {
        guard let value = side.value, !side.isConstant else { return side.source.string }
        return "\(side.source) (\(value.brief))"
    }

    private func comparisonFact(_ comparison: Program.Comparison) -> String {
        guard sides.count == 2 else { return source.string }
        var fact = "\(Self.shown(sides[0])) \(comparison.sign) \(Self.shown(sides[1]))"
        if let margin = self.comparison?.margin {
            let size = margin.isNegative ? margin.negated ?? margin : margin
            if !size.isZero { fact += ", by \(size.brief)" }
        }
        return fact
    }

    private func containmentFact(_ truth: Bool) -> String {
        "\(Self.shown(sides[0])) is \(truth ? "" : "not ")in \(Self.shown(sides[1]))"
    }

    /// `all` fails and `exists` holds for one element, which is named; else the whole says it.
    private func comprehensionFacts(_ truth: Bool) -> [String] {
        guard children.count > 1, let deciding = children.last, deciding.value == .bool(truth),
            let element = deciding.element,
            deciding.isCondition
        else { return ["\(source) is \(truth)"] }
        switch operation {
        case .comprehension(_, .all) where !truth, .comprehension(_, .exists) where truth: break
        default: return ["\(source) is \(truth)"]
        }
        return ["for \(element.brief), \(deciding.facts.joined(separator: " and "))"]
    }
}

extension PolicyTrace {
    /// The trace as JSON, for evidence and refusals: `{source, value | error, observed, threshold, margin, children}`.
    /// Values that JSON cannot hold exactly are their text.
    public var json: JSON {
        var object = JSONObject()
        object["source"] = .string(source)
        switch outcome {
        case .value(let value): object["value"] = value.boundedJSON
        case .failure(let error): object["error"] = .text(error.qualifiedCode)
        }
        if let comparison {
            object["observed"] = comparison.observed.json
            object["threshold"] = comparison.threshold.json
            object["margin"] = comparison.margin?.json
        }
        object["element"] = element?.boundedJSON
        if !children.isEmpty { object["children"] = .array(children.map(\.json)) }
        if droppedCount > 0 { object["dropped"] = .int(droppedCount) }
        return .object(object)
    }
}
