public import NexusBase

/// Errors of key files. No message, place or cause ever shows what a file holds.
public enum KeyDomain: ErrorDomain { public static let name = "keys" }
public typealias KeyError = CodedError<KeyDomain>

extension CodedError<KeyDomain>.Code {
    /// No such file.
    public static let notFound: Self = "not-found"
    /// A file of that name is there already.
    public static let exists: Self = "exists"
    /// The system refused; the message has its error number.
    public static let io: Self = "io"
    /// The machine gives no evidence of itself.
    public static let noEvidence: Self = "no-evidence"
    /// Others than the owner may use the file or its folder, or it is not a regular file.
    public static let openMode: Self = "open-mode"
    /// Not what key-file-v1 describes.
    public static let malformed: Self = "malformed"
    /// Another suite than the one asked for.
    public static let wrongSuite: Self = "wrong-suite"
    /// The public key is not the private key's.
    public static let mismatch: Self = "mismatch"
    /// Under a passphrase, and none was given.
    public static let locked: Self = "locked"
    /// Another passphrase than the file's, or a file that was changed.
    public static let wrongPassphrase: Self = "wrong-passphrase"
}
