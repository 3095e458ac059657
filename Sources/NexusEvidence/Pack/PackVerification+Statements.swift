import NexusBase
import NexusClause
import NexusGovernance
import NexusTrust

extension PackVerification {
    func verifyInputs() throws -> String {
        try require(
            pack.inputs.count == clause.inputs.count, .badCommitment, "not the clause's inputs", at: "pack.inputs")
        for (index, (input, rule)) in zip(pack.inputs, clause.inputs).enumerated() {
            let place = "pack.inputs[\(index)]"
            switch input {
            case .withheld(let reference):
                try require(reference.name == rule.name, .badCommitment, "another input", at: place)
                try require(
                    rule.editions.isEmpty || rule.editions.contains(reference.edition), .mismatch,
                    "the edition \"\(reference.edition)\" is not taken", at: place)
                try require(
                    isApproved(reference.feed, for: rule), .notEntitled, "not the approved feed", at: place)
            case .shown(let bound):
                try require(bound.name == rule.name, .badCommitment, "another input", at: place)
                _ = try clause.checkInput(bound.name, bound.value, edition: bound.edition)
                try verifyProvenance(bound, rule, at: place)
            }
        }
        try require(
            BoundInput.commitment(pack.inputs.map(\.leaf)) == quorum.inputCommitment, .badCommitment,
            "the inputs do not lead to the commitment", at: "quorum.inputCommitment")
        let withheld = pack.inputs.count { $0.isWithheld }
        return "\(pack.inputs.count - withheld) shown, \(withheld) withheld"
    }

    /// The feeds' signatures on what a validator is shown.
    func checkShownInputs() throws {
        for (index, (input, rule)) in zip(pack.inputs, clause.inputs).enumerated() {
            guard case .shown(let bound) = input else { continue }
            _ = try clause.checkInput(bound.name, bound.value, edition: bound.edition)
            try verifyProvenance(bound, rule, at: "inputs[\(index)]")
        }
    }

    func verifyProvenance(_ bound: BoundInput, _ rule: Clause.Input, at place: String) throws {
        guard let name = rule.feed else {
            try require(bound.feed == nil && bound.reading == nil, .mismatch, "the clause names no feed", at: place)
            return
        }
        guard let feed = bound.feed, let reading = bound.reading, isApproved(feed, for: rule) else {
            throw EvidenceError(.notEntitled, "the reading is not by the approved feed \(name)", at: place)
        }
        try require(reading.signatures.count == 1, .mismatch, "the feed alone signs a reading", at: place)
        let said = try Reading(verifying: reading, by: feed.verificationKey())
        try require(
            said.feed == name && said.name == bound.name && said.occurrence == quorum.occurrence
                && said.value == bound.value && said.edition == bound.edition,
            .mismatch, "the feed signed something else", at: "\(place).reading")
    }

    /// Whether the key is or was the feed's; which one it was when a node acted is asked of each agreeing statement.
    private func isApproved(_ feed: DID?, for rule: Clause.Input) -> Bool {
        guard let name = rule.feed else { return feed == nil }
        return feed.map { current.hasApproved(feed: name, $0) } ?? false
    }

    mutating func verifyStatements() throws -> String {
        let bindings = try verifyBindings()
        bound = bindings.map(\.node)
        var tokens: Set<Digest> = []
        for (offset, attempt) in quorum.attempts.enumerated() {
            try require(
                attempt.attempt == offset + 1, .mismatch, "attempts are numbered from 1 without gaps",
                at: "quorum.attempts")
            try require(tokens.insert(attempt.token).inserted, .mismatch, "a token stands twice", at: "quorum.attempts")
        }
        let listed = quorum.attempts.filter { $0.statement != nil }
        try require(
            listed.count == pack.statements.count, .mismatch, "attempts and statements do not match",
            at: "pack.statements")
        for (index, envelope) in pack.statements.enumerated() {
            let place = "pack.statements[\(index)]"
            let statement = try CAC(in: envelope)
            try require(envelope.signatures.count == 1, .mismatch, "the node alone signs a statement", at: place)
            try envelope.verify(by: statement.node.verificationKey(), policy: trust.policy)
            guard let attempt = listed.first(where: { $0.statement == envelope.payloadDigest }) else {
                throw EvidenceError(.mismatch, "no attempt lists this statement", at: place)
            }
            try require(
                attempt.node == statement.node && attempt.operator == statement.operator
                    && attempt.attempt == statement.attempt && attempt.token == statement.token
                    && statement.job == quorum.job, .badToken, "another attempt's statement", at: place)
            guard let binding = bindings.first(where: { $0.node == statement.node }) else {
                throw EvidenceError(.notEntitled, "the node's binding is missing", at: place)
            }
            if attempt.outcome == .void { voided.insert(attempt.token) }
            try verifyEntitlement(statement, binding, at: place)
            statements.append(statement)
            self.bindings[statement.node] = binding
        }
        return "\(statements.count) signed, \(quorum.attempts.count) attempts"
    }

    /// One certificate has one pack: statements in the order of the attempts, and the bindings of their nodes, in their
    /// order, with none besides.
    func verifyOrder() throws {
        try require(
            pack.statements.map(\.payloadDigest) == quorum.attempts.compactMap(\.statement), .mismatch,
            "not in the order of the attempts", at: "pack.statements")
        var nodes: [DID] = []
        for statement in statements where !nodes.contains(statement.node) { nodes.append(statement.node) }
        try require(
            bound == nodes, .mismatch, "not the bindings of the statements' nodes, in their order", at: "pack.bindings")
    }

    private func verifyBindings() throws -> [NodeBinding] {
        var bindings: [NodeBinding] = []
        for (index, envelope) in pack.bindings.enumerated() {
            let place = "pack.bindings[\(index)]"
            try require(envelope.signatures.count == 1, .mismatch, "the operator alone signs a binding", at: place)
            let binding = try NodeBinding(verifying: envelope, rail: trust.rail)
            try binding.require(trust.policy)
            try require(!bindings.contains { $0.node == binding.node }, .mismatch, "two bindings of a node", at: place)
            bindings.append(binding)
        }
        return bindings
    }

    /// The node acted under governance that this rail had, with the clause active and its operator approved then, and
    /// neither was barred when the rollup was sealed: a statement logged after a revocation is void, and says so,
    /// unless the clause lets work finish that began under governance from before it.
    private func verifyEntitlement(_ statement: CAC, _ binding: NodeBinding, at place: String) throws {
        try require(binding.operator == statement.operator, .notEntitled, "another operator's node", at: place)
        let isRevoked = !current.counts(
            node: statement.node, operator: statement.operator, actedUnder: statement.governance.logIndex,
            clause.execution)
        if voided.contains(statement.token) {
            return try require(isRevoked, .mismatch, "void without a revocation", at: "quorum.attempts")
        }
        try require(!isRevoked, .notEntitled, "node or operator was revoked before this was logged", at: place)
        let governance = statement.governance
        try require(governance.rail == trust.rail, .otherRail, "a statement for another rail", at: place)
        guard let snapshot = snapshot(of: statement), snapshot.digest == governance.snapshot
        else { throw EvidenceError(.mismatch, "no governance of this rail", at: "\(place).governance") }
        try require(
            snapshot.clause(quorum.clause)?.stage == .active, .notEntitled, "the clause was not active then", at: place)
        try snapshot.admit(binding, at: statement.startedAt)
        try require(
            governance.jurisdiction == binding.jurisdiction, .mismatch, "another jurisdiction",
            at: "\(place).governance")
    }

    /// The governance at the log index that a statement says its node acted under; `verifyEntitlement` compares its
    /// digest, which is costly.
    func snapshot(of statement: CAC) -> GovernanceSnapshot? {
        snapshots.first { $0.logIndex == statement.governance.logIndex }
    }

    func verifyQuorum() throws -> String {
        let rule = clause.execution
        let attemptsMax = rule.nodes + rule.retryMax
        try require(
            quorum.attempts.count <= attemptsMax, .mismatch, "more than \(attemptsMax) attempts", at: "quorum.attempts")
        let agreed = agreeing
        try verifyOutcomes(agreed)
        guard case .quorum = quorum.decision else { return try verifyOverride() }
        for statement in agreed {
            let allowed = rule.jurisdictions.isEmpty || rule.jurisdictions.contains(statement.governance.jurisdiction)
            try require(allowed, .notEntitled, "a node outside the clause's jurisdictions", at: "quorum.attempts")
        }
        let operators = Set(agreed.map(\.operator)).count
        try require(operators >= rule.quorum, .noQuorum, "\(operators) of \(rule.quorum) operators agree")
        if rule.distinct.contains(.jurisdiction) {
            let count = Set(agreed.compactMap { bindings[$0.node]?.jurisdiction }).count
            try require(count >= rule.quorum, .noQuorum, "\(count) of \(rule.quorum) jurisdictions agree")
        }
        if rule.unanimous {
            try require(operators >= rule.nodes, .noQuorum, "\(operators) of \(rule.nodes) operators agree, all must")
            try require(
                agreed.count == statements.count - voided.count, .noQuorum,
                "a node differed, and the clause asks for all")
        }
        return "\(operators) operators agree, \(rule.quorum) of \(rule.nodes) asked"
    }

    /// An attempt with a statement agreed, differed or is void; one without did none of these.
    private func verifyOutcomes(_ agreed: [CAC]) throws {
        for (offset, attempt) in quorum.attempts.enumerated() {
            let told = [.agreed, .differed, .void].contains(attempt.outcome) ? attempt.outcome : nil
            let found: QuorumStatement.Attempt.Outcome? =
                if attempt.statement == nil {
                    nil
                } else if voided.contains(attempt.token) {
                    .void
                } else {
                    agreed.contains { $0.token == attempt.token } ? .agreed : .differed
                }
            try require(told == found, .mismatch, "the outcome is told wrong", at: "quorum.attempts[\(offset)]")
        }
    }

    private func verifyOverride() throws -> String {
        guard case .override(let entry, let signal, _) = quorum.decision else { preconditionFailure("not an override") }
        guard
            let override = current.overrides.first(where: {
                $0.entry == entry && $0.occurrenceID == quorum.occurrenceID
            }), override.jobID == quorum.job, override.signal == signal
        else { throw EvidenceError(.noQuorum, "the committee decided no such override", at: "quorum.override") }
        return "override by the committee, entry \(entry)"
    }

    func verifyResult() throws -> String {
        let expected = Clause.occurrenceID(rail: trust.rail, id: clause.id, occurrence: quorum.occurrence)
        try require(expected == quorum.occurrenceID, .mismatch, "another occurrence", at: "quorum.occurrenceId")
        try clause.checkOccurrence(quorum.occurrence)
        let job = JobIdentity.jobID(clause: clause.digest, occurrenceID: expected, event: quorum.trigger)
        try require(job == quorum.job, .mismatch, "another job", at: "quorum.jobId")
        if clause.computation.kind != .model {
            try require(
                pack.proof == nil && agreeing.allSatisfy { $0.proof == nil }, .mismatch,
                "a proof that the clause does not ask for", at: "pack.proof")
        }
        let references = pack.inputs.map(\.reference)
        if case .override(_, let signal, let inputs) = quorum.decision {
            try require(inputs == references, .badCommitment, "other inputs", at: "quorum.override.inputs")
            return "\(signal.rawValue) (override)"
        }
        try require(
            references.count == clause.inputs.count, .badCommitment, "not the clause's inputs", at: "cac.inputs")
        for statement in agreeing {
            try require(statement.clause == clause.digest, .mismatch, "another clause", at: "cac.clause")
            try require(statement.clauseID == clause.id, .mismatch, "another clause", at: "cac.clause.id")
            try require(statement.occurrenceID == expected, .mismatch, "another occurrence", at: "cac.occurrenceId")
            try require(statement.trigger == quorum.trigger, .mismatch, "another event", at: "cac.trigger")
            try require(statement.inputs == references, .badCommitment, "other inputs", at: "cac.inputs")
            let governance = snapshot(of: statement)
            for (rule, reference) in zip(clause.inputs, references) {
                try require(
                    reference.feed == rule.feed.flatMap { governance?.feed($0) }, .notEntitled,
                    "not the feed's key when the node acted", at: "cac.inputs")
            }
            try require(
                statement.usage.module == clause.computation.module, .mismatch, "another module", at: "cac.runtime")
        }
        guard let statement = agreeing.first else { throw EvidenceError(.noQuorum, "nobody signed the result") }
        let result = try ExecutionResult(parsing: statement.result)
        try require(result.fuelLimit == clause.computation.fuel, .mismatch, "another fuel limit", at: "result.engine")
        try require(result.signal == quorum.signal, .mismatch, "another signal", at: "quorum.signal")
        try verifyTerms(result)
        return "\(quorum.signal.rawValue), \(result.terms.count) terms"
    }

    /// The proof of a model's result; nobody runs the model again.
    func verifyProof() throws -> String {
        guard case .quorum = quorum.decision else {
            try require(pack.proof == nil, .mismatch, "a proof beside an override", at: "pack.proof")
            return "none (override)"
        }
        guard let proof = pack.proof else {
            throw EvidenceError(.badProof, "the result comes without its proof", at: "pack.proof")
        }
        let input = zip(clause.inputs, pack.inputs).first { $0.0.kind == .committed }?.1
        guard case .shown(let bound)? = input else {
            throw EvidenceError(.badProof, "input unbound: the commitment is withheld", at: "pack.inputs")
        }
        guard let first = agreeing.first else { throw EvidenceError(.noQuorum, "nobody signed the result") }
        try proof.verify(
            ExecutionResult(parsing: first.result), clause, inputRoot: bound.committedRoot, job: quorum.job,
            signed: agreeing.map(\.proof))
        return "\(proof.proof.count) bytes, model \(clause.computation.module.short), the input stays hidden"
    }

    /// The terms are those of the clause, and the signal follows from their verdicts and margins.
    private func verifyTerms(_ result: ExecutionResult) throws {
        guard case .outputs(let outputs) = result.answer else {
            return try require(
                result.signal == .escalate && result.terms.isEmpty, .mismatch, "a fault asks people",
                at: "result.signal")
        }
        try require(
            outputs.map(\.name) == clause.outputs.map(\.name).sorted(), .mismatch, "not the clause's outputs",
            at: "result.outputs")
        let said = result.terms.map { [$0.name, $0.expression, $0.unit] }
        try require(
            said == clause.terms.map { [$0.name, $0.expression, $0.unit] }, .mismatch, "not the clause's terms",
            at: "result.terms")
        try require(
            clause.signal(of: result.terms) == result.signal, .mismatch, "the signal does not follow from the terms",
            at: "result.signal")
    }
}
