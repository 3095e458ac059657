import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTestSupport
import NexusTrust

extension PackScenario {
    /// The rail decides these things before its nodes act.
    mutating func decide(first steps: @escaping () throws -> [GovernanceStep]) {
        governance = { clause in
            // SAFETY: what tests write here can be made.
            try! steps().reduce(into: Array(PackScenario.standardGovernance(clause).prefix(5))) { $0.append($1) }
                + PackScenario.standardGovernance(clause).dropFirst(5)
        }
    }

    mutating func finishWork() { editClause = { $0.with("onRevocation: fence", "onRevocation: finish") } }

    /// The third of three statements does not count.
    mutating func voidThird() { editQuorum = { $0["attempts.2.outcome"] = "void" } }
}

/// What committees decide about nodes.
enum StandingStep {
    static func rule(_ issuers: [Text] = []) throws -> GovernanceStep {
        GovernanceStep(.ruleAdmission(document: try TestAdmission.rule(issuers: issuers).bytes))
    }

    static func admit(_ place: Int, _ credentials: [[UInt8]] = []) -> GovernanceStep {
        GovernanceStep(TestAdmission.admit(Party.nodes[place].did, of: Party.operators[place].did, credentials))
    }

    static func credentials(of place: Int, index: Int? = nil) throws -> [[UInt8]] {
        try TestAdmission.credentials(of: Party.operators[place].did, in: Party.jurisdictions[place], index: index)
    }

    static func publish(revoked: [Int]) throws -> GovernanceStep {
        GovernanceStep(
            .publishStatus(issuer: "GRA", list: try TestAdmission.statusList(revoked: revoked)), by: [Party.issuer])
    }

    static var suspend: GovernanceStep { GovernanceStep(.suspendNode(did: Party.nodes[2].did, reason: "odd")) }
    static var revoke: GovernanceStep { GovernanceStep(.revokeNode(did: Party.nodes[2].did, reason: "stolen")) }
    static var revokeOperator: GovernanceStep {
        GovernanceStep(.revokeOperator(did: Party.operators[2].did, reason: "left"))
    }
}

extension AcceptedPack {
    private static func later(
        _ name: String, _ description: String, _ steps: [GovernanceStep], isVoid: Bool = false, finishes: Bool = false
    ) -> AcceptedPack {
        AcceptedPack(name, description, .trigger, agreeing: isVoid ? 2 : 3, differing: isVoid ? 1 : 0) {
            $0.laterGovernance = { _ in steps }
            if isVoid { $0.voidThird() }
            if finishes { $0.finishWork() }
        }
    }

    static var standing: [AcceptedPack] {
        [
            AcceptedPack("admitted", "All nodes were admitted under a rule.", .trigger) {
                $0.decide { try [StandingStep.rule()] + (0..<3).map { StandingStep.admit($0) } }
            },
            AcceptedPack("admitted-on-credentials", "They were admitted on credentials that can be revoked.", .trigger)
            {
                $0.decide {
                    try [StandingStep.rule(["GRA"]), StandingStep.publish(revoked: [])]
                        + (0..<3).map { StandingStep.admit($0, try StandingStep.credentials(of: $0, index: 7 + $0)) }
                }
                $0.laterGovernance = { _ in [try? StandingStep.publish(revoked: [9])].compactMap(\.self) }
            },
            AcceptedPack("rule-came-later", "A rule came into force after the nodes had acted.", .trigger) {
                $0.laterGovernance = { _ in [try? StandingStep.rule()].compactMap(\.self) }
            },
            later("suspended", "A node was suspended before the rollup.", [StandingStep.suspend], isVoid: true),
            later(
                "suspension-ended", "A suspended node was admitted again before the rollup.",
                [StandingStep.suspend, StandingStep.admit(2)]),
            later(
                "finished", "A suspended node finished what it had begun, as its clause allows.",
                [StandingStep.suspend], finishes: true),
            later(
                "finished-and-revoked", "The same, and the node was revoked after that.",
                [StandingStep.suspend, StandingStep.revoke], finishes: true),
            later(
                "operator-left", "A node finished what it had begun before its operator was revoked.",
                [StandingStep.revokeOperator], finishes: true),
        ]
    }
}

extension PackCase {
    private static func later(
        _ check: VerificationReport.Check, _ code: Text, _ name: String, _ description: String,
        _ steps: [GovernanceStep], _ edit: @escaping (inout PackScenario) -> Void = { _ in }
    ) -> PackCase {
        PackCase(check, code, name, description) {
            $0.laterGovernance = { _ in steps }
            edit(&$0)
        }
    }

    /// governance-entry-v1, "Standing".
    static var standingCases: [PackCase] {
        [
            later(
                .statements, "evidence.not-entitled", "suspended-counts", "A suspended node's statement counts.",
                [StandingStep.suspend]),
            later(
                .statements, "evidence.mismatch", "void-though-finished",
                "A statement is void, though its clause lets work finish.", [StandingStep.suspend]
            ) {
                $0.voidThird()
                $0.finishWork()
            },
            PackCase(
                .statements, "governance.not-approved", "not-admitted", "A rule is in force, and a node not admitted."
            ) {
                $0.decide { try [StandingStep.rule()] + (0..<2).map { StandingStep.admit($0) } }
            },
            PackCase(
                .statements, "evidence.not-entitled", "acted-while-suspended",
                "A suspended node began work that its clause would let finish."
            ) {
                $0.decide { [StandingStep.suspend] }
                $0.finishWork()
            },
            PackCase(
                .statements, "evidence.not-entitled", "acted-before-revocation",
                "A node acted between its suspension and its revocation: it is barred since the first."
            ) {
                $0.decide { [StandingStep.suspend] }
                $0.laterGovernance = { _ in [StandingStep.revoke] }
                $0.finishWork()
            },
            later(
                .governance, "governance.not-allowed", "suspended-twice", "A suspended node is suspended.",
                [StandingStep.suspend, StandingStep.suspend]),
            later(
                .governance, "governance.not-allowed", "admitted-though-revoked", "A revoked node is admitted.",
                [StandingStep.revoke, StandingStep.admit(2)]),
            later(
                .governance, "governance.unknown-subject", "admitted-without-operator",
                "A node of an operator whom nobody approved is admitted.", [StandingStep.admit(3)]),
        ]
    }
}
