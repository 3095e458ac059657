/// Maxima of key-file-v1 and key-file-v2.
package enum KeyLimits {
    /// Bytes of a key file.
    package static let fileBytesMax = 16 << 10
    /// Bytes of a comment.
    package static let commentBytesMax = 256
    /// Bytes of a raw private key.
    package static let privateBytesMax = 64
    /// Bytes of a public key.
    package static let publicBytesMax = 1984
    /// Bytes of a passphrase.
    package static let passphraseBytesMax = 1024
    /// The cost of scrypt that is written, and the costs that are read: with r = 8, n kibibytes of memory.
    package static let scryptCost = 1 << 17
    package static let scryptCosts = 1 << 14...1 << 18
    package static let scryptLanes = 1...4
}
