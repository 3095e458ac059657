public import NexusAttestation
public import NexusBase
public import NexusClause
public import NexusTrust

/// What a rail asks of nodes before they get work (Documentation/Formats/governance-entry-v1.md, "Admission rule"):
/// which machines the committee approved, whose credentials count, and how fresh evidence must be.
public struct AdmissionRule: Sendable, Hashable {
    static let format: Text = "nexus.admission-rule/v1"

    public let referenceValues: ReferenceValues
    /// Names of approved issuers. None: no such credential is asked for.
    public let operatorIssuers: [Text]
    public let jurisdictionIssuers: [Text]
    /// In seconds.
    public let attestEvery: Int
    /// In seconds; at least `attestEvery`.
    public let staleAfter: Int

    /// Throws `governance.not-allowed` unless evidence is asked for before it is stale.
    public init(
        referenceValues: ReferenceValues, operatorIssuers: [Text], jurisdictionIssuers: [Text], attestEvery: Int,
        staleAfter: Int
    ) throws {
        let range = 1...GovernanceLimits.attestSecondsMax
        guard range.contains(attestEvery), range.contains(staleAfter), attestEvery <= staleAfter else {
            throw GovernanceError(
                .notAllowed, "evidence is asked for again before it is stale, within a year", at: "staleAfterSeconds")
        }
        self.referenceValues = referenceValues
        self.operatorIssuers = operatorIssuers
        self.jurisdictionIssuers = jurisdictionIssuers
        self.attestEvery = attestEvery
        self.staleAfter = staleAfter
    }

    public var json: JSON {
        [
            "attestEverySeconds": .int(attestEvery), "format": .string(Self.format),
            "jurisdictionIssuers": .array(jurisdictionIssuers.map { .string($0) }),
            "operatorIssuers": .array(operatorIssuers.map { .string($0) }), "referenceValues": referenceValues.json,
            "staleAfterSeconds": .int(staleAfter),
        ]
    }

    public var bytes: [UInt8] { json.canonicalBytes }
    public var digest: Digest { Digest(of: bytes) }

    /// Reads canonical bytes. Throws base codes, `attestation.…` for reference values that are none, and
    /// `governance.not-allowed`.
    public init(parsing bytes: [UInt8]) throws {
        var fields = try Fields(
            JSON(parsingCanonical: bytes, bytesMax: GovernanceLimits.admissionBytesMax), at: "admissionRule")
        guard try fields.text("format", bytesMax: 64) == Self.format else {
            throw BaseError(.wrongType, "\(Self.format) is needed", at: fields.path("format"))
        }
        func names(_ key: Text) throws -> [Text] {
            try fields.list(key, countMax: GovernanceLimits.issuersOfRuleMax) { json, place in
                guard case .string(let name) = json, name.utf8.count <= 256 else {
                    throw BaseError(.wrongType, "a name of at most 256 bytes is needed", at: place)
                }
                return name
            }
        }
        let seconds = 1...Int64(GovernanceLimits.attestSecondsMax)
        let attestEvery = try fields.integer("attestEverySeconds", in: seconds)
        let jurisdictionIssuers = try names("jurisdictionIssuers")
        let operatorIssuers = try names("operatorIssuers")
        let values = try ReferenceValues(parsing: fields.required("referenceValues").canonicalBytes)
        let staleAfter = try fields.integer("staleAfterSeconds", in: seconds)
        try fields.finish()
        try self.init(
            referenceValues: values, operatorIssuers: operatorIssuers, jurisdictionIssuers: jurisdictionIssuers,
            attestEvery: attestEvery, staleAfter: staleAfter)
    }
}

extension GovernanceSnapshot {
    /// The rule in force and the entry that set it.
    public struct RuleInForce: Sendable, Hashable {
        public let rule: AdmissionRule
        public let digest: Digest
        public let entry: Int
    }

    /// What the committee admitted a node with.
    public struct Admission: Sendable, Hashable {
        public let node: DID
        public let `operator`: DID
        /// The kind of evidence that was looked at; evidence of another kind does not stand in for it.
        public let attestation: AttestationKind
        public let evidence: Digest?
        public let credentials: [VerifiedCredential]
        public let entry: Int
        /// When the admission was proposed: evidence is judged as of then.
        public let proposedAt: Instant

        var attestationName: String { attestation.rawValue }
    }

    /// A list of revoked or suspended credentials, as its issuer published it in the log.
    public struct PublishedStatus: Sendable, Hashable {
        /// The URL that credentials name.
        public let id: Text
        public let issuer: DID
        public let bytes: [UInt8]
        public let entry: Int
        let list: CredentialVerifier.Published
    }

    /// What machines may be: as the rule in force says, or, where none is, as the genesis says of `simulated`.
    public var referenceValues: ReferenceValues {
        get throws {
            if let inForce = admissionRule { return inForce.rule.referenceValues }
            return try ReferenceValues(
                rules: genesis.attestation.contains("simulated") ? [.init(kind: .simulated)] : [])
        }
    }

    public func admission(of node: DID) -> Admission? { admissions.last { $0.node == node } }
    public func isSuspended(node did: DID) -> Bool { suspendedNodes.contains(did) }

    /// The log index from which on this node is barred: revoked, suspended, or of a revoked operator. Nil for one in
    /// good standing.
    public func barredSince(node: DID, operator: DID) -> Int? {
        var since: Int?
        if isRevoked(node: node) || isSuspended(node: node) { since = barred[node] ?? 0 }
        if !isApproved(operator: `operator`) { since = min(since ?? .max, barred[`operator`] ?? 0) }
        return since
    }

    /// Whether what a node signs counts: it is in good standing, or the clause lets work finish that began under
    /// governance from before it was barred.
    public func counts(
        node: DID, operator: DID, actedUnder logIndex: Int, _ rule: Clause.ExecutionRule
    ) -> Bool {
        guard let since = barredSince(node: node, operator: `operator`) else { return true }
        return rule.onRevocation == .finish && logIndex < since
    }
}
