import Crypto
import NexusBase
import SwiftASN1
import X509

/// A PKCS #10 request (RFC 2986) for a P-256 key, its own signature verified.
package struct SigningRequest: Sendable {
    /// DER.
    package let bytes: [UInt8]
    let publicKey: Certificate.PublicKey

    /// Reads a request. Throws `mesh.bad-signing-request`.
    package init(parsing bytes: [UInt8]) throws {
        guard bytes.count <= MeshLimits.signingRequestBytesMax else {
            throw MeshError(.tooLarge, "a signing request has at most \(MeshLimits.signingRequestBytesMax) bytes")
        }
        let request: CertificateSigningRequest
        do { request = try CertificateSigningRequest(derEncoded: bytes) } catch {
            throw MeshError(.badSigningRequest, "not a PKCS #10 request in DER", cause: error)
        }
        guard P256.Signing.PublicKey(request.publicKey) != nil else {
            throw MeshError(.badSigningRequest, "only P-256 keys get certificates")
        }
        guard request.publicKey.isValidSignature(request.signature, for: request) else {
            throw MeshError(.badSigningRequest, "the request is not signed by the key it is for")
        }
        self.bytes = bytes
        publicKey = request.publicKey
    }

    /// Asks for a certificate for a raw P-256 private key. The rail chooses the names. Throws `mesh.bad-key`.
    package init(key: [UInt8]) throws {
        let key = try CertificateAuthority.signingKey(key)
        let request = try CertificateSigningRequest(
            version: .v1, subject: DistinguishedName(), privateKey: Certificate.PrivateKey(key),
            attributes: CertificateSigningRequest.Attributes(), signatureAlgorithm: .ecdsaWithSHA256)
        var serializer = DER.Serializer()
        try serializer.serialize(request)
        bytes = serializer.serializedBytes
        publicKey = request.publicKey
    }
}
