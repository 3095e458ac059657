public import NexusBase

/// A document with Data Integrity proofs: one, a set, or chains of them (W3C Data Integrity 1.0 sections 2.1 and 4).
public struct DataIntegrity: Sendable, Hashable {
    /// A proof that verified, and the key that made it.
    public struct Verified: Sendable, Hashable {
        public let proof: DataIntegrityProof
        public let key: PublicKey
    }

    /// The document without proofs.
    public let unsecured: JSONObject
    public let proofs: [DataIntegrityProof]

    /// Throws `trust.bad-proof` without proofs, with two of one id, or with a chain that names a proof that is not
    /// there; `trust.unsupported-proof`, and base errors.
    public init(_ document: JSON, at place: String = "document") throws {
        guard case .object(var object) = document else {
            throw BaseError(.wrongType, "an object is needed", at: place)
        }
        var fields = try Fields(document, at: place)
        proofs = try fields.oneOrMany("proof", countMax: TrustLimits.credentialPartsMax) {
            try DataIntegrityProof(json: $0, at: $1)
        }
        object["proof"] = nil
        unsecured = object
        let ids = proofs.compactMap(\.id)
        func fail(_ message: String) -> TrustError { TrustError(.badProof, message, at: fields.path("proof")) }
        guard !proofs.isEmpty else { throw fail("there is no proof") }
        guard Set(ids).count == ids.count else { throw fail("two proofs have one id") }
        for proof in proofs {
            guard proof.previous.allSatisfy(ids.contains), Set(proof.previous).count == proof.previous.count,
                !proof.previous.contains(where: { $0 == proof.id })
            else { throw fail("a proof covers one that is not there, or itself") }
        }
    }

    /// What a proof covers of the document: everything but proofs, and the proofs it chains to, in the document's
    /// order.
    func covered(by configuration: JSON, previous: [Text]) throws -> JSON {
        var object = unsecured
        if case .object(let options) = configuration, let contexts = options["@context"] {
            object["@context"] = contexts
        }
        let chained = proofs.filter { proof in proof.id.map(previous.contains) ?? false }
        if !previous.isEmpty { object["proof"] = .array(chained.map(\.json)) }
        return .object(object)
    }

    /// Verifies every proof for `purpose`, in the document's order.
    ///
    /// Throws `trust.bad-signature`, `trust.wrong-relationship` (also a proof for another purpose), `trust.bad-proof`
    /// (a suite with another kind of key, contexts that are not the document's), `trust.not-yet-valid` and
    /// `trust.expired` for the proof's own times, and what finding the keys threw.
    public func verify(
        _ documents: KnownDocuments, purpose: VerificationRelationship = .assertionMethod, at now: Instant,
        clockSkew: Duration = TrustLimits.clockSkew
    ) throws -> [Verified] {
        try proofs.enumerated().map { index, proof in
            let place = "proof[\(index)]"
            do { return try verify(proof, documents, purpose, now, clockSkew) } catch let error as TrustError {
                throw error.at(place)
            }
        }
    }

    private func verify(
        _ proof: DataIntegrityProof, _ documents: KnownDocuments, _ purpose: VerificationRelationship, _ now: Instant,
        _ skew: Duration
    ) throws -> Verified {
        guard proof.purpose == purpose else {
            throw TrustError(.wrongRelationship, "a proof for \(proof.purpose.rawValue), not \(purpose.rawValue)")
        }
        if let created = proof.created, now + skew < created { throw TrustError(.notYetValid, "made at \(created)") }
        if let expires = proof.expires, expires + skew <= now { throw TrustError(.expired, "expired at \(expires)") }
        try checkContexts(of: proof)
        let key = try documents.document(of: proof.method.did).key(proof.method, for: purpose)
        guard proof.suite.takes(key.kind) else {
            throw TrustError(.badProof, "\(proof.suite.rawValue) is not made by a \(key.kind.rawValue) key")
        }
        let configuration = DataIntegrityProof.configuration(of: proof.json)
        let document = try covered(by: configuration, previous: proof.previous)
        let message = Cryptosuite.hashData(configuration: configuration, document: document, kind: key.kind)
        guard key.isValid(proof.value, over: message) else {
            throw TrustError(.badSignature, "the proof by \(proof.method.did.short) does not verify")
        }
        return Verified(proof: proof, key: key)
    }

    /// A proof may carry contexts; the document's begin with them, in that order.
    private func checkContexts(of proof: DataIntegrityProof) throws {
        guard let contexts = proof.contexts else { return }
        func list(_ json: JSON?) -> [JSON] {
            guard let json else { return [] }
            if case .array(let elements) = json { return elements }
            return [json]
        }
        guard list(unsecured["@context"]).starts(with: list(contexts)) else {
            throw TrustError(.badProof, "the proof's contexts are not the document's")
        }
    }
}

extension DataIntegrity {
    /// Adds a proof by `key` to a document, which keeps those it has.
    ///
    /// `previous` names proofs of the document that the new one covers. Throws `trust.unsupported-proof` for a key
    /// whose suite no Data Integrity suite takes, and what reading the document's own proofs threw.
    public static func sign(
        _ document: JSON, by key: SigningKey, method: DIDURL? = nil, created: Instant,
        purpose: VerificationRelationship = .assertionMethod, id: Text? = nil, previous: [Text] = [],
        domain: Text? = nil, challenge: Text? = nil, expires: Instant? = nil
    ) throws -> JSON {
        let publicKey = PublicKey(key.publicKey)
        guard let suite = Cryptosuite(for: publicKey.kind) else {
            throw TrustError(
                .unsupportedProof, "no Data Integrity suite takes \(publicKey.kind.rawValue): make a token")
        }
        guard case .object(var object) = document else {
            throw BaseError(.wrongType, "an object is needed", at: "document")
        }
        let others = object["proof"] == nil ? [] : try DataIntegrity(document).proofs.map(\.json)
        object["proof"] = nil
        let own = try method ?? DIDURL(parsing: Text("#" + publicKey.multibase.string), relativeTo: key.did)
        let configuration: JSON = [
            "@context": object["@context"], "challenge": challenge.map { .string($0) },
            "created": .string(DateTimeStamp.text(created)), "cryptosuite": .text(suite.rawValue),
            "domain": domain.map { .string($0) }, "expires": expires.map { .string(DateTimeStamp.text($0)) },
            "id": id.map { .string($0) },
            "previousProof": previous.isEmpty
                ? nil : previous.count == 1 ? .string(previous[0]) : .array(previous.map { .string($0) }),
            "proofPurpose": .text(purpose.rawValue), "type": "DataIntegrityProof", "verificationMethod": own.json,
        ]
        let chained = others.filter { proof in
            guard case .object(let members) = proof, case .string(let name)? = members["id"] else { return false }
            return previous.contains(name)
        }
        guard chained.count == previous.count else { throw TrustError(.badProof, "no such proof to cover") }
        var covered = object
        if !previous.isEmpty { covered["proof"] = .array(chained) }
        let message = Cryptosuite.hashData(
            configuration: configuration, document: .object(covered), kind: publicKey.kind)
        guard case .object(var proof) = configuration else { return document }
        proof["proofValue"] = .text("z" + Base58.encode(try key.sign(message)))
        object["proof"] = others.isEmpty ? .object(proof) : .array(others + [.object(proof)])
        return .object(object)
    }
}
