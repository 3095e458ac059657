public import NexusAttestation
public import NexusBase
public import NexusClause
public import NexusLog
public import NexusTrust

/// What a verification found: every check in order, up to the first that failed.
public struct VerificationReport: Sendable, Hashable {
    /// The checks, in the order in which they are made; their names are part of the format.
    public enum Check: String, Sendable, Hashable, CaseIterable {
        /// The pack's own form: canonical, complete, its digest right.
        case form
        /// The pack is of the rail that the trust file names.
        case rail
        /// The checkpoint carries the log's signature, the validators' cosignatures, and no signature by unknown keys.
        case checkpoint
        /// The genesis is the trust file's and the log's first entry.
        case genesis
        /// Every governance entry is in the log, follows the one before and has its votes.
        case governance
        /// The rollup is signed by the rail, in the log, and holds this job.
        case rollup
        /// The clause was published by its issuer, simulated, reviewed and active.
        case clause
        /// The inputs lead to the commitment, and their feeds signed them.
        case inputs
        /// Every statement is signed by its node, bound by an approved operator, under a listed token.
        case statements
        /// Enough distinct operators agree.
        case quorum
        /// The certified result is the one they agree on, for this occurrence.
        case result
        /// A model's result: the proof holds for the committed input. Made only where the clause computes a model.
        case proof
        /// The kinds of attestation are allowed by clause and trust file.
        case attestation
    }

    public struct Line: Sendable, Hashable {
        public let check: Check
        public let passed: Bool
        /// What was found, or why it failed.
        public let detail: String
        /// The code of the error, where it failed.
        public let code: String?
    }

    /// What the evidence document of an agreeing node's admission came to.
    public struct AttestedNode: Sendable, Hashable {
        public let node: DID
        /// What verification found.
        public let kind: AttestationKind
        /// SHA-256 of the document.
        public let evidence: Digest
        /// Number of the admission's entry.
        public let admission: Int
        /// As of when the evidence was judged.
        public let at: Instant
        /// Names of the roots that were relied on. Empty for `simulated`.
        public let roots: [Text]
        /// What this evidence does not show, a sentence each.
        public let notShown: [Text]
    }

    /// What an accepted pack certifies.
    public struct Certificate: Sendable, Hashable {
        public let clauseID: ClauseID
        public let occurrence: Text
        public let signal: Signal
        public let isOverride: Bool
        /// The job whose certificate this one corrects.
        public let supersedes: Digest?
        /// Inputs that are there as leaves only.
        public let withheld: [Text]
        public let result: ExecutionResult?
        public let agreeing: [DID]
        public let differing: [DID]
        public let attestation: [Text]
        /// The documents behind it, in the order of the agreeing statements that have one.
        public let attested: [AttestedNode]
        /// Whether the outputs are proved, not only signed.
        public let isProved: Bool
        public let logSize: Int
        /// Validators that cosigned the checkpoint.
        public let cosignatures: Int
        public let validators: [Text]
        /// Witnesses of the trust file that cosigned it.
        public let witnesses: [Text]
        public let anchored: [AnchoredTime]
        /// Validators, then witnesses.
        public var cosigners: [Text] { validators + witnesses }
    }

    public internal(set) var lines: [Line] = []
    public internal(set) var certificate: Certificate?

    public var isAccepted: Bool { certificate != nil }
    public var failure: Line? { lines.first { !$0.passed } }

    /// What cosignatures and anchors exclude, and on whose word.
    public var assurances: [String] {
        guard let certificate else { return [] }
        var assurances: [String] = []
        if !certificate.cosigners.isEmpty {
            let names = certificate.cosigners.map(\.string).joined(separator: ", ")
            assurances.append("rollback and a second history excluded, unless all of these cosigned both: \(names)")
        }
        for stamp in certificate.anchored where stamp.isTrusted {
            assurances.append("the checkpoint existed by \(stamp.time), on the word of \(stamp.authority)")
        }
        return assurances
    }

    /// What the evidence does not show, said plainly.
    public var caveats: [String] {
        guard let certificate else { return [] }
        var caveats: [String] = []
        if certificate.attestation.contains("simulated") {
            caveats.append("attestation is simulated: nothing shows what hardware the nodes ran on")
        }
        let hardware = certificate.attested.filter { $0.kind != .simulated }
        if !hardware.isEmpty {
            caveats.append("evidence is that of the admissions: what machines became since is the rail's word")
        }
        if hardware.contains(where: { $0.kind == .tpm }) {
            caveats.append("that the TPMs were challenged for the keys that signed is the committee's word")
        }
        if certificate.cosigners.isEmpty {
            caveats.append("rollback not excluded: no validator or witness cosigned the checkpoint")
        }
        if let stamp = certificate.anchored.first(where: { !$0.isTrusted }) {
            caveats.append("time not shown: the trust file has no root for the time stamp by \(stamp.authority)")
        }
        if !certificate.withheld.isEmpty {
            let names = certificate.withheld.map(\.string).joined(separator: ", ")
            caveats.append("inputs withheld: neither their values nor their feeds' signatures were checked: \(names)")
        }
        if certificate.isProved {
            caveats.append("the model's outputs are proved; the terms over them are what the node signed")
        }
        if certificate.isOverride { caveats.append("decided by the committee, not by agreement of nodes") }
        return caveats
    }
}
