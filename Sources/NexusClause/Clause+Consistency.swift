import NexusBase

/// A rule between parts of a clause that does not hold, and the part to look at.
struct Inconsistency: Error {
    let code: ClauseError.Code
    let path: [Shape.Mismatch.Step]
    let message: String
    var mismatch: Shape.Mismatch { Shape.Mismatch(path: path, message: message) }

    init(_ path: [Shape.Mismatch.Step], _ message: String, code: ClauseError.Code = .inconsistent) {
        self.path = path
        self.message = message
        self.code = code
    }
}

extension Clause {
    /// What the shape cannot say: names are unique, references lead somewhere, the execution rule makes sense.
    func checkConsistency() throws {
        try checkNames()
        try checkExecution()
        try checkActions()
        if let until = validity.until, until <= validity.from {
            throw Inconsistency([.key("validity"), .key("until")], "the clause ends before it begins")
        }
        guard !trigger.kinds.isEmpty else {
            throw Inconsistency([.key("trigger"), .key("kinds")], "a clause has at least one kind of trigger")
        }
        for (index, input) in inputs.enumerated()
        where (input.minimum ?? input.maximum) != nil && input.kind != .decimal {
            throw Inconsistency([.key("inputs"), .index(index)], "only decimals have a minimum and maximum")
        }
        if occurrence.kind != .integer, (occurrence.minimum ?? occurrence.maximum) != nil {
            throw Inconsistency([.key("occurrence")], "only integer occurrences have a minimum and maximum")
        }
        for (index, term) in terms.enumerated() {
            do { _ = try TermExpression(term, in: self) } catch let error as ClauseError {
                throw Inconsistency(
                    [.key("terms"), .index(index), .key("expression")], error.message, code: .badExpression)
            }
        }
    }

    /// Inputs, parameters and outputs share one name space: that of expressions.
    private func checkNames() throws {
        var seen: Set<Text> = []
        let groups: [(Text, [Text])] = [
            ("inputs", inputs.map(\.name)), ("parameters", parameters.map(\.name)), ("outputs", outputs.map(\.name)),
        ]
        for (group, names) in groups {
            for (index, name) in names.enumerated() where !seen.insert(name).inserted {
                throw Inconsistency(
                    [.key(group), .index(index), .key("name")], "the name \"\(name)\" is taken already")
            }
        }
        for (group, names) in [("terms" as Text, terms.map(\.name)), ("actions", actions.map(\.name))] {
            var seen: Set<Text> = []
            for (index, name) in names.enumerated() where !seen.insert(name).inserted {
                throw Inconsistency(
                    [.key(group), .index(index), .key("name")], "the name \"\(name)\" is taken already")
            }
        }
    }

    private func checkExecution() throws {
        func fail(_ key: Text, _ message: String) -> Inconsistency {
            Inconsistency([.key("execution"), .key(key)], message)
        }
        guard execution.quorum <= execution.nodes else { throw fail("quorum", "a quorum has at most all the nodes") }
        guard execution.quorum * 2 > execution.nodes else {
            throw fail("quorum", "two different answers could both reach \(execution.quorum) of \(execution.nodes)")
        }
        guard execution.riskClass.allows(execution.tier) else {
            throw fail("tier", "risk class \(execution.riskClass.rawValue) needs tier quorum or proof")
        }
        if execution.tier == .single, execution.nodes != 1 { throw fail("nodes", "tier single has one node") }
        if execution.tier == .quorum, execution.quorum < 2 { throw fail("quorum", "tier quorum needs at least two") }
        if execution.tier == .quorum, !execution.distinct.contains(.operator) {
            throw fail("distinct", "a quorum counts distinct operators; name operator here")
        }
        guard !execution.attestation.isEmpty else { throw fail("attestation", "name the kinds that are accepted") }
        try checkProof()
    }

    /// A model is proved, and only a model: of one committed input, which its feed answers for.
    private func checkProof() throws {
        func fail(_ key: Text, _ message: String) -> Inconsistency {
            Inconsistency([.key("execution"), .key(key)], message)
        }
        guard (computation.kind == .model) == (execution.tier == .proof) else {
            throw fail("tier", "kind model goes with tier proof, and only with it")
        }
        let committed = inputs.indices.filter { inputs[$0].kind == .committed }
        guard execution.tier == .proof else {
            if let index = committed.first {
                throw Inconsistency([.key("inputs"), .index(index)], "only tier proof has committed inputs")
            }
            return
        }
        if execution.nodes != 1 { throw fail("nodes", "tier proof has one node") }
        guard committed.count == 1 else {
            throw Inconsistency([.key("inputs")], "tier proof has exactly one committed input")
        }
        guard inputs[committed[0]].feed != nil else {
            throw Inconsistency(
                [.key("inputs"), .index(committed[0])], "a committed input names the feed that signs its root")
        }
    }

    /// The input whose commitment a proof speaks of; tier `proof` has exactly one.
    public var committedInput: Input? { inputs.first { $0.kind == .committed } }

    private func checkActions() throws {
        for (index, action) in actions.enumerated() {
            func fail(_ key: Text, _ message: String) -> Inconsistency {
                Inconsistency([.key("actions"), .index(index), .key(key)], message)
            }
            if let rate = action.rate, !outputs.contains(where: { $0.name == rate }) {
                throw fail("rate", "there is no output \"\(rate)\"")
            }
            if action.kind == .paymentInstruction {
                guard action.payee != nil, action.currency != nil, action.limit != nil, action.rate != nil else {
                    throw fail("kind", "a payment instruction names payee, currency, limit and rate")
                }
            }
        }
        for (index, name) in correctionActions.enumerated() where !actions.contains(where: { $0.name == name }) {
            throw Inconsistency([.key("correctionActions"), .index(index)], "there is no action \"\(name)\"")
        }
    }
}
