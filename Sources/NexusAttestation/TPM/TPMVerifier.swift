public import NexusBase

/// What a TPM gives: a quote, its signature, the key that signed, the registers' values, and the endorsement key's
/// certificates.
public struct TPMEvidence: Sendable, Hashable {
    /// One register's value.
    public struct Register: Sendable, Hashable {
        /// `sha256`, `sha384` or `sha512`.
        public let bank: Text
        public let index: Int
        public let value: [UInt8]

        public init(bank: Text, index: Int, value: [UInt8]) {
            self.bank = bank
            self.index = index
            self.value = value
        }
    }

    /// TPMS_ATTEST.
    public let quote: [UInt8]
    /// TPMT_SIGNATURE.
    public let signature: [UInt8]
    /// TPMT_PUBLIC.
    public let attestationKey: [UInt8]
    /// In the order of the quote's selection.
    public let registers: [Register]
    /// 64 bytes; the quote's extra data is their SHA-256, because many TPMs take no more.
    public let reportData: [UInt8]
    /// The endorsement key's certificate first, then its issuers. Empty if there is none.
    public let endorsement: [Certificate]

    public init(
        quote: [UInt8], signature: [UInt8], attestationKey: [UInt8], registers: [Register], reportData: [UInt8],
        endorsement: [Certificate]
    ) {
        self.quote = quote
        self.signature = signature
        self.attestationKey = attestationKey
        self.registers = registers
        self.reportData = reportData
        self.endorsement = endorsement
    }
}

/// A fact that the rail established itself with a `TPMChallenge`: the TPM with this endorsement key holds the
/// attestation key of this name. A quote alone cannot show it.
public struct TPMActivation: Sendable, Hashable {
    /// SHA-256 of the endorsement certificate's SubjectPublicKeyInfo.
    public let endorsementKey: Digest
    public let attestationKeyName: [UInt8]

    public init(endorsementKey: Digest, attestationKeyName: [UInt8]) {
        self.endorsementKey = endorsementKey
        self.attestationKeyName = attestationKeyName
    }

    /// The activation that a document needs to be of kind `tpm`: for one who takes another's word that the TPM opened a
    /// challenge. Nil without an endorsement certificate. Throws for a key or certificate that does not read.
    public init?(neededBy document: AttestationEvidence.TPMDocument) throws {
        guard let endorsement = document.certificates.first else { return nil }
        self.init(
            endorsementKey: try Certificate(der: endorsement, at: "certificates[0]").publicKey.digest,
            attestationKeyName: try TPMPublic(parsing: document.attestationKey, at: "attestationKey").name)
    }
}

/// Verifies TPM 2.0 quotes. A quote that is in order but that no approved maker vouches for is `simulated`: any program
/// can act as a TPM.
public struct TPMVerifier: Sendable {
    public let roots: [TrustRoot]
    public let date: Instant
    public let activations: [TPMActivation]
    public let revocation: RevocationRule

    public init(
        roots: [TrustRoot], date: Instant, activations: [TPMActivation], revocation: RevocationRule = .whereGiven
    ) {
        self.roots = roots
        self.date = date
        self.activations = activations
        self.revocation = revocation
    }

    /// Throws what reading and `CertificateChain` throw (but not `.untrusted-chain`: that is `simulated`), and
    /// `attestation.unsuitable-key`, `.bad-signature`, `.wrong-digest`, `.key-not-endorsed`.
    public func verify(_ evidence: TPMEvidence, revocationLists: [RevocationList] = []) throws -> VerifiedEvidence {
        let key = try TPMPublic(parsing: evidence.attestationKey, at: "attestationKey")
        try key.requireAttestationKey()
        let signature = try TPMSignature(parsing: evidence.signature)
        guard signature.algorithm == key.scheme else {
            throw AttestationError(.badSignature, "the key's scheme is another", at: "signature.algorithm")
        }
        guard signature.isValid(by: key.key, over: evidence.quote) else {
            throw AttestationError(.badSignature, "the attestation key did not sign the quote", at: "signature")
        }
        let quote = try TPMQuote(parsing: evidence.quote)
        guard evidence.reportData.count == ReportData.byteCount,
            quote.extraData == HashName.sha256.digest(evidence.reportData)
        else {
            throw AttestationError(
                .wrongDigest, "the extra data is not the SHA-256 of 64 bytes of report data", at: "quote.extraData")
        }
        try Self.requireRegisters(evidence.registers, quote, signature.algorithm.hash)
        let (chain, unshown) = try endorsement(evidence, key, revocationLists)
        return VerifiedEvidence(quote, evidence, chain, unshown: unshown)
    }

    private static func requireRegisters(
        _ registers: [TPMEvidence.Register], _ quote: TPMQuote, _ hash: HashName?
    ) throws {
        guard registers.count <= AttestationLimits.pcrsMax else {
            throw AttestationError(.tooLarge, "more than \(AttestationLimits.pcrsMax) registers", at: "registers")
        }
        let expected = quote.selections.flatMap { selection in
            selection.registers.map { (bank: Text(selection.bank.rawValue), index: $0, size: selection.bank.byteCount) }
        }
        guard registers.count == expected.count,
            zip(registers, expected).allSatisfy({
                $0.bank == $1.bank && $0.index == $1.index && $0.value.count == $1.size
            })
        else { throw AttestationError(.wrongDigest, "the registers are not those that were quoted", at: "registers") }
        guard let hash, hash.digest(registers.flatMap(\.value)) == quote.pcrDigest else {
            throw AttestationError(.wrongDigest, "the registers' values do not hash to the quote", at: "registers")
        }
    }

    /// The chain, if an approved maker vouches and the rail saw the key in that TPM; else what is not shown.
    private func endorsement(
        _ evidence: TPMEvidence, _ key: TPMPublic, _ revocationLists: [RevocationList]
    ) throws -> (CertificateChain?, Text?) {
        guard let leaf = evidence.endorsement.first else {
            return (nil, "that there is a TPM: no endorsement certificate was given")
        }
        guard leaf.standard.extendedKeyUsage.contains(Text("\(OID.endorsementKeyCertificate)")) else {
            throw AttestationError(.keyNotEndorsed, "not a certificate of an endorsement key", at: "endorsement[0]")
        }
        let chain: CertificateChain
        do {
            chain = try CertificateChain(
                leaf: leaf, pool: evidence.endorsement, roots: roots, at: date, revocationLists: revocationLists,
                revocation: revocation)
        } catch let error as AttestationError where error.code == .untrustedChain {
            return (nil, "that there is a TPM: the endorsement key's chain leads to no approved maker")
        }
        let isActivated = activations.contains {
            $0.endorsementKey == leaf.publicKey.digest && $0.attestationKeyName == key.name
        }
        guard isActivated else {
            return (nil, "that the TPM of this endorsement key holds the key that signed: nobody challenged it")
        }
        return (chain, nil)
    }
}
