import Crypto
import NIOCore
import NIOSSL
import NexusBase

/// TLS with X25519MLKEM768 as the only group that is offered. The gRPC transport exposes no groups, so it is told that
/// the connection is secured by others (`.customSecure`) and this puts the TLS handler under HTTP/2.
///
/// The peer is verified as ever: the chain against the rail's CA, the name against the DNS names in the certificate.
struct PostQuantumLink: Sendable {
    let credential: MeshCredential
    let key: P256.Signing.PrivateKey
    /// Groups offered; tests offer others.
    var groups: [NIOTLSCurve] = [.x25519_MLKEM768]

    static func only(_ credential: MeshCredential, _ key: P256.Signing.PrivateKey) -> Self {
        PostQuantumLink(credential: credential, key: key)
    }

    /// What to do with each new connection.
    func upgrade(_ name: String) throws -> @Sendable (any Channel) -> EventLoopFuture<Void> {
        let context: NIOSSLContext
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv13
            configuration.curves = groups
            configuration.applicationProtocols = ["h2"]
            configuration.certificateVerification = .fullVerification
            configuration.trustRoots = .certificates([
                try NIOSSLCertificate(bytes: credential.authority, format: .der)
            ])
            configuration.certificateChain = [
                .certificate(try NIOSSLCertificate(bytes: credential.certificate, format: .der))
            ]
            configuration.privateKey = .privateKey(
                try NIOSSLPrivateKey(bytes: Array(key.pemRepresentation.utf8), format: .pem))
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw MeshError(.malformedCredential, "the credential makes no TLS context", cause: error)
        }
        return { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    NIOSSLClientHandler(context: context, serverHostname: name), position: .first)
            }
        }
    }
}
