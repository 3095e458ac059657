import NexusBase
import NexusTestInputs
import NexusTestSupport
import Testing

@testable import NexusAttestation

@Suite("Reference values and appraisal")
struct AppraisalTests {
    static let registers = [
        ReferenceValues.Register(name: "pcr.sha256.0", values: [[UInt8](repeating: 1, count: 32)])
    ]

    @Test("Simulated evidence is accepted only where a rule says so, and affirms nothing")
    func simulated() throws {
        let data = try ReportData(
            nodeKey: [1], sealingSuite: [2], sealingKey: [3], nonce: [UInt8](repeating: 4, count: 32))
        let evidence = try AttestationEvidence.simulated(reportData: data.bytes)
            .verify(in: .init(roots: [:], date: instant("2026-01-01")))
        let closed = try ReferenceValues(rules: [])
        let open = try ReferenceValues(rules: [.init(kind: .simulated)])
        let date = try instant("2026-01-01")
        #expect(code { _ = try closed.appraise(evidence, expecting: data, at: date) } == "attestation.kind-not-allowed")
        let appraisal = try open.appraise(evidence, expecting: data, at: date)
        try appraisal.requireAccepted()
        #expect(appraisal.tier == .none)
        #expect(appraisal.kind == .simulated)
        // A quote that nobody vouches for is of the same kind, whatever it calls itself.
        let tpm = try TPMVerifier(roots: [], date: date, activations: []).verify(TPMFixture().evidence())
        #expect(code { _ = try closed.appraise(tpm, expecting: data, at: date) } == "attestation.kind-not-allowed")
        let unbound = try open.appraise(tpm, expecting: data, at: date)
        #expect(code { try unbound.requireAccepted() } == "attestation.key-not-bound")
        #expect(unbound.tier == .contraindicated)
    }

    @Test("Report data binds the node's key, the sealing suite, the sealing key and the nonce")
    func binding() throws {
        let nonce = [UInt8](repeating: 4, count: 32)
        let data = try ReportData(nodeKey: [1, 2], sealingSuite: [3], sealingKey: [4], nonce: nonce)
        #expect(data.bytes.count == 64)
        #expect(Array(data.bytes.suffix(32)) == nonce)
        let evidence = try VerifiedEvidence.simulated(reportData: data.bytes)
        try data.requireBound(by: evidence)
        let others = [
            try ReportData(nodeKey: [1], sealingSuite: [2, 3], sealingKey: [4], nonce: nonce),
            try ReportData(nodeKey: [9, 2], sealingSuite: [3], sealingKey: [4], nonce: nonce),
            try ReportData(nodeKey: [1, 2], sealingSuite: [9], sealingKey: [4], nonce: nonce),
            try ReportData(nodeKey: [1, 2], sealingSuite: [3], sealingKey: [9], nonce: nonce),
            try ReportData(
                nodeKey: [1, 2], sealingSuite: [3], sealingKey: [4], nonce: [UInt8](repeating: 5, count: 32)),
        ]
        for other in others {
            #expect(code { try other.requireBound(by: evidence) } == "attestation.key-not-bound")
        }
        let short = code { _ = try ReportData(nodeKey: [], sealingSuite: [], sealingKey: [], nonce: [1]) }
        #expect(short == "attestation.malformed-evidence")
        #expect(code { _ = try VerifiedEvidence.simulated(reportData: [1]) } == "attestation.malformed-evidence")
    }

    @Test("Rules that would approve every machine or every program are refused")
    func rules() {
        func outcome(_ rules: [ReferenceValues.Rule]) -> String { code { _ = try ReferenceValues(rules: rules) } }
        let root = TrustRoot.intelSGX
        #expect(outcome([.init(kind: .tdx, roots: [root], registers: Self.registers)]) == "no error")
        #expect(outcome([.init(kind: .tdx, roots: [], registers: Self.registers)]) == "attestation.malformed-evidence")
        #expect(outcome([.init(kind: .tdx, roots: [root])]) == "attestation.malformed-evidence")
        let empty = ReferenceValues.Register(name: "mrtd", values: [])
        #expect(outcome([.init(kind: .tdx, roots: [root], registers: [empty])]) == "attestation.malformed-evidence")
        let twice = Self.registers + Self.registers
        #expect(outcome([.init(kind: .tdx, roots: [root], registers: twice)]) == "attestation.malformed-evidence")
        #expect(outcome([.init(kind: .simulated, roots: [root])]) == "attestation.malformed-evidence")
        #expect(outcome([.init(kind: .simulated), .init(kind: .simulated)]) == "attestation.malformed-evidence")
    }

    @Test("Reference values read back as they were written, and only in that form")
    func documents() throws {
        let values = try ReferenceValues(rules: [
            .init(kind: .simulated),
            .init(
                kind: .sevSNP, roots: [.amdMilan], registers: Self.registers,
                versions: [.init(name: "microcode", least: 68), .init(name: "vmpl", greatest: 0)],
                flags: [.init(name: "migration", isOn: false)], tcbStatus: [.upToDate], requiresRevocationLists: true),
        ])
        let bytes = values.json.canonicalBytes
        #expect(try ReferenceValues(parsing: bytes) == values)
        #expect(values.rules.map(\.kind) == [.sevSNP, .simulated])
        var spaced = bytes
        spaced.insert(0x20, at: 1)
        #expect(code { _ = try ReferenceValues(parsing: spaced) } == "attestation.malformed-evidence")
        let unknown = Array(String(decoding: bytes, as: UTF8.self).replacing("\"debug\"", with: "\"debvg\"").utf8)
        #expect(code { _ = try ReferenceValues(parsing: unknown) } == "attestation.malformed-evidence")
        let version = Array(
            String(decoding: bytes, as: UTF8.self).replacing("\"version\":1}", with: "\"version\":2}").utf8)
        #expect(code { _ = try ReferenceValues(parsing: version) } == "attestation.unsupported-version")
    }
}

@Suite("Appraisal of real evidence", .enabled(if: VectorFiles.arePresent))
struct RealAppraisalTests {
    private func bound(_ evidence: VerifiedEvidence) throws -> ReportData {
        try ReportData(expected: evidence.claims.nonce)
    }

    private func outcome(_ evidence: VerifiedEvidence, _ rule: ReferenceValues.Rule, _ day: String) throws -> Appraisal
    {
        try ReferenceValues(rules: [rule]).appraise(evidence, expecting: bound(evidence), at: instant(day))
    }

    @Test("The roots that are named in the code are AMD's and Intel's")
    func roots() throws {
        #expect(try TrustRoot.amdMilan.key == CertificateTests.milan()[1].publicKey.digest)
        #expect(try TrustRoot.amdMilan.key == CertificateTests.milan("milanvlek.testcer")[1].publicKey.digest)
        #expect(try TrustRoot.intelSGX.key == DCAPCase.sgx().root.key)
    }

    @Test("The debuggable SEV-SNP guest is refused, unless the rule puts up with it, with a warning")
    func sev() throws {
        let evidence = try SNPTests.Case().verify()
        let measurement = try #require(evidence.claims.measurement("measurement"))
        func rule(_ values: [[UInt8]], debug: Bool, snp: Int = 5) -> ReferenceValues.Rule {
            .init(
                kind: .sevSNP, roots: [.amdMilan], registers: [.init(name: "measurement", values: values)],
                versions: [.init(name: "snp", least: snp), .init(name: "vmpl", greatest: 1)],
                flags: [.init(name: "migration", isOn: false)], allowsDebugging: debug)
        }
        let refused = try outcome(evidence, rule([measurement], debug: false), "2024-01-01")
        #expect(refused.tier == .contraindicated)
        #expect(code { try refused.requireAccepted() } == "attestation.debug-enabled")
        let rehearsal = try outcome(evidence, rule([measurement], debug: true), "2024-01-01")
        try rehearsal.requireAccepted()
        #expect(rehearsal.tier == .warning)
        #expect(rehearsal.vector.executables == 2 && rehearsal.vector.configuration == 32)
        #expect(rehearsal.vector.runtimeOpaque == 2)
        let other = try outcome(evidence, rule([[1]], debug: true), "2024-01-01")
        #expect(code { try other.requireAccepted() } == "attestation.wrong-measurement")
        let newer = try outcome(evidence, rule([measurement], debug: true, snp: 6), "2024-01-01")
        #expect(code { try newer.requireAccepted() } == "attestation.outdated-platform")
        let late = try outcome(evidence, rule([measurement], debug: true), "2030-01-01")
        #expect(code { try late.requireAccepted() } == "attestation.expired")
        let foreign = ReferenceValues.Rule(
            kind: .sevSNP, roots: [.intelSGX], registers: [.init(name: "measurement", values: [measurement])],
            allowsDebugging: true)
        #expect(
            code { try outcome(evidence, foreign, "2024-01-01").requireAccepted() } == "attestation.untrusted-chain")
        let strict = ReferenceValues.Rule(
            kind: .sevSNP, roots: [.amdMilan], registers: [.init(name: "measurement", values: [measurement])],
            allowsDebugging: true, requiresRevocationLists: true)
        #expect(
            code { try outcome(evidence, strict, "2024-01-01").requireAccepted() }
                == "attestation.missing-revocation-list")
    }

    @Test("TDX: current is affirmed, outdated is refused by name")
    func tdx() throws {
        let current = try DCAPCase.tdx().verify(on: "2025-07-01")
        let mrtd = try #require(current.claims.measurement("mrtd"))
        func rule(_ status: [TCBStatus], _ value: [UInt8]) -> ReferenceValues.Rule {
            .init(
                kind: .tdx, roots: [.intelSGX], registers: [.init(name: "mrtd", values: [value])], tcbStatus: status,
                requiresRevocationLists: true)
        }
        let good = try outcome(current, rule([.upToDate], mrtd), "2025-07-01")
        #expect(good.tier == .affirming && good.refusals.isEmpty)
        let old = try DCAPCase.outdated().verify(on: "2026-03-01")
        let theirs = try #require(old.claims.measurement("mrtd"))
        let refused = try outcome(old, rule([.upToDate, .outOfDate, .olderThanListed], theirs), "2026-03-01")
        #expect(code { try refused.requireAccepted() } == "attestation.outdated-platform")
        #expect(refused.json.canonicalString.contains("\"status\":\"contraindicated\""))
        let sgx = try DCAPCase.sgx().verify(on: "2025-07-01")
        let mrenclave = try #require(sgx.claims.measurement("mrenclave"))
        let lenient = ReferenceValues.Rule(
            kind: .sgx, roots: [.intelSGX], registers: [.init(name: "mrenclave", values: [mrenclave])],
            tcbStatus: [.upToDate, .configurationAndSWHardeningNeeded])
        #expect(try outcome(sgx, lenient, "2025-07-01").tier == .warning)
        #expect(code { _ = try outcome(sgx, rule([.upToDate], mrtd), "2025-07-01") } == "attestation.kind-not-allowed")
    }

    @Test("Evidence documents: written, read, verified, and named by what was found")
    func documents() throws {
        let sev = try SNPTests.Case()
        let tdx = try DCAPCase.tdx()
        func hex(_ name: Text) throws -> [UInt8] {
            var fields = try Fields(
                JSON(parsing: Vectors.bytes("dcap/tdx_quote_collateral.json")), at: "collateral")
            return try Hex.decode(fields.text(name).string)
        }
        let collateral = AttestationEvidence.Collateral(
            tcbInfo: tdx.collateral.tcbInfo.body, tcbInfoSignature: tdx.collateral.tcbInfo.signature,
            qeIdentity: tdx.collateral.qeIdentity.body, qeIdentitySignature: tdx.collateral.qeIdentity.signature,
            certificates: tdx.collateral.signers.map(\.der),
            revocationLists: [try hex("root_ca_crl"), try hex("pck_crl")])
        let cases: [(AttestationEvidence, AttestationKind, String)] = [
            (
                .sevSNP(
                    report: sev.report, certificates: [sev.endorsement.der] + sev.pool.map(\.der), revocationLists: []),
                .sevSNP, "2024-01-01"
            ), (.dcap(quote: tdx.quote, collateral: collateral), .tdx, "2025-07-01"),
        ]
        for (document, kind, day) in cases {
            let read = try AttestationEvidence(parsing: document.json.canonicalBytes)
            #expect(read == document)
            let context = AttestationEvidence.Context(
                roots: [.sevSNP: [.amdMilan], .tdx: [.intelSGX], .sgx: [.intelSGX]], date: try instant(day))
            #expect(try read.verify(in: context).kind == kind)
            // Roots belong to kinds: Intel's says nothing of AMD's chips.
            let crossed = AttestationEvidence.Context(
                roots: [.sevSNP: [.intelSGX], .tdx: [.amdMilan]], date: try instant(day))
            #expect(code { _ = try read.verify(in: crossed) } == "attestation.untrusted-chain")
        }
        let lying = Array(#"{"format":"tdx","reportData":"","version":1}"#.utf8)
        #expect(code { _ = try AttestationEvidence(parsing: lying) } == "attestation.malformed-evidence")
    }
}
