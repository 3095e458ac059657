public import NexusBase

/// Errors of the wire. The code of an error that ends a session or refuses an enrolment reaches the peer.
public enum MeshDomain: ErrorDomain { public static let name = "mesh" }
public typealias MeshError = CodedError<MeshDomain>

extension CodedError<MeshDomain>.Code {
    /// A frame that breaks wire-v1.
    public static let malformedFrame: Self = "malformed-frame"
    /// A field or frame past its limit.
    public static let tooLarge: Self = "too-large"
    /// A known frame at the wrong time.
    public static let unexpectedFrame: Self = "unexpected-frame"
    /// The peer showed no certificate.
    public static let noCertificate: Self = "no-certificate"
    /// A certificate that this rail's CA would not have issued.
    public static let badCertificate: Self = "bad-certificate"
    /// The certificate's notAfter has come.
    public static let certificateExpired: Self = "certificate-expired"
    /// The certificate's name was revoked.
    public static let revoked: Self = "revoked"
    /// The DID or role is not the certificate's.
    public static let wrongName: Self = "wrong-name"
    /// The rail is not the expected one.
    public static let wrongRail: Self = "wrong-rail"
    /// The same name opened another session.
    public static let superseded: Self = "superseded"
    /// A sealed payload does not open.
    public static let sealBroken: Self = "seal-broken"
    /// The session is over.
    public static let closed: Self = "closed"
    /// The server is shutting down.
    public static let draining: Self = "draining"
    /// Something took longer than it may.
    public static let timedOut: Self = "timed-out"
    /// No connection: nobody there, or TLS refused one side.
    public static let unreachable: Self = "unreachable"
    /// The server holds as many sessions as it may.
    public static let busy: Self = "busy"
    /// The handler of a session threw.
    public static let handlerFailed: Self = "handler-failed"
    /// The peer refused for a reason that is not the mesh's; the message begins with the code of that reason.
    public static let refused: Self = "refused"
    /// Two tasks read one session.
    public static let twoReaders: Self = "two-readers"

    /// Not an enrolment token.
    public static let malformedToken: Self = "malformed-token"
    /// No such enrolment token, or for another role.
    public static let tokenUnknown: Self = "token-unknown"
    /// The enrolment token's time is over.
    public static let tokenExpired: Self = "token-expired"
    /// The enrolment token was used before.
    public static let tokenSpent: Self = "token-spent"
    /// The CA is not the one that the token, the credential or the key names.
    public static let wrongAuthority: Self = "wrong-authority"
    /// Not a PKCS #10 request for a P-256 key that verifies.
    public static let badSigningRequest: Self = "bad-signing-request"
    /// Not a P-256 or X25519 private key.
    public static let badKey: Self = "bad-key"
    /// Not a credential file.
    public static let malformedCredential: Self = "malformed-credential"
    /// A name that breaks its grammar.
    public static let badName: Self = "bad-name"
}
