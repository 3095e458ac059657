public import NexusBase
public import NexusLog
import SwiftASN1
import X509

/// Checks RFC 3161 time stamps offline, from their bytes and the roots that the verifier's owner trusts.
public struct TimeStampVerifier: AnchorVerifier {
    /// The kind of these anchors.
    public static let kind: Text = "rfc3161"
    private let roots: [Certificate]

    public var kind: Text { Self.kind }

    /// `roots` are certificates in DER. Without any, tokens are read and their signatures verified, but nothing is
    /// known of who signed. Throws `anchor.bad-token` for a root that does not read.
    public init(roots: [[UInt8]]) throws {
        self.roots = try roots.map { bytes in
            do { return try Certificate(derEncoded: bytes) } catch {
                throw AnchorError(.badToken, "a root that is no certificate: \(error)")
            }
        }
    }

    /// Throws `anchor.bad-token`, `.not-allowed`, `.wrong-imprint`, `.bad-signature` or `.untrusted`.
    public func verify(_ proof: [UInt8], over message: [UInt8]) throws -> AnchoredTime {
        try inspect(proof, over: message).time
    }

    /// The same, with what the authority signed.
    public func inspect(_ proof: [UInt8], over message: [UInt8]) throws -> (time: AnchoredTime, info: TimeStampInfo) {
        guard proof.count <= LogLimits.anchorBytesMax else {
            throw AnchorError(.badToken, "a token has at most \(LogLimits.anchorBytesMax) bytes")
        }
        let token: TimeStampToken
        let path: CertificatePath
        do {
            token = try TimeStampToken(proof)
            path = try CertificatePath(
                of: token.signer, through: token.certificates, to: roots, at: token.info.generated)
        } catch let error as ASN1Error {
            throw AnchorError(.badToken, "\(error)")
        }
        guard token.info.imprint == token.info.hash.hash(message) else {
            throw AnchorError(.wrongImprint, "the token is about other bytes")
        }
        let time = AnchoredTime(
            kind: kind, time: token.info.latest, authority: Text("\(token.signer.subject)"), isTrusted: path.isTrusted)
        return (time, token.info)
    }
}
