public import NexusBase

/// What a node hands over as evidence (attestation-v1, "Evidence"): bytes as the hardware made them, and what is needed
/// to check them offline. The format says how to read the bytes; the kind is what `verify` finds.
public enum AttestationEvidence: Sendable, Hashable {
    /// The endorsement certificate first, then its issuers.
    case sevSNP(report: [UInt8], certificates: [[UInt8]], revocationLists: [[UInt8]])
    case dcap(quote: [UInt8], collateral: Collateral)
    case tpm(TPMDocument)
    case simulated(reportData: [UInt8])

    /// What `DCAPCollateral` is made of, as bytes.
    public struct Collateral: Sendable, Hashable {
        public let tcbInfo: [UInt8]
        public let tcbInfoSignature: [UInt8]
        public let qeIdentity: [UInt8]
        public let qeIdentitySignature: [UInt8]
        public let certificates: [[UInt8]]
        public let revocationLists: [[UInt8]]

        public init(
            tcbInfo: [UInt8], tcbInfoSignature: [UInt8], qeIdentity: [UInt8], qeIdentitySignature: [UInt8],
            certificates: [[UInt8]], revocationLists: [[UInt8]]
        ) {
            self.tcbInfo = tcbInfo
            self.tcbInfoSignature = tcbInfoSignature
            self.qeIdentity = qeIdentity
            self.qeIdentitySignature = qeIdentitySignature
            self.certificates = certificates
            self.revocationLists = revocationLists
        }
    }

    /// What `TPMEvidence` is made of, as bytes.
    public struct TPMDocument: Sendable, Hashable {
        public let quote: [UInt8]
        public let signature: [UInt8]
        public let attestationKey: [UInt8]
        public let registers: [TPMEvidence.Register]
        public let reportData: [UInt8]
        public let certificates: [[UInt8]]
        public let revocationLists: [[UInt8]]

        public init(
            quote: [UInt8], signature: [UInt8], attestationKey: [UInt8], registers: [TPMEvidence.Register],
            reportData: [UInt8], certificates: [[UInt8]], revocationLists: [[UInt8]] = []
        ) {
            self.quote = quote
            self.signature = signature
            self.attestationKey = attestationKey
            self.registers = registers
            self.reportData = reportData
            self.certificates = certificates
            self.revocationLists = revocationLists
        }
    }

    /// What verification needs to know from outside: roots a kind, the date, and which TPM keys the rail challenged.
    public struct Context: Sendable, Hashable {
        public let roots: [AttestationKind: [TrustRoot]]
        public let date: Instant
        public let activations: [TPMActivation]
        /// For AMD and TPMs; Intel's lists are always needed.
        public let revocation: RevocationRule

        public init(
            roots: [AttestationKind: [TrustRoot]], date: Instant, activations: [TPMActivation] = [],
            revocation: RevocationRule = .whereGiven
        ) {
            self.roots = roots
            self.date = date
            self.activations = activations
            self.revocation = revocation
        }

        /// The roots of a committee's reference values.
        public init(_ values: ReferenceValues, date: Instant, activations: [TPMActivation] = []) {
            var roots: [AttestationKind: [TrustRoot]] = [:]
            for rule in values.rules { roots[rule.kind] = rule.roots }
            self.init(roots: roots, date: date, activations: activations)
        }
    }

    /// Checks signatures, chains and dates. Throws what the verifiers of the formats throw.
    public func verify(in context: Context) throws -> VerifiedEvidence {
        switch self {
        case .sevSNP(let report, let certificates, let revocationLists):
            let list = try Self.certificates(certificates)
            guard let endorsement = list.first else {
                throw AttestationError(.malformedEvidence, "an endorsement certificate is needed", at: "certificates")
            }
            return try SNPVerifier(
                roots: context.roots[.sevSNP] ?? [], date: context.date, revocation: context.revocation
            ).verify(
                SNPReport(parsing: report), endorsement: endorsement, pool: list,
                revocationLists: Self.revocationLists(revocationLists))
        case .dcap(let bytes, let collateral):
            let quote = try DCAPQuote(parsing: bytes)
            let kind: AttestationKind = if case .tdx = quote.body { .tdx } else { .sgx }
            return try DCAPVerifier(roots: context.roots[kind] ?? [], date: context.date).verify(
                quote,
                DCAPCollateral(
                    tcbInfo: SignedCollateral(body: collateral.tcbInfo, signature: collateral.tcbInfoSignature),
                    qeIdentity: SignedCollateral(
                        body: collateral.qeIdentity, signature: collateral.qeIdentitySignature),
                    signers: Self.certificates(collateral.certificates),
                    revocationLists: Self.revocationLists(collateral.revocationLists)))
        case .tpm(let document):
            return try TPMVerifier(
                roots: context.roots[.tpm] ?? [], date: context.date, activations: context.activations,
                revocation: context.revocation
            ).verify(
                TPMEvidence(
                    quote: document.quote, signature: document.signature, attestationKey: document.attestationKey,
                    registers: document.registers, reportData: document.reportData,
                    endorsement: Self.certificates(document.certificates)),
                revocationLists: Self.revocationLists(document.revocationLists))
        case .simulated(let reportData): return try .simulated(reportData: reportData)
        }
    }

    private static func certificates(_ list: [[UInt8]]) throws -> [Certificate] {
        try list.enumerated().map { try Certificate(der: $1, at: "certificates[\($0)]") }
    }

    private static func revocationLists(_ list: [[UInt8]]) throws -> [RevocationList] {
        try list.enumerated().map { try RevocationList(der: $1, at: "revocationLists[\($0)]") }
    }
}
