public import NexusBase

/// Verifies credentials with what it is given: documents, a time, status lists. Pure: it fetches nothing, and what it
/// cannot tell it refuses.
public struct CredentialVerifier: Sendable {
    public var documents: KnownDocuments
    public var now: Instant
    public var clockSkew: Duration = TrustLimits.clockSkew
    /// Contexts taken, by value.
    public var contexts: [JSON] = CredentialContext.known
    /// Suites taken of the issuer's key; P-384 and P-521 go with P-256.
    public var suites: SuitePolicy = .any
    /// Verified lists by their URL.
    public private(set) var statusLists: [Text: Published] = [:]
    /// Who may publish lists besides a credential's own issuer, for instance the rail.
    public var statusIssuers: [Text] = []

    public struct Published: Sendable, Hashable {
        public let issuer: Text
        public let list: StatusList
    }

    public init(documents: KnownDocuments = KnownDocuments(), now: Instant) {
        self.documents = documents
        self.now = now
    }

    /// Verifies a credential in either form: a JSON document with Data Integrity proofs, or a compact token
    /// (`vc+jwt`, W3C VC-JOSE-COSE).
    ///
    /// In order: form, contexts, signatures (every one), that the issuer's own key is among them and of a suite that
    /// is taken, times, status. Throws the codes of these, with the place.
    public func verify(_ bytes: [UInt8]) throws -> VerifiedCredential {
        let found = try Self.isDocument(bytes) ? verifyDocument(bytes) : verifyToken(bytes)
        try checkTimes(found.credential)
        try checkStatus(of: found.credential)
        return found
    }

    /// The DIDs whose documents verifying `bytes` needs: who signed, or says so. Throws as reading the form does.
    public static func didsNamed(in bytes: [UInt8]) throws -> [DID] {
        guard isDocument(bytes) else {
            let token = try JWS(parsing: text(of: bytes))
            return [try DID(parsing: Credential(parsing: token.payload).issuer)]
        }
        return try DataIntegrity(Credential(parsing: bytes).json, at: "credential").proofs.map(\.method.did)
    }

    private static func isDocument(_ bytes: [UInt8]) -> Bool {
        bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
    }

    /// A token as text; one newline at its end, as files have it, does not count.
    private static func text(of bytes: [UInt8]) -> Text {
        Text(String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self))
    }

    private func verifyDocument(_ bytes: [UInt8]) throws -> VerifiedCredential {
        let credential = try Credential(parsing: bytes)
        try CredentialContext.require(credential.contexts, among: contexts)
        let secured = try DataIntegrity(credential.json, at: "credential")
        let verified = try secured.verify(documents, at: now, clockSkew: clockSkew)
        let own = verified.filter { $0.proof.method.did.text == credential.issuer }
        guard !own.isEmpty else {
            throw TrustError(
                .wrongIssuer, "no proof is by the issuer, \(credential.issuer.string.prefix(200))", at: "proof")
        }
        guard let key = own.map(\.key).first(where: { isTaken($0.kind) }) else {
            throw TrustError(.suiteRefused, "no proof of the issuer is of a suite that is taken", at: "proof")
        }
        return VerifiedCredential(
            credential: credential, form: .dataIntegrity, signers: verified.map(\.proof.method), issuerKey: key)
    }

    private func verifyToken(_ bytes: [UInt8]) throws -> VerifiedCredential {
        let token = try JWS(parsing: Self.text(of: bytes))
        guard token.type == "vc+jwt" else {
            throw TrustError(.unsupportedProof, "a vc+jwt is needed, not \(token.type)", at: "header.typ")
        }
        let credential = try Credential(parsing: token.payload)
        try checkClaims(of: credential)
        try CredentialContext.require(credential.contexts, among: contexts)
        let method: DIDURL
        do { method = try DIDURL(parsing: token.keyID, relativeTo: DID(parsing: credential.issuer)) } catch let error
            as TrustError
        { throw error.at("header.kid") }
        guard method.did.text == credential.issuer else {
            throw TrustError(.wrongIssuer, "the token's key is not its issuer's", at: "header.kid")
        }
        let key = try documents.document(of: method.did).key(method, for: .assertionMethod)
        guard isTaken(key.kind) else {
            throw TrustError(.suiteRefused, "\(key.kind.rawValue) is not accepted here", at: "header.alg")
        }
        try token.verify(by: key)
        return VerifiedCredential(credential: credential, form: .token, signers: [method], issuerKey: key)
    }

    /// Claims of JWT that may stand beside a credential's members say the same or nothing.
    private func checkClaims(of credential: Credential) throws {
        guard case .object(let object) = credential.json else { return }
        func fail(_ message: String, _ key: Text) -> TrustError { TrustError(.badProof, message, at: "payload.\(key)") }
        for key: Text in ["vc", "vp", "proof"] where object[key] != nil { throw fail("a token has no such claim", key) }
        let pairs: [(Text, Text?)] = [
            ("iss", credential.issuer), ("jti", credential.id), ("sub", credential.subjectID),
        ]
        for (key, value) in pairs {
            if let claim = object[key], claim != value.map({ .string($0) }) {
                throw fail("the credential says otherwise", key)
            }
        }
        func time(_ key: Text) throws -> Instant? {
            guard let claim = object[key] else { return nil }
            guard case .integer(let seconds) = claim, (0...253_402_300_799).contains(seconds) else {
                throw fail("a time is seconds since 1970", key)
            }
            return Instant(milliseconds: seconds * 1000)
        }
        if let start = try time("nbf"), now + clockSkew < start {
            throw TrustError(.notYetValid, "valid from \(start)")
        }
        if let end = try time("exp"), end + clockSkew <= now { throw TrustError(.expired, "valid until \(end)") }
    }

    private func isTaken(_ kind: KeyKind) -> Bool {
        suites.accepted.contains(kind.suite ?? .ecdsaP256) && kind != .x25519
    }

    private func checkTimes(_ credential: Credential) throws {
        if let start = credential.validFrom, now + clockSkew < start {
            throw TrustError(.notYetValid, "valid from \(start)", at: "credential.validFrom")
        }
        if let end = credential.validUntil, end + clockSkew <= now {
            throw TrustError(.expired, "valid until \(end)", at: "credential.validUntil")
        }
    }
}

extension CredentialVerifier {
    /// Verifies a status list's credential and keeps it for the credentials that name it.
    ///
    /// Throws what `verify` does, and `trust.bad-status-list`, also for a list without an id.
    public mutating func add(statusList bytes: [UInt8]) throws {
        let credential = try verify(bytes).credential
        guard let url = credential.id else {
            throw TrustError(.badStatusList, "a list has an id, by which it is named", at: "credential.id")
        }
        statusLists[url] = Published(issuer: credential.issuer, list: try StatusList(in: credential))
    }

    /// Keeps lists that were verified before, by the URLs by which credentials name them, and no others.
    package mutating func take(_ lists: [Text: Published]) { statusLists = lists }

    /// Asks again of a credential that verified before: its times and its status, without its signatures.
    package func checkStanding(of credential: Credential) throws {
        try checkTimes(credential)
        try checkStatus(of: credential)
    }

    /// Throws `trust.revoked`, `trust.suspended`, and `trust.status-unknown` where that cannot be told.
    private func checkStatus(of credential: Credential) throws {
        for (index, status) in credential.statuses.enumerated() {
            let place = "credentialStatus[\(index)]"
            func unknown(_ why: String) -> TrustError { TrustError(.statusUnknown, why, at: place) }
            guard status.types == ["BitstringStatusListEntry"] else { throw unknown("a status of another kind") }
            let entry = try StatusEntry(json: status.json, at: place)
            guard let published = statusLists[entry.list] else {
                throw unknown("the list \(entry.list.string.prefix(200)) is not at hand")
            }
            guard published.issuer == credential.issuer || statusIssuers.contains(published.issuer) else {
                throw unknown("the list is another issuer's")
            }
            guard published.list.purpose == entry.purpose else { throw unknown("the list is for another purpose") }
            guard try published.list.isSet(entry.index) else { continue }
            switch entry.purpose {
            case .revocation: throw TrustError(.revoked, "the issuer revoked this credential", at: place)
            case .suspension: throw TrustError(.suspended, "the issuer suspended this credential", at: place)
            }
        }
    }
}

/// A credential that verified, and by whom.
public struct VerifiedCredential: Sendable, Hashable {
    public enum Form: String, Sendable, Hashable { case dataIntegrity = "data-integrity", token = "vc+jwt" }

    public let credential: Credential
    public let form: Form
    /// The keys that signed, the issuer's among them.
    public let signers: [DIDURL]
    /// The issuer's key that counted.
    public let issuerKey: PublicKey
}
