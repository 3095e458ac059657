import CNexusSignatures

/// SLH-DSA-SHA2-128s (FIPS 205, pure form): signatures that rest on SHA-256 alone, for roots that live long.
///
/// Signing is slow by design and verification quick. Counts of bytes are preconditions: the callers' formats have
/// checked them.
public enum SLHDSA128s {
    public static let seedBytes = Int(NEXUS_SLHDSA_SEED_BYTES)
    public static let publicKeyBytes = Int(NEXUS_SLHDSA_PUBLIC_KEY_BYTES)
    public static let privateKeyBytes = Int(NEXUS_SLHDSA_PRIVATE_KEY_BYTES)
    public static let signatureBytes = Int(NEXUS_SLHDSA_SIGNATURE_BYTES)

    /// The public key, 32 bytes, and the private key, 64 bytes, of a 48-byte seed: SK.seed, SK.prf, PK.seed
    /// (FIPS 205 algorithm 18).
    public static func keyPair(seed: [UInt8]) -> (publicKey: [UInt8], privateKey: [UInt8]) {
        precondition(seed.count == seedBytes, "an SLH-DSA seed has \(seedBytes) bytes")
        var publicKey = [UInt8](repeating: 0, count: publicKeyBytes)
        var privateKey = [UInt8](repeating: 0, count: privateKeyBytes)
        let isDone = nexus_slhdsa_key_pair(&publicKey, &privateKey, seed)
        precondition(isDone == 1, "key generation from a seed does not fail")
        return (publicKey, privateKey)
    }

    /// Signs, 7856 bytes. `context` has at most 255 bytes. The signature is hedged: the system's randomness goes in.
    /// With `randomizer`, 16 bytes, it can be made again; PK.seed is FIPS 205's deterministic form.
    public static func sign(
        _ message: [UInt8], privateKey: [UInt8], context: [UInt8] = [], randomizer: [UInt8]? = nil
    ) -> [UInt8] {
        precondition(privateKey.count == privateKeyBytes && context.count <= 255, "a key of 64 bytes, a short context")
        precondition(randomizer.map { $0.count == NEXUS_SLHDSA_RANDOMIZER_BYTES } ?? true, "a randomizer has 16 bytes")
        var signature = [UInt8](repeating: 0, count: signatureBytes)
        let isDone =
            if let randomizer {
                nexus_slhdsa_sign(&signature, privateKey, message, message.count, context, context.count, randomizer)
            } else {
                nexus_slhdsa_sign(&signature, privateKey, message, message.count, context, context.count, nil)
            }
        precondition(isDone == 1, "signing fails only for a long context")
        return signature
    }

    /// Whether `signature` is one over the message and context by the key. Wrong lengths are not valid.
    public static func isValid(
        _ signature: [UInt8], over message: [UInt8], by publicKey: [UInt8], context: [UInt8] = []
    ) -> Bool {
        guard publicKey.count == publicKeyBytes, signature.count == signatureBytes, context.count <= 255 else {
            return false
        }
        return nexus_slhdsa_verify(
            publicKey, signature, signature.count, message, message.count, context, context.count) == 1
    }
}
