/// Maxima of key-file-v1.
package enum KeyLimits {
    /// Bytes of a key file.
    package static let fileBytesMax = 16 << 10
    /// Bytes of a comment.
    package static let commentBytesMax = 256
    /// Bytes of a raw private key, in every suite.
    package static let privateBytes = 32
    /// Bytes of a public key.
    package static let publicBytesMax = 1_312
}
