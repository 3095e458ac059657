import Crypto
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NexusBase
import NexusTrust

/// An enrolled party's way to its rail.
package struct MeshClient: Sendable {
    package let credential: MeshCredential
    private let key: P256.Signing.PrivateKey
    /// How long connecting, TLS and the welcome may take together.
    package var connectTimeMax: Duration = .seconds(10)
    /// Whether the key agreement is X25519MLKEM768 and no other.
    package var isPostQuantum = false
    /// How long the rail may take to end a session after this side is done.
    package var finishTimeMax: Duration = .seconds(5)

    /// `key` is the raw P-256 private key that the credential's certificate is for. Throws `mesh.bad-key`.
    package init(credential: MeshCredential, key: [UInt8]) throws {
        self.credential = credential
        self.key = try CertificateAuthority.signingKey(key)
    }

    /// Opens a session and runs `body` in it. When `body` returns, what is queued is written and the session ended.
    ///
    /// `sealingKey` is the raw X25519 private key of `hello.sealingPublicKey` (empty where that is). If the session
    /// ends first, `body` is cancelled and the reason thrown: see the table of errors in NexusMesh.md.
    package func withSession<Value: Sendable>(
        hello: Hello, sealingKey: [UInt8], _ body: @escaping @Sendable (MeshLink) async throws -> Value
    ) async throws -> Value {
        try hello.check()
        let session = ClientSession(
            credential: credential, hello: hello, sealingKey: sealingKey, finishTimeMax: finishTimeMax)
        return try await withConnection(
            to: credential.address, rail: credential.rail, security: .mutual(credential, key: key),
            isPostQuantum ? .only(credential, key) : nil
        ) { [connectTimeMax] client in
            try await session.run(over: client, connectTimeMax: connectTimeMax, body)
        }
    }

    /// A new credential for the same name, over the old one, while it is valid. `newKey` is a raw P-256 private key,
    /// which may be the old one. Throws `mesh.revoked`, `mesh.refused`, and `mesh.unreachable`, also where the old one
    /// has expired.
    package func renew(newKey: [UInt8]) async throws -> MeshCredential {
        let request = RenewRequest(signingRequest: try SigningRequest(key: newKey).bytes)
        let response = try await withConnection(
            to: credential.address, rail: credential.rail, security: .mutual(credential, key: key),
            isPostQuantum ? .only(credential, key) : nil
        ) { [connectTimeMax] client in
            try await client.call(Methods.renew, request, limit: connectTimeMax, as: RenewResponse.self)
        }
        let renewed = try MeshCredential(
            rail: credential.rail, railID: credential.railID, address: credential.address,
            certificate: response.certificate, authority: credential.authority)
        guard renewed.name == credential.name else {
            throw MeshError(.wrongName, "the rail certified \(renewed.name) instead of \(credential.name)")
        }
        return renewed
    }
}
