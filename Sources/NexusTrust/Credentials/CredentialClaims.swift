public import NexusBase

/// What verified credentials say of one subject, as a value that policies read
/// (Documentation/Formats/credential-v1.md).
///
/// For example, in CEL: `node.credentials.exists(c, "GridOperator" in c.types && c.claims.level >= 3)`.
public enum CredentialClaims {
    /// A list with an element for each credential of which `subject` is a subject, sorted by canonical bytes, so that
    /// the order in which credentials came changes no decision.
    public static func json(of subject: DID, from credentials: [VerifiedCredential]) -> JSON {
        let elements = credentials.flatMap { verified in
            verified.credential.subjects.compactMap { claims(of: subject, $0, verified) }
        }
        let ordered = Set(elements).map { (element: $0, text: Text($0.canonicalString)) }.sorted { $0.text < $1.text }
        return .array(ordered.map(\.element))
    }

    private static func claims(of subject: DID, _ json: JSON, _ verified: VerifiedCredential) -> JSON? {
        guard case .object(var object) = json, object["id"] == subject.json else { return nil }
        object["id"] = nil
        let credential = verified.credential
        let types = credential.types.filter { $0 != "VerifiableCredential" }
        return [
            "claims": .object(object), "issuer": .string(credential.issuer),
            "postQuantum": .bool(verified.issuerKey.kind.isPostQuantum),
            "types": .array(types.map { .string($0) }),
            "validFrom": .text(credential.validFrom?.description ?? ""),
            "validUntil": .text(credential.validUntil?.description ?? ""),
        ]
    }
}
