package import NexusBase
import SwiftASN1
import X509

/// What an enrolled party holds besides its private key: its certificate, the rail's CA, and where the rail is.
package struct MeshCredential: Sendable, Hashable {
    package let rail: RailName
    package let railID: Text
    package let name: PeerName
    /// Of the listener with mutual TLS.
    package let address: MeshAddress
    /// DER.
    package let certificate: [UInt8]
    /// DER.
    package let authority: [UInt8]
    package let notBefore: Instant
    package let notAfter: Instant

    /// Throws `mesh.malformed-credential`, `mesh.wrong-authority`.
    package init(
        rail: RailName, railID: Text, address: MeshAddress, certificate: [UInt8], authority: [UInt8]
    ) throws {
        guard let own = try? Certificate(derEncoded: certificate), let issuer = try? Certificate(derEncoded: authority)
        else { throw MeshError(.malformedCredential, "not X.509 certificates in DER") }
        guard issuer.publicKey.isValidSignature(own.signature, for: own) else {
            throw MeshError(.wrongAuthority, "the certificate is not signed by the rail's CA")
        }
        let names = (try? own.extensions.subjectAlternativeNames).flatMap { $0 }.map(Array.init) ?? []
        guard names.count == 1, case .dnsName(let dnsName)? = names.first else {
            throw MeshError(.malformedCredential, "the certificate has not one DNS name")
        }
        name = try PeerName(parsing: dnsName)
        guard name.rail == rail else { throw MeshError(.wrongRail, "the certificate is of the rail \(name.rail)") }
        self.rail = rail
        self.railID = railID
        self.address = address
        self.certificate = certificate
        self.authority = authority
        notBefore = own.notValidBefore.instant
        notAfter = own.notValidAfter.instant
    }

    /// When to ask for the next certificate: two thirds of the way from `issued` to notAfter.
    package func renewAt(issued: Instant) -> Instant {
        Instant(milliseconds: issued.milliseconds + (notAfter.milliseconds - issued.milliseconds) / 3 * 2)
    }

    /// The credential file (enrolment-token-v1, "Credential"). Holds nothing secret.
    package var fileBytes: [UInt8] {
        let json: JSON = [
            "address": .text(address.description), "authority": .base64(authority), "certificate": .base64(certificate),
            "format": "nexus-credential-v1", "rail": .text(rail.label), "railId": .string(railID),
        ]
        return json.canonicalBytes
    }

    /// Reads `fileBytes`. Throws `mesh.malformed-credential`.
    package init(parsing bytes: [UInt8]) throws {
        do {
            var fields = try Fields(
                JSON(parsingCanonical: bytes, bytesMax: MeshLimits.credentialBytesMax), at: "")
            guard try fields.text("format") == "nexus-credential-v1" else {
                throw MeshError(.malformedCredential, "another format than nexus-credential-v1", at: "format")
            }
            try self.init(
                rail: RailName(fields.text("rail").string),
                railID: fields.text("railId", bytesMax: MeshLimits.identifierBytesMax),
                address: MeshAddress(parsing: fields.text("address").string),
                certificate: fields.bytes("certificate", countMax: MeshLimits.certificateBytesMax),
                authority: fields.bytes("authority", countMax: MeshLimits.certificateBytesMax))
            try fields.finish()
        } catch let error as BaseError {
            throw MeshError(
                .malformedCredential, "not what nexus-credential-v1 describes", at: error.place, cause: error)
        }
    }
}
