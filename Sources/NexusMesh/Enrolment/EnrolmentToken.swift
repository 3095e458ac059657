package import NexusBase
import NexusTrust

/// A one-time permission to enrol, as its bearer holds it (enrolment-token-v1). The rail keeps only `secretDigest`.
///
/// `text` is the only way to its secret; descriptions and errors never show it.
package struct EnrolmentToken: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    package let rail: RailName
    /// Of the enrolment listener.
    package let address: MeshAddress
    /// SHA-256 of the CA's certificate in DER.
    package let caFingerprint: Digest
    package let role: PeerRole
    package let expires: Instant
    let secret: [UInt8]

    /// `secret` is 32 fresh random bytes. Throws `mesh.malformed-token` for another length.
    package init(
        rail: RailName, address: MeshAddress, caFingerprint: Digest, role: PeerRole, expires: Instant, secret: [UInt8]
    ) throws {
        guard secret.count == MeshLimits.secretBytes else {
            throw MeshError(.malformedToken, "a token's secret has \(MeshLimits.secretBytes) bytes", at: "secret")
        }
        self.rail = rail
        self.address = address
        self.caFingerprint = caFingerprint
        self.role = role
        self.expires = expires
        self.secret = secret
    }

    /// What the rail stores and looks up.
    package var secretDigest: Digest { Digest(of: secret) }

    private static let prefix = "nxe1."

    /// `nxe1.` and base64url of the canonical JSON. A secret: whoever has it can enrol.
    package var text: String {
        let json: JSON = [
            "address": .text(address.description), "caFingerprint": caFingerprint.json, "expires": expires.json,
            "rail": .text(rail.label), "role": .text(role.rawValue), "secret": .base64(secret),
        ]
        return Self.prefix + Base64URL.encode(json.canonicalBytes)
    }

    /// Reads `text`. Throws `mesh.malformed-token`, whose message shows nothing of the token.
    package init(parsing text: String) throws {
        guard text.utf8.count <= MeshLimits.enrolmentTokenBytesMax, text.utf8.starts(with: Self.prefix.utf8) else {
            let rule = "begins with \(Self.prefix) and has at most \(MeshLimits.enrolmentTokenBytesMax) letters"
            throw MeshError(.malformedToken, "an enrolment token \(rule)")
        }
        do {
            let bytes = try Base64URL.decode(text.dropFirst(Self.prefix.count))
            var fields = try Fields(JSON(parsingCanonical: bytes), at: "")
            try self.init(
                rail: RailName(fields.text("rail").string),
                address: MeshAddress(parsing: fields.text("address").string),
                caFingerprint: fields.digest("caFingerprint"), role: fields.choice("role"),
                expires: fields.instant("expires"), secret: fields.bytes("secret", countMax: MeshLimits.secretBytes))
            try fields.finish()
        } catch {
            // The cause is left out: it may quote what stands where the secret should.
            let place = (error as? any CodedFailure)?.place
            throw MeshError(.malformedToken, "not what enrolment-token-v1 describes", at: place)
        }
    }

    package var description: String { "enrolment token for a \(role.rawValue) of \(rail), until \(expires)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
