internal import Crypto
internal import CryptoExtras
internal import Foundation
internal import NexusBase

/// A secret that only one TPM can read, and only if it holds one key (TPM 2.0 Part 1, section 24, "Credential
/// Protection"): what `TPM2_ActivateCredential` opens. Who answers with the secret has shown that the attestation key is
/// in the TPM of the endorsement key.
public struct TPMChallenge: Sendable, Hashable {
    /// TPM2B_ID_OBJECT, without its size.
    public let credential: [UInt8]
    /// TPM2B_ENCRYPTED_SECRET, without its size.
    public let encryptedSecret: [UInt8]

    init(credential: [UInt8], encryptedSecret: [UInt8]) {
        self.credential = credential
        self.encryptedSecret = encryptedSecret
    }

    /// Bytes of entropy that a challenge to this key takes.
    public static func entropyBytes(for endorsementKey: TPMPublic) -> Int {
        switch endorsementKey.key.material {
        case .p256: 32
        case .p384: 48
        case .rsa: 2 * endorsementKey.nameHash.byteCount
        }
    }

    /// The secret has at most the bytes of the endorsement key's hash. The entropy, `entropyBytes(for:)` of it, is used
    /// once. Throws `attestation.unsuitable-key`, `.key-not-endorsed` if the certificate is another key's,
    /// `.malformed-tpm`.
    public init(
        to endorsementKey: TPMPublic, of certificate: Certificate, holding name: [UInt8], secret: [UInt8],
        entropy: [UInt8]
    ) throws {
        try endorsementKey.requireEndorsementKey()
        guard endorsementKey.key.material == certificate.publicKey.material else {
            throw AttestationError(.keyNotEndorsed, "the certificate is another key's", at: "endorsementKey")
        }
        let hash = endorsementKey.nameHash
        guard (1...hash.byteCount).contains(secret.count), entropy.count == Self.entropyBytes(for: endorsementKey)
        else {
            throw AttestationError(
                .malformedTPM, "a secret of 1 to \(hash.byteCount) bytes, and its entropy", at: "challenge")
        }
        let seed: [UInt8]
        (seed, encryptedSecret) = try Self.seed(endorsementKey, entropy)
        let bits = endorsementKey.symmetricBits ?? 128
        let encryptionKey = TPMDerivation.kdfa(hash, seed, "STORAGE", name, bits: bits)
        let identity = Array(
            try AES._CFB.encrypt(
                TPM2B.framed(secret), using: SymmetricKey(data: encryptionKey),
                iv: AES._CFB.IV(ivBytes: [UInt8](repeating: 0, count: 16))))
        let integrityKey = TPMDerivation.kdfa(hash, seed, "INTEGRITY", [], bits: hash.byteCount * 8)
        credential = TPM2B.framed(TPMDerivation.hmac(hash, integrityKey, identity + name)) + identity
    }

    private static func seed(_ key: TPMPublic, _ entropy: [UInt8]) throws -> (seed: [UInt8], encrypted: [UInt8]) {
        let hash = key.nameHash
        let shared: [UInt8]
        let ours: [UInt8]
        let theirs: [UInt8]
        do {
            switch key.key.material {
            case .rsa(let modulus, let exponent):
                let seed = Array(entropy.prefix(hash.byteCount))
                let padded = TPMDerivation.oaep(
                    seed, hash, label: "IDENTITY", mask: Array(entropy.dropFirst(hash.byteCount)), size: modulus.count)
                return (seed, RSAPower.power(padded, exponent, modulus: modulus))
            case .p256(let point):
                let ephemeral = try P256.KeyAgreement.PrivateKey(rawRepresentation: entropy)
                let secret = try ephemeral.sharedSecretFromKeyAgreement(with: .init(x963Representation: point))
                (shared, ours, theirs) = (
                    secret.withUnsafeBytes { Array($0) }, Array(ephemeral.publicKey.x963Representation), point
                )
            case .p384(let point):
                let ephemeral = try P384.KeyAgreement.PrivateKey(rawRepresentation: entropy)
                let secret = try ephemeral.sharedSecretFromKeyAgreement(with: .init(x963Representation: point))
                (shared, ours, theirs) = (
                    secret.withUnsafeBytes { Array($0) }, Array(ephemeral.publicKey.x963Representation), point
                )
            }
        } catch {
            throw AttestationError(
                .malformedTPM, "the entropy is no private key of the curve", at: "challenge", cause: error)
        }
        let size = shared.count
        let (x, y) = (Array(ours[1...size]), Array(ours[(size + 1)...]))
        let seed = TPMDerivation.kdfe(hash, shared, "IDENTITY", x, Array(theirs[1...size]))
        return (seed, TPM2B.framed(x) + TPM2B.framed(y))
    }
}

/// The key derivation functions of TPM 2.0 (Part 1, section 11.4.10), and OAEP with a label (RFC 8017, section 7.1.1).
enum TPMDerivation {
    static func hmac(_ hash: HashName, _ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        let key = SymmetricKey(data: key)
        return switch hash {
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
        case .sha384: Array(HMAC<SHA384>.authenticationCode(for: message, using: key))
        case .sha512: Array(HMAC<SHA512>.authenticationCode(for: message, using: key))
        }
    }

    private static func word(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 0xFF) } }

    static func kdfa(_ hash: HashName, _ key: [UInt8], _ label: String, _ context: [UInt8], bits: Int) -> [UInt8] {
        var out: [UInt8] = []
        var counter = 1
        while out.count * 8 < bits {
            out += hmac(hash, key, word(counter) + Array(label.utf8) + [0] + context + word(bits))
            counter += 1
        }
        return Array(out.prefix(bits / 8))
    }

    static func kdfe(_ hash: HashName, _ shared: [UInt8], _ label: String, _ ours: [UInt8], _ theirs: [UInt8])
        -> [UInt8]
    {
        hash.digest(word(1) + shared + Array(label.utf8) + [0] + ours + theirs)
    }

    static func oaep(_ message: [UInt8], _ hash: HashName, label: String, mask seed: [UInt8], size: Int) -> [UInt8] {
        let zeros = [UInt8](repeating: 0, count: size - message.count - 2 * hash.byteCount - 2)
        // The TPM's label ends in a zero byte.
        let block = hash.digest(Array(label.utf8) + [0]) + zeros + [1] + message
        let maskedBlock = zip(block, mgf1(hash, seed, block.count)).map { $0 ^ $1 }
        let maskedSeed = zip(seed, mgf1(hash, maskedBlock, seed.count)).map { $0 ^ $1 }
        return [0] + maskedSeed + maskedBlock
    }

    private static func mgf1(_ hash: HashName, _ seed: [UInt8], _ count: Int) -> [UInt8] {
        var out: [UInt8] = []
        var counter = 0
        while out.count < count {
            out += hash.digest(seed + word(counter))
            counter += 1
        }
        return Array(out.prefix(count))
    }
}
