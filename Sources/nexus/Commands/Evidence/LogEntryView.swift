import NexusAttestation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTrust

/// One entry of a log, decoded as far as this build knows its kind.
struct LogEntryView {
    let index: Int
    let kind: String
    let what: String
    let time: Instant?
    private let leaf: Digest

    init(index: Int, bytes: [UInt8]) {
        self.index = index
        leaf = Merkle.leaf(bytes)
        if let json = try? JSON(parsing: bytes), let genesis = try? Genesis(json: json, at: "genesis") {
            kind = "genesis"
            what =
                "rail \(genesis.name), committee \(genesis.committee.threshold) of \(genesis.committee.keys.count), "
                + "\(genesis.validatorThreshold) of \(genesis.validators.count) validators"
            time = genesis.createdAt
        } else if let entry = try? GovernanceEntry(parsing: bytes) {
            kind = entry.proposal.decision.kind.string
            let votes = entry.ballots.count == 1 ? "1 ballot" : "\(entry.ballots.count) ballots"
            what = "\(entry.proposal.decision.summary), \(votes)"
            time = entry.proposal.proposedAt
        } else if let envelope = try? Envelope(parsing: bytes), let rollup = try? Rollup(in: envelope) {
            kind = "rollup"
            let corrections = rollup.leaves.count { $0.isCorrection }
            what =
                "number \(rollup.number), \(rollup.leaves.count) result\(rollup.leaves.count == 1 ? "" : "s")"
                + (corrections > 0 ? ", \(corrections) corrections" : "") + ", root \(rollup.root.short)…"
            time = rollup.sealedAt
        } else {
            kind = "unknown"
            what = "\(bytes.count) bytes"
            time = nil
        }
    }

    var json: JSON {
        [
            "index": .int(index), "kind": .text(kind), "leaf": leaf.json, "time": time?.json, "what": .text(what),
        ]
    }
}

extension Proposal.Decision {
    /// In a few words, for tables.
    var summary: String {
        switch self {
        case .approveOperator(let name, let did, let jurisdiction): "\(name) (\(jurisdiction)) \(did.short)"
        case .revokeOperator(let did, let reason), .revokeNode(let did, let reason): "\(did.short): \(reason)"
        case .approveIssuer(let name, let did), .approveFeed(let name, let did): "\(name) \(did.short)"
        case .advancePolicy(let digest, let stage, _): "\(digest.short)… to \(stage.rawValue)"
        case .approveJob(let job, let result, _):
            "\(job.short)… may be acted on" + (result.map { ", result \($0.short)…" } ?? "")
        case .publishClause(let document), .publishPolicy(let document):
            (try? JSON(parsing: document)).flatMap { json -> String? in
                guard case .object(let object) = json, case .string(let id)? = object["id"] else { return nil }
                return id.string
            } ?? "\(document.count) bytes"
        case .advanceClause(let digest, let stage, let report, _):
            "\(digest.short)… to \(stage.rawValue)" + (report.map { ", report \($0.short)…" } ?? "")
        case .overrideOccurrence(let occurrence, _, let signal, let reason):
            "\(occurrence.short)… is \(signal.rawValue): \(reason)"
        case .rotateKey(let from, let to, let reason):
            "\(from.string.prefix(60)) gives way to \(to.string.prefix(60)): \(reason)"
        case .ruleAdmission(let document): "rule \(Digest(of: document).short)…"
        case .admitNode(let application, _):
            "\(application.node.short) of \(application.operator.short), \(application.attestation.rawValue) evidence, "
                + "\(application.credentials.count) credentials"
        case .suspendNode(let did, let reason): "\(did.short): \(reason)"
        case .publishStatus(let issuer, let list): "list of \(issuer), \(Digest(of: list).short)…"
        }
    }
}
