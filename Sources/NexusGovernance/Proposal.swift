public import NexusBase
public import NexusClause
public import NexusTrust

/// One thing that the rail's parties decide, as the statement they sign (Documentation/Formats/governance-entry-v1.md).
public struct Proposal: Sendable, Hashable {
    static let predicateType: Text = "urn:nexus:proposal:v1"

    public enum Decision: Sendable, Hashable {
        case approveOperator(name: Text, did: DID, jurisdiction: Text)
        case revokeOperator(did: DID, reason: Text)
        case revokeNode(did: DID, reason: Text)
        case approveIssuer(name: Text, did: DID)
        case approveFeed(name: Text, did: DID)
        /// A clause document as its issuer publishes it: canonical bytes.
        case publishClause(document: [UInt8])
        /// The next stage of a published clause; `report` is the simulation that was looked at.
        case advanceClause(digest: Digest, stage: LifecycleStage, report: Digest?, note: Text)
        /// What people decided about a frozen occurrence: never counted as agreement of nodes.
        case overrideOccurrence(occurrenceID: Digest, jobID: Digest, signal: Signal, reason: Text)
        /// A key of the log, a validator or a witness gives way to another: verifier keys of signed-note.
        case rotateKey(from: Text, to: Text, reason: Text)
        /// A policy document as its issuer publishes it: canonical bytes.
        case publishPolicy(document: [UInt8])
        /// The next stage of a published policy.
        case advancePolicy(digest: Digest, stage: LifecycleStage, note: Text)
        /// Members of the committee, each for itself, let a decided job be acted on; `result` is what they looked at.
        case approveJob(jobID: Digest, result: Digest?, note: Text)
        /// What nodes must show from now on: an admission rule's canonical bytes.
        case ruleAdmission(document: [UInt8])
        /// A node may get work; an earlier suspension ends.
        case admitNode(NodeApplication, note: Text)
        case suspendNode(did: DID, reason: Text)
        /// A status list as its issuer publishes it: the credential's bytes.
        case publishStatus(issuer: Text, list: [UInt8])
    }

    public let rail: Digest
    public let proposedAt: Instant
    public let decision: Decision

    public init(rail: Digest, proposedAt: Instant, decision: Decision) {
        self.rail = rail
        self.proposedAt = proposedAt
        self.decision = decision
    }

    /// The statement's canonical bytes.
    public var bytes: [UInt8] {
        Statement(
            predicateType: Self.predicateType, subjects: [.init(name: "rail", digest: rail)],
            predicate: ["decision": decision.json, "proposedAt": proposedAt.json, "rail": rail.json]
        ).bytes
    }

    public var digest: Digest { Digest(of: bytes) }

    public init(parsing bytes: [UInt8]) throws {
        let statement = try Statement(parsing: bytes, predicateType: Self.predicateType)
        var fields = try Fields(statement.predicate, at: "proposal")
        rail = try fields.digest("rail")
        proposedAt = try fields.instant("proposedAt")
        decision = try fields.object("decision") { try Decision(&$0) }
        try fields.finish()
        guard statement.subjects == [.init(name: "rail", digest: rail)] else {
            throw GovernanceError(.otherRail, "the statement's subject is not the rail", at: "subject")
        }
    }
}

extension Proposal.Decision {
    /// The name of the kind, in documents and tables.
    public var kind: Text {
        switch self {
        case .approveOperator: "operator.approve"
        case .revokeOperator: "operator.revoke"
        case .revokeNode: "node.revoke"
        case .approveIssuer: "issuer.approve"
        case .approveFeed: "feed.approve"
        case .publishClause: "clause.publish"
        case .advanceClause: "clause.advance"
        case .overrideOccurrence: "occurrence.override"
        case .rotateKey: "key.rotate"
        case .publishPolicy: "policy.publish"
        case .advancePolicy: "policy.advance"
        case .approveJob: "job.approve"
        case .ruleAdmission: "admission.rule"
        case .admitNode: "node.admit"
        case .suspendNode: "node.suspend"
        case .publishStatus: "status.publish"
        }
    }

    /// Whom it bars from this entry on (governance-entry-v1, "Standing").
    var barred: DID? {
        switch self {
        case .revokeNode(let did, _), .suspendNode(let did, _), .revokeOperator(let did, _): did
        default: nil
        }
    }

    var json: JSON {
        var object: JSONObject
        switch self {
        case .approveOperator(let name, let did, let jurisdiction):
            object = ["did": did.json, "jurisdiction": .string(jurisdiction), "name": .string(name)]
        case .revokeOperator(let did, let reason), .revokeNode(let did, let reason), .suspendNode(let did, let reason):
            object = ["did": did.json, "reason": .string(reason)]
        case .approveIssuer(let name, let did), .approveFeed(let name, let did):
            object = ["did": did.json, "name": .string(name)]
        case .publishClause(let document), .publishPolicy(let document), .ruleAdmission(let document):
            object = ["document": .base64(document)]
        case .advancePolicy(let digest, let stage, let note):
            object = ["note": .string(note), "policy": digest.json, "stage": .text(stage.rawValue)]
        case .approveJob(let job, let result, let note):
            object = ["jobId": job.json, "note": .string(note)]
            object["result"] = result?.json
        case .advanceClause(let digest, let stage, let report, let note):
            object = ["clause": digest.json, "note": .string(note), "stage": .text(stage.rawValue)]
            object["report"] = report?.json
        case .overrideOccurrence(let occurrence, let job, let signal, let reason):
            object = [
                "jobId": job.json, "occurrenceId": occurrence.json, "reason": .string(reason),
                "signal": .text(signal.rawValue),
            ]
        case .rotateKey(let from, let to, let reason):
            object = ["from": .string(from), "reason": .string(reason), "to": .string(to)]
        case .admitNode(let application, let note):
            object = application.json
            object["note"] = .string(note)
        case .publishStatus(let issuer, let list):
            object = ["issuer": .string(issuer), "list": .base64(list)]
        }
        object["kind"] = .string(kind)
        return .object(object)
    }

    init(_ fields: inout Fields) throws {
        let kind = try fields.text("kind", bytesMax: 64)
        switch kind {
        case "operator.approve":
            self = .approveOperator(
                name: try fields.text("name", bytesMax: 256), did: try fields.did("did"),
                jurisdiction: try fields.text("jurisdiction", bytesMax: 256))
        case "operator.revoke": self = .revokeOperator(did: try fields.did("did"), reason: try fields.text("reason"))
        case "node.revoke": self = .revokeNode(did: try fields.did("did"), reason: try fields.text("reason"))
        case "issuer.approve":
            self = .approveIssuer(name: try fields.text("name", bytesMax: 256), did: try fields.did("did"))
        case "feed.approve":
            self = .approveFeed(name: try fields.text("name", bytesMax: 256), did: try fields.did("did"))
        case "clause.publish":
            self = .publishClause(document: try fields.bytes("document", countMax: ClauseLimits.documentBytesMax))
        case "clause.advance":
            self = .advanceClause(
                digest: try fields.digest("clause"), stage: try fields.choice("stage"),
                report: try fields.optionalDigest("report"), note: try fields.text("note"))
        case "occurrence.override":
            self = .overrideOccurrence(
                occurrenceID: try fields.digest("occurrenceId"), jobID: try fields.digest("jobId"),
                signal: try fields.choice("signal"), reason: try fields.text("reason"))
        case "key.rotate":
            self = .rotateKey(
                from: try fields.text("from", bytesMax: GovernanceLimits.verifierKeyBytesMax),
                to: try fields.text("to", bytesMax: GovernanceLimits.verifierKeyBytesMax),
                reason: try fields.text("reason"))
        case "policy.publish":
            self = .publishPolicy(document: try fields.bytes("document", countMax: GovernanceLimits.policyBytesMax))
        case "policy.advance":
            self = .advancePolicy(
                digest: try fields.digest("policy"), stage: try fields.choice("stage"), note: try fields.text("note"))
        case "job.approve":
            self = .approveJob(
                jobID: try fields.digest("jobId"), result: try fields.optionalDigest("result"),
                note: try fields.text("note"))
        default: self = try Self.ofAdmission(kind, &fields)
        }
    }

    private static func ofAdmission(_ kind: Text, _ fields: inout Fields) throws -> Self {
        switch kind {
        case "admission.rule":
            .ruleAdmission(document: try fields.bytes("document", countMax: GovernanceLimits.admissionBytesMax))
        case "node.admit": .admitNode(try NodeApplication(&fields), note: try fields.text("note"))
        case "node.suspend": .suspendNode(did: try fields.did("did"), reason: try fields.text("reason"))
        case "status.publish":
            .publishStatus(
                issuer: try fields.text("issuer", bytesMax: 256),
                list: try fields.bytes("list", countMax: GovernanceLimits.statusBytesMax))
        default: throw BaseError(.wrongType, "no such kind of decision: \(kind)", at: fields.path("kind"))
        }
    }
}
