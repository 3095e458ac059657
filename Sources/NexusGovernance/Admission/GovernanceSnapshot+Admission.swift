import NexusAttestation
public import NexusBase
public import NexusTrust

extension GovernanceSnapshot {
    static let operatorCredential: Text = "OperatorCredential"
    static let jurisdictionCredential: Text = "JurisdictionCredential"

    mutating func setRule(_ document: [UInt8], entry: Int) throws {
        let rule = try AdmissionRule(parsing: document)
        for one in rule.referenceValues.rules where !genesis.attestation.contains(Text(one.kind.rawValue)) {
            throw GovernanceError(
                .notAllowed, "the rail accepts no \(one.kind.rawValue) attestation", at: "referenceValues")
        }
        admissionRule = RuleInForce(rule: rule, digest: rule.digest, entry: entry)
    }

    mutating func suspend(_ node: DID) throws {
        guard !isRevoked(node: node), !isSuspended(node: node) else {
            throw GovernanceError(.notAllowed, "node \(node) is revoked or suspended already")
        }
        suspendedNodes.append(node)
    }

    mutating func admitNode(_ application: NodeApplication, at time: Instant, entry: Int) throws {
        let (node, owner) = (application.node, application.operator)
        guard !isRevoked(node: node) else { throw GovernanceError(.notAllowed, "node \(node) is revoked for ever") }
        guard let approved = self.operator(owner), approved.revokedBy == nil else {
            throw GovernanceError(.unknownSubject, "operator \(owner) is not approved")
        }
        try suites.require(node)
        let isTaken =
            admissionRule.map { $0.rule.referenceValues.rules.contains { $0.kind == application.attestation } }
            ?? (application.attestation == .simulated && genesis.attestation.contains("simulated"))
        guard isTaken else {
            throw GovernanceError(
                .notAllowed, "no rule takes evidence of kind \(application.attestation.rawValue)", at: "attestation")
        }
        let verified = try verify(application, at: time)
        if let rule = admissionRule?.rule {
            try require(Self.operatorCredential, of: rule.operatorIssuers, among: verified) { $0 == owner.text }
            try require(Self.jurisdictionCredential, of: rule.jurisdictionIssuers, among: verified) {
                $0 == owner.text || $0 == node.text
            } having: { claims in
                claims["jurisdiction"] == .string(approved.jurisdiction)
            }
        }
        admissions.removeAll { $0.node == node }
        admissions.append(
            Admission(
                node: node, operator: owner, attestation: application.attestation, evidence: application.evidence,
                credentials: verified, entry: entry, proposedAt: time))
        if let evidence = application.evidence { evidenceNamed.insert(evidence) }
        suspendedNodes.removeAll { $0 == node }
        barred[node] = nil
    }

    mutating func publishStatus(of issuer: Text, _ bytes: [UInt8], at time: Instant, entry: Int) throws {
        guard let did = self.issuer(issuer) else {
            throw GovernanceError(.unknownSubject, "no issuer named \(issuer) is approved")
        }
        var verifier = verifier(at: time)
        let credential = try verifier.verify(bytes).credential
        try verifier.add(statusList: bytes)
        guard let id = credential.id, let list = verifier.statusLists[id], credential.issuer == did.text else {
            throw GovernanceError(.notAllowed, "the list is not the issuer's own", at: "list")
        }
        let published = PublishedStatus(id: id, issuer: did, bytes: bytes, entry: entry, list: list)
        if let index = statusLists.firstIndex(where: { $0.id == id }) {
            guard hasApproved(issuer: issuer, statusLists[index].issuer) else {
                throw GovernanceError(.notAllowed, "the list \(id.string.prefix(200)) is another issuer's", at: "list")
            }
            statusLists[index] = published
        } else {
            statusLists.append(published)
        }
        listsByURL[id] = list
    }

    private func hasApproved(issuer name: Text, _ did: DID) -> Bool {
        issuers.contains { $0.name == name && $0.did == did }
    }

    /// Verifies with what the log says: did:key issuers, the rail's suites, the lists published so far.
    private func verifier(at time: Instant) -> CredentialVerifier {
        var verifier = CredentialVerifier(now: time)
        verifier.suites = suites
        verifier.take(listsByURL)
        return verifier
    }

    private func verify(_ application: NodeApplication, at time: Instant) throws -> [VerifiedCredential] {
        let verifier = verifier(at: time)
        return try application.credentials.enumerated().map { index, bytes in
            let place = "credentials[\(index)]"
            let verified: VerifiedCredential
            do { verified = try verifier.verify(bytes) } catch let error as TrustError {
                throw TrustError(error.code, error.message, at: "\(place).\(error.place ?? "")", cause: error)
            }
            let parties = [application.node.text, application.operator.text]
            guard verified.credential.subjectIDs.contains(where: parties.contains) else {
                throw GovernanceError(.notAllowed, "about neither the node nor its operator", at: place)
            }
            return verified
        }
    }

    /// One of the credentials is of this type, by an issuer that the rule names.
    private func require(
        _ type: Text, of names: [Text], among credentials: [VerifiedCredential], about isMeant: (Text) -> Bool,
        having holds: (JSONObject) -> Bool = { _ in true }
    ) throws {
        guard !names.isEmpty else { return }
        let isThere = credentials.contains { verified in
            isOf(type, names, verified)
                && verified.credential.subjects.contains { subject in
                    guard case .object(let object) = subject, case .string(let id)? = object["id"] else { return false }
                    return isMeant(id) && holds(object)
                }
        }
        guard isThere else {
            let issuers = names.map(\.string).joined(separator: ", ")
            throw GovernanceError(.notApproved, "a \(type) of one of \(issuers) is needed", at: "credentials")
        }
    }

    private func isOf(_ type: Text, _ names: [Text], _ verified: VerifiedCredential) -> Bool {
        verified.credential.types.contains(type)
            && names.contains { name in issuer(name)?.text == verified.credential.issuer }
    }
}

extension GovernanceSnapshot {
    /// Why a node may not be given work now; nil if it may. What its evidence is worth is asked elsewhere.
    public func reasonAgainst(node: DID, operator: DID, at time: Instant) -> Text? {
        if isRevoked(node: node) { return "revoked" }
        if isSuspended(node: node) { return "suspended" }
        if !isApproved(operator: `operator`) { return "operator not approved" }
        guard let rule = admissionRule?.rule else { return nil }
        guard let admission = admission(of: node), admission.operator == `operator` else { return "not admitted" }
        let verifier = verifier(at: time)
        for (type, names) in [
            (Self.operatorCredential, rule.operatorIssuers), (Self.jurisdictionCredential, rule.jurisdictionIssuers),
        ] where !names.isEmpty {
            let standing = admission.credentials.contains { verified in
                isOf(type, names, verified) && (try? verifier.checkStanding(of: verified.credential)) != nil
            }
            if !standing { return Text("no \(type) in force") }
        }
        return nil
    }

    /// What credentials in force at `time` say of a node and of its operator, for policies (credential-v1).
    public func claims(of node: DID, at time: Instant) -> [JSON] {
        guard let admission = admission(of: node) else { return [] }
        let verifier = verifier(at: time)
        let standing = admission.credentials.filter { (try? verifier.checkStanding(of: $0.credential)) != nil }
        return [node, admission.operator].flatMap { party -> [JSON] in
            guard case .array(let claims) = CredentialClaims.json(of: party, from: standing) else { return [] }
            return claims
        }
    }
}
