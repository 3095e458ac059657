public import NexusBase
public import NexusClause
public import NexusLog
public import NexusTrust

/// What is in force on a rail: the fold of its governance entries up to some number.
///
/// Two parties that fold the same entries get the same digest; a node signs that digest into its statements.
public struct GovernanceSnapshot: Sendable, Hashable {
    public struct Operator: Sendable, Hashable {
        public let name: Text
        public let did: DID
        public let jurisdiction: Text
        public internal(set) var revokedBy: Int?
    }

    public struct NamedKey: Sendable, Hashable {
        public let name: Text
        public let did: DID
    }

    public struct PublishedClause: Sendable, Hashable {
        public let clause: Clause
        public internal(set) var stage: LifecycleStage
        public internal(set) var report: Digest?
        /// Number of the entry that made it active.
        public internal(set) var activatedBy: Int?
    }

    public struct Override: Sendable, Hashable {
        public let occurrenceID: Digest
        public let jobID: Digest
        public let signal: Signal
        public let entry: Int
    }

    /// A key of checkpoints that gave way to another.
    public struct KeyRotation: Sendable, Hashable {
        public let from: VerifierKey
        public let to: VerifierKey
        public let entry: Int

        public init(from: VerifierKey, to: VerifierKey, entry: Int) {
            self.from = from
            self.to = to
            self.entry = entry
        }
    }

    public let genesis: Genesis
    public let rail: Digest
    /// The suites taken: the rail's, or fewer where a verifier takes fewer. No part of the digest.
    public let suites: SuitePolicy
    /// Number of the last entry folded; 0 is the genesis alone.
    public internal(set) var number = 0
    /// Digest of the last entry folded; the rail's id at the beginning.
    public internal(set) var head: Digest
    /// Index in the log of the last entry folded; the genesis has index 0.
    public internal(set) var logIndex = 0
    /// In order of approval.
    public internal(set) var operators: [Operator] = []
    public internal(set) var issuers: [NamedKey] = []
    public internal(set) var feeds: [NamedKey] = []
    public internal(set) var revokedNodes: [DID] = []
    public internal(set) var clauses: [PublishedClause] = []
    public internal(set) var overrides: [Override] = []
    /// In order of decision.
    public internal(set) var rotations: [KeyRotation] = []
    public internal(set) var policies: [PublishedPolicy] = []
    public internal(set) var approvals: [Approval] = []
    /// What nodes must show; nil while an approved operator's word is enough.
    public internal(set) var admissionRule: RuleInForce?
    /// One a node, in order of `entry`.
    public internal(set) var admissions: [Admission] = []
    public internal(set) var suspendedNodes: [DID] = []
    /// In order of first publication.
    public internal(set) var statusLists: [PublishedStatus] = []
    /// The same by URL, for verifiers. No part of the digest.
    var listsByURL: [Text: CredentialVerifier.Published] = [:]
    /// The evidence that admissions of the log name, superseded ones too. No part of the digest.
    package internal(set) var evidenceNamed: Set<Digest> = []
    /// Since which log index nodes and operators are barred. No part of the digest, as log indices are not.
    var barred: [DID: Int] = [:]
    var decided: Set<Digest> = []

    public init(genesis: Genesis, suites: SuitePolicy? = nil) {
        self.genesis = genesis
        self.suites = genesis.policy.narrowed(by: suites)
        rail = genesis.rail
        head = genesis.rail
    }

    /// The newest approval of this operator.
    public func `operator`(_ did: DID) -> Operator? { operators.last { $0.did == did } }
    public func isApproved(operator did: DID) -> Bool { `operator`(did).map { $0.revokedBy == nil } ?? false }
    public func isRevoked(node did: DID) -> Bool { revokedNodes.contains(did) }
    /// Checks all of a binding but whether the node was admitted and is not suspended: whether it may connect and wait.
    public func greet(_ binding: NodeBinding, at now: Instant) throws {
        var open = self
        open.admissionRule = nil
        open.suspendedNodes = []
        try open.admit(binding, at: now)
    }
    public func issuer(_ name: Text) -> DID? { issuers.last { $0.name == name }?.did }
    public func feed(_ name: Text) -> DID? { feeds.last { $0.name == name }?.did }
    /// Whether the key is the feed's, or was before it was changed.
    public func hasApproved(feed name: Text, _ did: DID) -> Bool { feeds.contains { $0.name == name && $0.did == did } }
    public func clause(_ digest: Digest) -> PublishedClause? { clauses.first { $0.clause.digest == digest } }
    public func clause(_ id: ClauseID) -> PublishedClause? { clauses.last { $0.clause.id == id } }

    /// Checks that a node may execute: binding current, operator approved, jurisdictions agreeing, not revoked.
    /// Throws `governance.not-approved` or `governance.bad-binding` with the reason, and `trust.suite-refused` for keys
    /// of a suite that the rail does not take.
    public func admit(_ binding: NodeBinding, at now: Instant) throws {
        try binding.require(suites)
        guard let approved = `operator`(binding.operator) else {
            throw GovernanceError(.notApproved, "operator \(binding.operator) is not approved on this rail")
        }
        guard approved.revokedBy == nil else {
            throw GovernanceError(
                .notApproved, "operator \(approved.name) was revoked by entry \(approved.revokedBy ?? 0)")
        }
        guard !isRevoked(node: binding.node) else {
            throw GovernanceError(.notApproved, "node \(binding.node) was revoked")
        }
        guard !isSuspended(node: binding.node) else {
            throw GovernanceError(.notApproved, "node \(binding.node) is suspended")
        }
        if admissionRule != nil {
            guard let admission = admission(of: binding.node), admission.operator == binding.operator else {
                throw GovernanceError(.notApproved, "node \(binding.node) is not admitted")
            }
        }
        guard binding.jurisdiction == approved.jurisdiction else {
            throw GovernanceError(
                .badBinding, "the binding says \(binding.jurisdiction), the approval \(approved.jurisdiction)")
        }
        guard binding.issuedAt <= now, now < binding.expiresAt else {
            throw GovernanceError(.badBinding, "the binding holds from \(binding.issuedAt) to \(binding.expiresAt)")
        }
    }

    public var digest: Digest { json.digest }

    /// The canonical form that the digest covers. `head` fixes the entries; the rest shows what they came to.
    public var json: JSON {
        [
            "admission": admissionRule.map { ["entry": .int($0.entry), "rule": $0.digest.json] },
            "admitted": admissions.isEmpty
                ? nil
                : .array(
                    admissions.map {
                        [
                            "attestation": .text($0.attestationName), "did": $0.node.json, "entry": .int($0.entry),
                            "evidence": $0.evidence?.json, "operator": $0.operator.json,
                        ]
                    }),
            "approvals": approvals.isEmpty
                ? nil
                : .array(
                    approvals.map {
                        [
                            "by": $0.by.json, "entry": .int($0.entry), "jobId": $0.jobID.json,
                            "result": $0.result?.json,
                        ]
                    }),
            "clauses": .array(
                clauses.map { ["clause": $0.clause.digest.json, "stage": .text($0.stage.rawValue)] }),
            "feeds": .array(feeds.map { ["did": $0.did.json, "name": .string($0.name)] }),
            "format": "nexus.snapshot/v1",
            "head": head.json,
            "issuers": .array(issuers.map { ["did": $0.did.json, "name": .string($0.name)] }),
            "number": .int(number),
            "operators": .array(
                operators.map {
                    [
                        "did": $0.did.json, "jurisdiction": .string($0.jurisdiction), "name": .string($0.name),
                        "revokedBy": $0.revokedBy.map { .int($0) },
                    ]
                }),
            "overrides": .array(
                overrides.map {
                    [
                        "entry": .int($0.entry), "jobId": $0.jobID.json, "occurrenceId": $0.occurrenceID.json,
                        "signal": .text($0.signal.rawValue),
                    ]
                }),
            "policies": policies.isEmpty
                ? nil : .array(policies.map { ["policy": $0.digest.json, "stage": .text($0.stage.rawValue)] }),
            "rail": rail.json,
            "revokedNodes": .array(revokedNodes.map(\.json)),
            "rotations": rotations.isEmpty
                ? nil
                : .array(
                    rotations.map {
                        ["entry": .int($0.entry), "from": .string($0.from.text), "to": .string($0.to.text)]
                    }),
            "statusLists": statusLists.isEmpty
                ? nil
                : .array(
                    statusLists.map {
                        ["entry": .int($0.entry), "id": .string($0.id), "list": Digest(of: $0.bytes).json]
                    }),
            "suspendedNodes": suspendedNodes.isEmpty ? nil : .array(suspendedNodes.map(\.json)),
        ]
    }
}
