import NexusBase
import NexusClause
import NexusGovernance
import NexusLog
import NexusTrust

/// Verifies evidence packs with nothing but a trust file. Pure: no network, no clock, no files.
public struct PackVerifier: Sendable {
    let trust: TrustFile

    public init(trust: TrustFile) { self.trust = trust }

    /// Makes every check in order and stops at the first that fails. Never throws: a refusal is a report.
    public func verify(_ bytes: [UInt8]) -> VerificationReport {
        var report = VerificationReport()
        var run = PackVerification(trust: trust)
        for check in VerificationReport.Check.allCases where run.isAsked(check) {
            do {
                let detail = try run.perform(check, on: bytes)
                report.lines.append(.init(check: check, passed: true, detail: detail, code: nil))
            } catch {
                let failure = error as? any CodedFailure
                report.lines.append(
                    .init(check: check, passed: false, detail: "\(error)", code: failure?.qualifiedCode ?? "unknown"))
                return report
            }
        }
        report.certificate = run.certificate
        return report
    }
}

/// The state of one verification: what earlier checks established for later ones.
package struct PackVerification {
    let trust: TrustFile
    private var parsed: EvidencePack?
    var checkpoint: Checkpoint?
    /// Names of the validators and the witnesses that cosigned.
    var cosigners: (validators: [Text], witnesses: [Text]) = ([], [])
    var anchored: [AnchoredTime] = []
    /// The snapshot after each governance entry; the genesis alone first.
    var snapshots: [GovernanceSnapshot] = []
    var rollup: Rollup?
    private var parsedQuorum: QuorumStatement?
    private var published: Clause?
    var statements: [CAC] = []
    /// The nodes of the bindings, in their order.
    var bound: [DID] = []
    /// Tokens of statements that do not count, their nodes or operators having been revoked.
    var voided: Set<Digest> = []
    /// Of the statements' nodes.
    var bindings: [DID: NodeBinding] = [:]
    /// What verifying the evidence documents found, in the order of the agreeing statements.
    var attested: [VerificationReport.AttestedNode] = []
    private(set) var certificate: VerificationReport.Certificate?

    /// From the beginning, or in the middle for those who established the earlier parts in another way.
    init(
        trust: TrustFile, pack: EvidencePack? = nil, snapshots: [GovernanceSnapshot] = [],
        quorum: QuorumStatement? = nil
    ) {
        self.trust = trust
        self.snapshots = snapshots
        parsed = pack
        parsedQuorum = quorum
    }

    /// The checks of a decided job that need no log.
    mutating func checkDecision() throws {
        published = try findClause()
        _ = try verifyStatements()
        _ = try verifyQuorum()
        _ = try verifyResult()
        if isAsked(.proof) { _ = try verifyProof() }
    }

    /// Whether the check is made at all: that of a proof only where the clause computes a model.
    func isAsked(_ check: VerificationReport.Check) -> Bool {
        check != .proof || published?.computation.kind == .model
    }

    // Checks run in order, so what an earlier one set is there for a later one.
    var pack: EvidencePack {
        guard let parsed else { preconditionFailure("checked before the form") }
        return parsed
    }
    var quorum: QuorumStatement {
        guard let parsedQuorum else { preconditionFailure("checked before the rollup") }
        return parsedQuorum
    }
    var clause: Clause {
        guard let published else { preconditionFailure("checked before the clause") }
        return published
    }
    var current: GovernanceSnapshot { snapshots[snapshots.count - 1] }

    mutating func perform(_ check: VerificationReport.Check, on bytes: [UInt8]) throws -> String {
        switch check {
        case .form:
            parsed = try EvidencePack(parsing: bytes)
            return "\(bytes.count) bytes, canonical, pack digest matches"
        case .rail:
            try require(pack.rail == trust.rail, .otherRail, "the pack is of rail \(pack.rail.short)")
            return "\(trust.genesis.name) (\(trust.rail.short))"
        case .checkpoint: return try verifyCheckpoint()
        case .genesis: return try verifyGenesis()
        case .governance: return try verifyGovernance()
        case .rollup:
            let statement = try QuorumStatement(parsing: pack.quorum)
            parsedQuorum = statement
            return try verifyRollup(statement)
        case .clause:
            let clause = try findClause()
            published = clause
            return "\(clause.id), \(clause.title)"
        case .inputs: return try verifyInputs()
        case .statements:
            let detail = try verifyStatements()
            try verifyOrder()
            return detail
        case .quorum: return try verifyQuorum()
        case .result: return try verifyResult()
        case .proof: return try verifyProof()
        case .attestation:
            let detail = try verifyAttestation()
            certificate = certified()
            return detail
        }
    }

    func require(
        _ holds: Bool, _ code: EvidenceError.Code, _ message: @autoclosure () -> String, at place: String? = nil
    ) throws {
        guard holds else { throw EvidenceError(code, message(), at: place) }
    }

    private func certified() -> VerificationReport.Certificate {
        let agreed = agreeing
        let differed = statements.filter { statement in !agreed.contains(statement) }
        var isOverride = false
        if case .override = quorum.decision { isOverride = true }
        return VerificationReport.Certificate(
            clauseID: quorum.clauseID, occurrence: quorum.occurrence, signal: quorum.signal, isOverride: isOverride,
            supersedes: quorum.supersedes, withheld: pack.inputs.filter(\.isWithheld).map(\.reference.name),
            result: agreed.first.flatMap { try? ExecutionResult(parsing: $0.result) },
            agreeing: agreed.map(\.node), differing: differed.map(\.node),
            attestation: shownKinds(agreed), attested: attested, isProved: pack.proof != nil,
            logSize: checkpoint?.size ?? 0, cosignatures: cosigners.validators.count,
            validators: cosigners.validators, witnesses: cosigners.witnesses, anchored: anchored)
    }

    /// The statements that signed the certified result.
    var agreeing: [CAC] {
        guard case .quorum(let result, _) = quorum.decision else { return [] }
        return statements.filter { $0.resultDigest == result && !voided.contains($0.token) }
    }
}
