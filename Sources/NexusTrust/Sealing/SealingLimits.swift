/// Maxima of sealing-v1.
package enum SealingLimits {
    /// Bytes of one payload in clear.
    package static let payloadBytesMax = 8 << 20
    /// What a seal adds: the tag of ChaCha20-Poly1305.
    package static let overheadBytes = 16
    /// Seals under one context.
    package static let sealsMax: UInt64 = 1 << 32
    /// Bytes of a private key, of either suite: for X-Wing its seed.
    package static let privateBytes = 32
    /// Bytes of a session id.
    package static let sessionIDBytes = 16
}
