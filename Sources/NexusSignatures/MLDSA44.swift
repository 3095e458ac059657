import CNexusSignatures

/// ML-DSA-44 (FIPS 204, pure form) of swift-crypto's BoringSSL, whose Swift API does not show it. It is for log
/// cosignatures.
///
/// Counts of bytes are preconditions: the callers' formats have checked them.
public enum MLDSA44 {
    public static let seedBytes = Int(NEXUS_MLDSA_SEED_BYTES)
    public static let publicKeyBytes = Int(NEXUS_MLDSA44_PUBLIC_KEY_BYTES)
    public static let signatureBytes = Int(NEXUS_MLDSA44_SIGNATURE_BYTES)

    /// The public key, 1312 bytes, of a 32-byte seed (FIPS 204 algorithm 6).
    public static func publicKey(seed: [UInt8]) -> [UInt8] {
        precondition(seed.count == seedBytes, "an ML-DSA seed has \(seedBytes) bytes")
        var key = [UInt8](repeating: 0, count: publicKeyBytes)
        let isDone = nexus_mldsa44_public_key(&key, seed)
        precondition(isDone == 1, "key generation from a seed fails only without memory")
        return key
    }

    /// Signs, 2420 bytes. `context` has at most 255 bytes. The signature is hedged: the system's randomness goes in.
    /// With `randomizer`, 32 bytes, it can be made again; zeros are FIPS 204's deterministic form.
    public static func sign(
        _ message: [UInt8], seed: [UInt8], context: [UInt8] = [], randomizer: [UInt8]? = nil
    ) -> [UInt8] {
        precondition(seed.count == seedBytes && context.count <= 255, "a seed of \(seedBytes) bytes, a short context")
        precondition(randomizer.map { $0.count == NEXUS_MLDSA_RANDOMIZER_BYTES } ?? true, "a randomizer has 32 bytes")
        var signature = [UInt8](repeating: 0, count: signatureBytes)
        let isDone =
            if let randomizer {
                nexus_mldsa44_sign(&signature, seed, message, message.count, context, context.count, randomizer)
            } else {
                nexus_mldsa44_sign(&signature, seed, message, message.count, context, context.count, nil)
            }
        precondition(isDone == 1, "signing fails only without memory")
        return signature
    }

    /// Whether `signature` is one over the message and context by the key. Wrong lengths are not valid.
    public static func isValid(
        _ signature: [UInt8], over message: [UInt8], by publicKey: [UInt8], context: [UInt8] = []
    ) -> Bool {
        guard publicKey.count == publicKeyBytes, signature.count == signatureBytes, context.count <= 255 else {
            return false
        }
        return nexus_mldsa44_verify(
            publicKey, signature, signature.count, message, message.count, context, context.count) == 1
    }
}
