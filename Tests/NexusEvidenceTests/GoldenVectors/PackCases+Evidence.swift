import NexusAttestation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTestSupport
import NexusTrust

/// The evidence that the nodes of a pack are admitted with.
struct EvidencePlan {
    var kind = AttestationKind.simulated
    /// What the first node's statement says; the kind if nil.
    var said: Text?
    var values: ReferenceValues?
    /// One document a node.
    var documents: [[UInt8]]
    /// Whether the admissions name them.
    var isNamed = true

    /// Report data over a node's keys, as a rail asks for it.
    static func reportData(_ place: Int) throws -> [UInt8] {
        try ReportData(
            nodeKey: Party.nodes[place].did.text.bytes, sealingSuite: Array("x25519".utf8),
            sealingKey: [UInt8](repeating: 9, count: 32),
            nonce: Framed.digest("test/evidence", [UInt8(place)]).bytes
        ).bytes
    }

    static func simulated() throws -> EvidencePlan {
        EvidencePlan(
            documents: try (0..<3).map {
                try AttestationEvidence.simulated(reportData: reportData($0)).json.canonicalBytes
            })
    }

    /// A TPM of nobody's, or of a maker whom the committee approved.
    static func tpm(
        isApproved: Bool, isChained: Bool = true, _ edit: (inout TPMFixture) -> Void = { _ in }
    ) throws -> EvidencePlan {
        let maker = CertificateMaker.authority("a maker of TPMs")
        let root = try maker.certificate()
        var plan = EvidencePlan(documents: [])
        plan.documents = try (0..<3).map { place in
            var (tpm, endorsed) = (TPMFixture(), CertificateMaker(subject: "TPM \(place)"))
            tpm.reportData = try reportData(place)
            edit(&tpm)
            endorsed.extensions = [
                CertificateMaker.item("2.5.29.37", DERText.sequence(DERText.identifier("2.23.133.8.1")))
            ]
            let chain = isChained ? [try endorsed.certificate(by: maker), root] : []
            return try tpm.document(endorsement: chain).json.canonicalBytes
        }
        guard isApproved else { return plan }
        plan.kind = .tpm
        plan.values = try ReferenceValues(
            rules: [
                .init(kind: .simulated),
                .init(
                    kind: .tpm, roots: [TrustRoot(name: "A maker", key: root.publicKey.digest)],
                    registers: [.init(name: "pcr.sha256.7", values: [[UInt8](repeating: 2, count: 32)])]),
            ])
        return plan
    }
}

extension PackScenario {
    /// Three nodes admitted with documents, before they act.
    init(admitting plan: EvidencePlan) {
        self.init()
        attestation = ["sev-snp", "simulated", "tpm"]
        editClause = { $0.with("attestation: [simulated]", "attestation: [sev-snp, simulated, tpm]") }
        evidence = plan.isNamed ? plan.documents : []
        decide {
            let rule = try AdmissionRule(
                referenceValues: plan.values ?? ReferenceValues(rules: [.init(kind: .simulated)]), operatorIssuers: [],
                jurisdictionIssuers: [], attestEvery: 3600, staleAfter: 7200)
            return [GovernanceStep(.ruleAdmission(document: rule.bytes))]
                + plan.documents.enumerated().map { place, document in
                    GovernanceStep(
                        TestAdmission.admit(
                            Party.nodes[place].did, of: Party.operators[place].did, [], as: plan.kind,
                            evidence: plan.isNamed ? Digest(of: document) : nil))
                }
        }
        editStatement = { place, document in
            let said = place == 0 ? plan.said : nil
            document.json["predicate.attestation.kind"] = .string(said ?? Text(plan.kind.rawValue))
        }
    }
}

extension AcceptedPack {
    private static func admitted(_ name: String, _ description: String, _ kind: Text, _ plan: EvidencePlan)
        -> AcceptedPack
    {
        AcceptedPack(name, description, .trigger) { $0 = PackScenario(admitting: plan) }.with(kinds: [kind])
    }

    /// evidence-pack-v1, check 13.
    static var evidence: [AcceptedPack] {
        // SAFETY: the test's own documents can be made.
        try! [
            admitted(
                "evidence-simulated", "Nodes were admitted with documents that vouch for nothing.", "simulated",
                .simulated()),
            admitted(
                "evidence-nobodys-tpm", "Quotes of TPMs whose maker nobody approved are simulated.", "simulated",
                .tpm(isApproved: false)),
            admitted(
                "evidence-approved-tpm", "Quotes of TPMs of an approved maker, challenged on the committee's word.",
                "tpm", .tpm(isApproved: true)),
        ]
    }
}

extension PackCase {
    private static func evidence(
        _ code: Text, _ name: String, _ description: String, _ plan: @escaping () throws -> EvidencePlan,
        _ edit: @escaping (inout PackScenario) -> Void = { _ in }
    ) -> PackCase {
        PackCase(.attestation, code, name, description) {
            // SAFETY: the test's own documents can be made.
            $0 = PackScenario(admitting: try! plan())
            edit(&$0)
        }
    }

    private static func changed(
        _ plan: @escaping () throws -> EvidencePlan, _ edit: @escaping (inout EvidencePlan) throws -> Void
    ) -> () throws -> EvidencePlan {
        {
            var plan = try plan()
            try edit(&plan)
            return plan
        }
    }

    static var evidenceCases: [PackCase] {
        let approved = { try EvidencePlan.tpm(isApproved: true) }
        return [
            evidence("evidence.mismatch", "evidence-missing", "A document is not shown.", EvidencePlan.simulated) {
                $0.evidence.removeLast()
            },
            evidence("evidence.mismatch", "evidence-stray", "A document more than was named.", EvidencePlan.simulated) {
                $0.evidence.append(Array("{}".utf8))
            },
            evidence("evidence.mismatch", "evidence-twice", "A document is shown twice.", EvidencePlan.simulated) {
                $0.evidence.append($0.evidence[0])
            },
            evidence(
                "evidence.mismatch", "evidence-out-of-order", "The documents stand in another order.",
                EvidencePlan.simulated
            ) {
                $0.evidence.swapAt(0, 1)
            },
            evidence(
                "evidence.attestation-not-allowed", "evidence-not-named",
                "A statement says tpm, and the node was admitted without evidence.",
                changed(approved) { $0.isNamed = false }),
            evidence(
                "evidence.attestation-not-allowed", "kind-not-admitted",
                "A statement says tpm, and its node was admitted as simulated.",
                changed(EvidencePlan.simulated) { $0.said = "tpm" }),
            evidence(
                "evidence.attestation-not-allowed", "kind-not-found",
                "Nodes were admitted as of TPMs on evidence without an endorsement.",
                { try .tpm(isApproved: true, isChained: false) }),
            evidence(
                "attestation.malformed-evidence", "evidence-malformed", "A document that is none.",
                changed(EvidencePlan.simulated) { $0.documents[1] = Array("{\"format\":\"other\",\"version\":1}".utf8) }
            ),
            evidence(
                "attestation.key-not-bound", "evidence-of-another", "Two nodes exchanged their documents.",
                changed(EvidencePlan.simulated) { $0.documents.swapAt(0, 1) }),
            evidence(
                "attestation.bad-signature", "evidence-changed", "A quote that its key did not sign.",
                {
                    try changedQuote(.tpm(isApproved: false))
                }),
            evidence(
                "attestation.unsuitable-key", "evidence-of-free-key", "A quote by a key that software uses freely.",
                { try .tpm(isApproved: false) { $0.attributes = 0x0004_0072 } }),
            evidence(
                "attestation.wrong-measurement", "evidence-of-other-program", "A TPM with another value in a register.",
                { try .tpm(isApproved: true) { $0.registers[1] = [UInt8](repeating: 3, count: 32) } }),
        ]
    }

    private static func changedQuote(_ plan: EvidencePlan) throws -> EvidencePlan {
        var plan = plan
        guard case .tpm(let tpm) = try AttestationEvidence(parsing: plan.documents[2]) else { return plan }
        var quote = tpm.quote
        quote[quote.count - 1] ^= 1
        plan.documents[2] =
            AttestationEvidence.tpm(
                .init(
                    quote: quote, signature: tpm.signature, attestationKey: tpm.attestationKey,
                    registers: tpm.registers,
                    reportData: tpm.reportData, certificates: tpm.certificates)
            ).json.canonicalBytes
        return plan
    }
}
