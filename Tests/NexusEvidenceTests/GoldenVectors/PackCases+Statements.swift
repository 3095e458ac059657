import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTestSupport
import NexusTrust

extension PackCase {
    static var bindingCases: [PackCase] {
        [
            PackCase(.statements, "evidence.mismatch", "two-sign-binding", "A stranger signs a binding too.") {
                $0.editBinding = { if $0 == 0 { $1.keys.append(Party.stranger) } }
            },
            PackCase(.statements, "trust.missing-signature", "binding-by-stranger", "A stranger signs a binding.") {
                $0.editBinding = { if $0 == 0 { $1.keys = [Party.stranger] } }
            },
            PackCase(.statements, "trust.bad-signature", "binding-signature", "A binding's signature does not verify.")
            {
                $0.editBinding = { if $0 == 0 { $1.isCorrupted = true } }
            },
            PackCase(.statements, "governance.bad-binding", "binding-of-other-rail", "A binding for another rail.") {
                $0.editBinding = {
                    guard $0 == 0 else { return }
                    $1.json["predicate.rail"] = Digest(of: [1]).json
                    $1.json["subject.0.digest.sha256"] = .text(Digest(of: [1]).hex)
                }
            },
            PackCase(
                .statements, "governance.bad-binding", "binding-subject", "A binding whose subject is another rail."
            ) {
                $0.editBinding = { if $0 == 0 { $1.json["subject.0.digest.sha256"] = .text(Digest(of: [1]).hex) } }
            },
            PackCase(.statements, "governance.bad-binding", "sealing-key", "A binding with a sealing key of 31 bytes.")
            {
                $0.editBinding = {
                    if $0 == 0 { $1.json["predicate.sealingKey"] = .base64([UInt8](repeating: 9, count: 31)) }
                }
            },
            PackCase(.statements, "evidence.mismatch", "two-bindings", "Two bindings of one node.") {
                $0.editPack = { $0.edit("bindings") { $0.append($0[0]) } }
            },
            PackCase(.statements, "evidence.not-entitled", "binding-missing", "A node without its binding.") {
                $0.editPack = { $0["bindings.1"] = nil }
            },
            PackCase(
                .statements, "evidence.not-entitled", "node-of-other-operator", "A node bound by another operator."
            ) {
                $0.editBinding = {
                    guard $0 == 0 else { return }
                    $1.json["predicate.operator"] = Party.operators[1].did.json
                    $1.keys = [Party.operators[1]]
                }
            },
        ]
    }

    static var statementCases: [PackCase] {
        [
            PackCase(.statements, "evidence.mismatch", "attempt-hidden", "An attempt's number is left out.") {
                $0.editQuorum = { $0["attempts.2.attempt"] = 4 }
            },
            PackCase(.statements, "evidence.mismatch", "token-twice", "Two attempts under one token.") {
                $0.editQuorum = { $0["attempts.2.token"] = $0["attempts.1.token"] }
            },
            PackCase(
                .statements, "evidence.mismatch", "statement-left-out", "A statement that an attempt lists is left out."
            ) {
                $0.editPack = { $0["statements.2"] = nil }
            },
            PackCase(.statements, "evidence.mismatch", "statement-unlisted", "A statement that no attempt lists.") {
                $0.editQuorum = { $0["attempts.2.statement"] = Digest(of: [1]).json }
            },
            PackCase(.statements, "evidence.mismatch", "two-sign-statement", "Two nodes sign one statement.") {
                $0.editStatement = { if $0 == 0 { $1.keys.append(Party.nodes[1]) } }
            },
            PackCase(.statements, "trust.missing-signature", "statement-by-other", "Another node's key signs.") {
                $0.editStatement = { if $0 == 0 { $1.keys = [Party.nodes[1]] } }
            },
            PackCase(.statements, "trust.bad-signature", "statement-signature", "A node's signature does not verify.") {
                $0.editStatement = { if $0 == 0 { $1.isCorrupted = true } }
            },
            PackCase(
                .statements, "trust.wrong-predicate", "replay-statement",
                "A replay's difference offered as a statement."
            ) {
                $0.editStatement = { if $0 == 0 { $1.json["predicateType"] = "urn:nexus:replay-difference:v1" } }
            },
            PackCase(
                .statements, "evidence.mismatch", "result-digest", "A statement's result digest is of other bytes."
            ) {
                $0.editStatement = { if $0 == 0 { $1.json["predicate.resultDigest"] = Digest(of: [1]).json } }
            },
            PackCase(
                .statements, "evidence.mismatch", "statement-subject", "A statement whose subject is another result."
            ) {
                $0.editStatement = { if $0 == 0 { $1.json["subject.0.digest.sha256"] = .text(Digest(of: [1]).hex) } }
            },
            PackCase(.statements, "evidence.mismatch", "execution-id", "An execution id of another attempt.") {
                $0.editStatement = { if $0 == 0 { $1.json["predicate.executionId"] = Digest(of: [1]).json } }
            },
            PackCase(
                .statements, "evidence.mismatch", "result-of-other-clause",
                "A result that names another clause than its statement."
            ) {
                $0.editResult = { if $0 == 1 { $1["clause"] = Digest(of: [1]).json } }
            },
            PackCase(
                .statements, "evidence.mismatch", "inputs-contradict",
                "Leaves that do not lead to the statement's commitment."
            ) {
                $0.editStatement = { if $0 == 0 { $1.json["predicate.inputs.0.leaf"] = Digest(of: [1]).json } }
            },
            PackCase(
                .statements, "evidence.mismatch", "engine-contradicts", "An engine version that is not the result's."
            ) {
                $0.editStatement = { if $0 == 0 { $1.json["predicate.runtime.version"] = "51.0.0" } }
            },
            PackCase(.statements, "evidence.mismatch", "finished-before-start", "Finished before it started.") {
                $0.editStatement = { if $0 == 0 { $1.json["predicate.finishedAt"] = Party.time(50).json } }
            },
            PackCase(.statements, "base.wrong-type", "short-nonce", "A nonce of 8 bytes.") {
                $0.editStatement = {
                    if $0 == 0 { $1.json["predicate.token.nonce"] = .base64([UInt8](repeating: 1, count: 8)) }
                }
            },
            PackCase(.statements, "base.unknown-field", "statement-field", "A statement with a field too many.") {
                $0.editStatement = { if $0 == 0 { $1.json["predicate.note"] = "x" } }
            },
            PackCase(
                .statements, "evidence.bad-token", "other-token", "A statement under another token than its attempt's."
            ) {
                $0.editStatement = { if $0 == 0 { $1.json["predicate.token.digest"] = Digest(of: [1]).json } }
            },
            PackCase(
                .statements, "evidence.bad-token", "attempt-of-other-operator",
                "An attempt that names another operator."
            ) {
                $0.editQuorum = { $0["attempts.0.operator"] = Party.operators[1].did.json }
            },
        ]
    }

    static var entitlementCases: [PackCase] {
        let revokeNode: (PackScenario.Job) -> [GovernanceStep] = { _ in
            [.init(.revokeNode(did: Party.nodes[0].did, reason: "stolen"))]
        }
        return [
            PackCase(.statements, "evidence.mismatch", "void-without-reason", "A good statement is called void.") {
                $0.editQuorum = { $0["attempts.2.outcome"] = "void" }
            },
            PackCase(.statements, "evidence.not-entitled", "revoked-node", "A node revoked before the rollup counts.") {
                $0.laterGovernance = revokeNode
            },
            PackCase(
                .statements, "evidence.not-entitled", "revoked-operator",
                "An operator revoked before the rollup counts."
            ) {
                $0.laterGovernance = { _ in [.init(.revokeOperator(did: Party.operators[1].did, reason: "sold"))] }
            },
            PackCase(
                .statements, "evidence.other-rail", "statement-of-other-rail",
                "A statement under another rail's governance."
            ) {
                $0.editStatement = { if $0 == 0 { $1.json["predicate.governance.rail"] = Digest(of: [1]).json } }
            },
            PackCase(
                .statements, "evidence.mismatch", "unknown-snapshot", "A statement under governance that never was."
            ) {
                $0.editStatement = {
                    if $0 == 0 { $1.json["predicate.governance.snapshotDigest"] = Digest(of: [1]).json }
                }
            },
            PackCase(.statements, "evidence.mismatch", "snapshot-index", "A snapshot with another log index.") {
                $0.editStatement = { if $0 == 0 { $1.json["predicate.governance.logIndex"] = 8 } }
            },
            PackCase(
                .statements, "evidence.not-entitled", "before-active", "Nodes that ran the clause before it was active."
            ) {
                $0.snapshotOfNodes = 8
            },
            PackCase(
                .statements, "governance.not-approved", "unapproved-operator",
                "A node of an operator that was not approved then."
            ) {
                $0.attempts[2] = .signed(node: 3)
                $0.laterGovernance = { _ in [.approveOperator(3)] }
            },
            PackCase(
                .statements, "governance.bad-binding", "binding-expired", "A binding that was over when the node began."
            ) {
                $0.editBinding = { if $0 == 0 { $1.json["predicate.expiresAt"] = Party.time(101).json } }
            },
            PackCase(
                .statements, "governance.bad-binding", "binding-not-yet", "A binding that began after the node did."
            ) {
                $0.editBinding = { if $0 == 0 { $1.json["predicate.issuedAt"] = Party.time(102).json } }
            },
            PackCase(
                .statements, "governance.bad-binding", "binding-jurisdiction",
                "A binding to a place that was not approved."
            ) {
                $0.editBinding = { if $0 == 0 { $1.json["predicate.jurisdiction"] = "KE" } }
            },
            PackCase(
                .statements, "evidence.mismatch", "statement-jurisdiction",
                "A statement from a place that its binding does not name."
            ) {
                $0.editStatement = { if $0 == 0 { $1.json["predicate.governance.jurisdiction"] = "KE" } }
            },
        ]
    }
}
