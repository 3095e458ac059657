import Foundation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTestSupport
import NexusTrust

extension GovernanceStep {
    /// The committee decides the job's occurrence.
    fileprivate static func override(_ job: PackScenario.Job, of id: Digest) -> GovernanceStep {
        .init(.overrideOccurrence(occurrenceID: job.occurrenceID, jobID: id, signal: .pass, reason: ""))
    }
}

extension PackCase {
    /// Three nodes of which the last two stand in Kenya.
    private static func twoInKenya(_ clause: Clause) -> [GovernanceStep] {
        [.approveOperator(2), .approveOperator(3), .approveIssuer, .approveFeed, .publish(clause.json.canonicalBytes)]
            + GovernanceStep.activate(clause.digest)
    }

    static var quorumCases: [PackCase] {
        [
            PackCase(
                .quorum, "evidence.mismatch", "too-many-attempts", "More attempts than the clause's nodes and retries."
            ) {
                $0.attempts += [.without(node: 0, .silent), .without(node: 0, .silent), .without(node: 0, .silent)]
            },
            PackCase(.quorum, "evidence.mismatch", "agreed-told-differed", "A node that agreed is told to differ.") {
                $0.editQuorum = { $0["attempts.2.outcome"] = "differed" }
            },
            PackCase(.quorum, "evidence.mismatch", "differed-told-agreed", "A node that differed is told to agree.") {
                $0.editResult = { if $0 == 2 { $1["outputs.index"] = "23" } }
                $0.editQuorum = { $0["attempts.2.outcome"] = "agreed" }
            },
            PackCase(
                .quorum, "evidence.mismatch", "differed-told-refused", "A node that differed is told to have refused."
            ) {
                $0.editResult = { if $0 == 2 { $1["outputs.index"] = "23" } }
                $0.editQuorum = { $0["attempts.2.outcome"] = "refused" }
            },
            PackCase(.quorum, "evidence.mismatch", "silent-told-agreed", "A silent node is told to agree.") {
                $0.attempts[2] = .without(node: 2, .silent)
                $0.editQuorum = { $0["attempts.2.outcome"] = "agreed" }
            },
            PackCase(.quorum, "evidence.no-quorum", "no-override", "An override that the committee did not decide.") {
                $0.override = (entry: 9, signal: .pass)
            },
            PackCase(.quorum, "evidence.no-quorum", "override-other-signal", "An override told with another signal.") {
                $0.override = (entry: 10, signal: .trigger)
                $0.laterGovernance = { [.override($0, of: $0.id)] }
            },
            PackCase(.quorum, "evidence.no-quorum", "override-other-job", "The override of another job.") {
                $0.override = (entry: 10, signal: .pass)
                $0.laterGovernance = { [.override($0, of: Digest(of: [1]))] }
            },
            PackCase(
                .quorum, "evidence.not-entitled", "outside-jurisdictions",
                "A node outside the clause's jurisdictions agrees."
            ) {
                $0.editClause = { $0.with("jurisdictions: [PE, CH, KE]", "jurisdictions: [PE, CH]") }
            },
            PackCase(.quorum, "evidence.no-quorum", "one-agrees", "One node agrees with itself.") {
                $0.editResult = { if $0 > 0 { $1["outputs.index"] = .text("\(22 + $0)") } }
            },
            PackCase(.quorum, "evidence.no-quorum", "one-operator-twice", "Two attempts of one operator agree.") {
                $0.attempts = [.signed(node: 0), .signed(node: 0)]
            },
            PackCase(.quorum, "evidence.no-quorum", "one-jurisdiction", "Two operators of one jurisdiction agree.") {
                $0.governance = twoInKenya
                $0.attempts = [.signed(node: 2), .signed(node: 3)]
            },
            PackCase(.quorum, "evidence.no-quorum", "not-unanimous", "Two of three agree where all must.") {
                $0.editClause = { $0.with("unanimous: false", "unanimous: true") }
                $0.attempts[2] = .without(node: 2, .silent)
            },
            PackCase(.quorum, "evidence.no-quorum", "unanimous-but-one", "One differs where all must agree.") {
                $0.editClause = { $0.with("unanimous: false", "unanimous: true").with("nodes: 3", "nodes: 2") }
                $0.editResult = { if $0 == 2 { $1["outputs.index"] = "23" } }
            },
            PackCase(.quorum, "evidence.no-quorum", "void-does-not-count", "Two nodes are void, one is left.") {
                $0.laterGovernance = { _ in
                    [0, 1].map { .init(.revokeNode(did: Party.nodes[$0].did, reason: "")) }
                }
                $0.editQuorum = { quorum in
                    quorum["attempts.0.outcome"] = "void"
                    quorum["attempts.1.outcome"] = "void"
                }
            },
        ]
    }

    /// The same change to what every node signs.
    private static func all(
        _ check: VerificationReport.Check, _ code: Text, _ name: String, _ description: String,
        _ edit: @escaping (inout JSON) -> Void
    ) -> PackCase {
        PackCase(check, code, name, description) { $0.editResult = { edit(&$1) } }
    }

    private static func said(
        _ code: Text, _ name: String, _ description: String, _ edit: @escaping (inout JSON) -> Void
    ) -> PackCase {
        PackCase(.result, code, name, description) { $0.editStatement = { edit(&$1.json) } }
    }

    /// Where no nodes agree, only the rail's signed statement says what the job was given.
    static var overrideCases: [PackCase] {
        [
            overridden("override-other-time", "An override names another time of an input than the pack.") {
                $0["override.inputs.2.retrievedAt"] = "2026-11-01T04:01:41.000Z"
            },
            overridden("override-fewer-inputs", "An override names fewer inputs than the pack.") {
                $0["override.inputs"] = []
            },
        ]
    }

    private static func overridden(
        _ name: String, _ description: String, _ edit: @escaping (inout JSON) -> Void
    ) -> PackCase {
        PackCase(.result, "evidence.bad-commitment", name, description) {
            $0.editResult = { if $0 > 0 { $1["outputs.index"] = .text("\(22 + $0)") } }
            $0.override = (entry: 10, signal: .pass)
            $0.laterGovernance = { [.override($0, of: $0.id)] }
            $0.editQuorum = edit
        }
    }

    static var resultCases: [PackCase] {
        [
            PackCase(.result, "evidence.mismatch", "occurrence-id", "The occurrence's text is not that of its id.") {
                $0.editClause = Self.withoutInputs
                $0.values = []
                $0.fault = "bad-input"
                $0.editQuorum = { $0["occurrence"] = "2016" }
            },
            PackCase(.result, "clause.out-of-range", "occurrence-out-of-range", "A season before the clause's first.") {
                $0.occurrence = "1949"
            },
            PackCase(.result, "evidence.mismatch", "job-of-other-event", "The job id of another event.") {
                $0.editQuorum = { $0["trigger.eventId"] = "event-2" }
            },
            said("evidence.mismatch", "statement-clause-id", "Statements about another version's id.") {
                $0["predicate.clause.id"] = "GRA::ExtremeElNino@1.0.1"
            },
            said("evidence.mismatch", "statement-trigger", "Statements about another event.") {
                $0["predicate.trigger.eventId"] = "event-2"
            },
            said("evidence.bad-commitment", "statement-edition", "Statements about another edition of an input.") {
                $0["predicate.inputs.0.edition"] = "preliminary"
            },
            said("evidence.bad-commitment", "statement-feed", "Statements about an input by another feed.") {
                $0["predicate.inputs.0.feed"] = Party.stranger.did.json
            },
            said("evidence.mismatch", "statement-module", "Statements of another module.") {
                $0["predicate.runtime.moduleDigest"] = Digest(of: [1]).json
            },
            all(.result, "evidence.mismatch", "fuel-limit", "Results under another fuel limit.") {
                $0["engine.fuelLimit"] = 10_000_001
            },
            PackCase(.result, "evidence.mismatch", "signal-told-wrong", "The quorum statement tells another signal.") {
                $0.editQuorum = { $0["signal"] = "PASS" }
            },
            all(.result, "evidence.mismatch", "fault-that-triggers", "A fault that pays.") {
                $0["outputs"] = nil
                $0["fault"] = "trap.unreachable"
                $0["terms"] = []
            },
            all(.result, "evidence.mismatch", "fault-with-terms", "A fault with terms.") {
                $0["outputs"] = nil
                $0["fault"] = "trap.unreachable"
                $0["signal"] = "ESCALATE"
            },
            all(.result, "evidence.mismatch", "output-missing", "An output is missing.") {
                $0["outputs.payoutRate"] = nil
            },
            all(.result, "evidence.mismatch", "term-missing", "A term is missing.") { $0["terms.1"] = nil },
            all(.result, "evidence.mismatch", "term-expression", "A term has another expression than agreed.") {
                $0["terms.0.expression"] = "index > exhaust"
            },
            all(.result, "evidence.mismatch", "term-unit", "A term has another unit than agreed.") {
                $0["terms.0.unit"] = "°F"
            },
            all(.result, "evidence.mismatch", "signal-without-reason", "A trigger whose term failed.") {
                $0["terms.0.verdict"] = "FAIL"
            },
            all(.result, "evidence.mismatch", "inside-review-band", "A trigger inside the review band.") {
                $0["terms.0.margin"] = "0.049"
            },
            all(.result, "evidence.mismatch", "undecided-trigger", "A trigger whose term is undecided.") {
                $0["terms.0.verdict"] = "UNDECIDED"
            },
        ]
    }

    /// The inputs' occurrence is bound by readings, so a clause without inputs shows the rule on ids alone.
    private static func withoutInputs(_ yaml: String) -> String {
        let head = yaml.components(separatedBy: "inputs:\n")
        let tail = head[1].components(separatedBy: "parameters:\n")
        return head[0] + "inputs: []\nparameters:\n" + tail[1]
    }

    static var attestationCases: [PackCase] {
        [
            PackCase(
                .attestation, "evidence.attestation-not-allowed", "kind-not-in-clause",
                "Evidence of a kind that the clause does not take."
            ) {
                $0.editStatement = { $1.json["predicate.attestation.kind"] = "tpm" }
            },
            PackCase(
                .attestation, "evidence.attestation-not-allowed", "simulated-not-trusted",
                "Simulated evidence for a verifier who takes none."
            ) {
                $0.trustedAttestation = []
            },
            PackCase(
                .attestation, "evidence.attestation-not-allowed", "unverified-kind",
                "Evidence of a kind that this version cannot verify."
            ) {
                $0.attestation = ["simulated", "tpm"]
                $0.editClause = { $0.with("attestation: [simulated]", "attestation: [simulated, tpm]") }
                $0.editStatement = { $1.json["predicate.attestation.kind"] = "tpm" }
            },
        ]
    }
}
