package import NexusBase
import X509

/// The enrolling party's side.
package enum Enrolment {
    /// Spends a token for a certificate of one's own.
    ///
    /// First fetches the rail's CA certificate and holds it against the token's fingerprint, sending nothing; only over
    /// a second connection, which that CA vouches for, does the secret travel. `key` is a raw P-256 private key.
    /// Throws `mesh.wrong-authority`, `mesh.token-unknown`, `mesh.token-expired`, `mesh.token-spent`, `mesh.refused`,
    /// `mesh.bad-key`, `mesh.unreachable`, `mesh.timed-out`.
    package static func enrol(
        _ token: EnrolmentToken, did: Text, identityDocument: [UInt8], key: [UInt8], timeMax: Duration = .seconds(10)
    ) async throws -> MeshCredential {
        let signingRequest = try SigningRequest(key: key)
        let authority = try await withConnection(to: token.address, rail: token.rail, security: .unverified) { client in
            try await client.call(
                Methods.authority, AuthorityRequest(), limit: timeMax, as: AuthorityResponse.self
            ).certificate
        }
        guard Digest(of: authority) == token.caFingerprint else {
            throw MeshError(.wrongAuthority, "the CA at \(token.address) is not the one that the token names")
        }
        let request = EnrolRequest(
            secret: token.secret, role: token.role, did: did, identityDocument: identityDocument,
            signingRequest: signingRequest.bytes)
        let response = try await withConnection(
            to: token.address, rail: token.rail, security: .verifying(authority: authority)
        ) { client in
            try await client.call(Methods.enrol, request, limit: timeMax, as: EnrolResponse.self)
        }
        let credential = try MeshCredential(
            rail: token.rail, railID: response.railID, address: MeshAddress(parsing: response.meshAddress),
            certificate: response.certificate, authority: authority)
        guard credential.name.names(did, as: token.role) else {
            throw MeshError(.wrongName, "the rail certified \(credential.name), which is not this party")
        }
        return credential
    }
}
