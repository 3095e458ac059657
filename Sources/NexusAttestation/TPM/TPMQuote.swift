internal import NexusBase

/// What a TPM says when it quotes (TPM 2.0 Part 2, TPMS_ATTEST of type TPM_ST_ATTEST_QUOTE), big-endian.
public struct TPMQuote: Sendable, Hashable {
    /// One bank and its registers.
    public struct Selection: Sendable, Hashable {
        let bank: HashName
        public let registers: [Int]
    }

    public let bytes: [UInt8]
    /// The name of the key and of its ancestors, hashed.
    public let qualifiedSigner: [UInt8]
    public let extraData: [UInt8]
    /// Milliseconds that the TPM has run.
    public let clock: UInt64
    public let resetCount: UInt32
    public let restartCount: UInt32
    /// Whether the clock cannot have gone back.
    public let isClockSafe: Bool
    public let firmwareVersion: UInt64
    public let selections: [Selection]
    public let pcrDigest: [UInt8]

    private static let magic: UInt32 = 0xFF54_4347
    private static let quoteType: UInt16 = 0x8018

    /// Throws `attestation.malformed-tpm`, `.unsupported-algorithm`, `.too-large`.
    public init(parsing bytes: [UInt8]) throws {
        self.bytes = bytes
        var reader = try ByteReader(tpm: bytes, "quote")
        guard try reader.big("magic") == Self.magic else {
            throw reader.failure("what a TPM wrote itself begins with FF544347", "magic")
        }
        guard try reader.big("type") == Self.quoteType else { throw reader.failure("not a quote", "type") }
        qualifiedSigner = try reader.sized("qualifiedSigner", max: 66)
        extraData = try reader.sized("extraData", max: 66)
        clock = try reader.big("clock")
        resetCount = try reader.big("resetCount")
        restartCount = try reader.big("restartCount")
        let safe = try reader.byte("safe")
        guard safe <= 1 else { throw reader.failure("YES or NO", "safe") }
        isClockSafe = safe == 1
        firmwareVersion = try reader.big("firmwareVersion")
        let count: UInt32 = try reader.big("selections")
        guard (1...8).contains(count) else { throw reader.failure("1 to 8 banks", "selections") }
        var selections: [Selection] = []
        for _ in 0..<count {
            let bank = try reader.tpmHash("bank")
            let size = try reader.byte("registers")
            guard size <= 4, !selections.contains(where: { $0.bank == bank }) else {
                throw reader.failure("each bank once, with at most 32 registers", "registers")
            }
            let bits = try reader.take(Int(size), "registers")
            let registers = (0..<Int(size) * 8).filter { bits[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
            selections.append(Selection(bank: bank, registers: registers))
        }
        self.selections = selections
        pcrDigest = try reader.sized("pcrDigest", max: 64)
        try reader.finish()
    }
}

/// A signature of a TPM (Part 2, TPMT_SIGNATURE).
struct TPMSignature: Sendable, Hashable {
    let algorithm: SignatureAlgorithm
    /// RSA: the signature. ECDSA: r and s without their leading zeros.
    let parts: [[UInt8]]

    init(parsing bytes: [UInt8]) throws {
        var reader = try ByteReader(tpm: bytes, "signature")
        let identifier: UInt16 = try reader.big("algorithm")
        let hash = try reader.tpmHash("hash")
        switch identifier {
        case TPMAlgorithm.rsassa, TPMAlgorithm.rsapss:
            algorithm = identifier == TPMAlgorithm.rsassa ? .rsaPKCS1(hash) : .rsaPSS(hash)
            parts = [try reader.sized("signature", max: AttestationLimits.rsaBits.upperBound / 8)]
        case TPMAlgorithm.ecdsa:
            algorithm = .ecdsa(hash)
            parts = [try reader.sized("r", max: 48), try reader.sized("s", max: 48)]
        default:
            throw AttestationError(
                .unsupportedAlgorithm, "the scheme 0x\(String(identifier, radix: 16)) is not accepted",
                at: "signature.algorithm")
        }
        try reader.finish()
    }

    func isValid(by key: PublicKey, over message: [UInt8]) -> Bool {
        switch (algorithm, key.material) {
        case (.rsaPSS, .rsa), (.rsaPKCS1, .rsa): return key.isValid(parts[0], over: message, algorithm)
        case (.ecdsa, .p256), (.ecdsa, .p384):
            let size = if case .p256 = key.material { 32 } else { 48 }
            guard parts.allSatisfy({ $0.count <= size }), let hash = algorithm.hash else { return false }
            return key.isValid(rawECDSA: parts.flatMap { TPMPublic.padded($0, size) }, over: message, hash)
        default: return false
        }
    }
}
