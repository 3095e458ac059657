import Foundation
import NexusBase
import NexusTestInputs
import NexusTestSupport
import Testing

@testable import NexusAttestation

/// Changes real and made inputs at random and gives them to each parser: nothing may trap, every refusal is coded.
/// `NEXUS_FUZZ` sets the number of executions (default 40,000), `NEXUS_FUZZ_SEED` the seed.
@Suite("Every parser refuses what it cannot read, with a code", .enabled(if: VectorFiles.arePresent))
struct AttestationFuzzTests {
    struct Target: Sendable {
        let name: String
        let seeds: [[UInt8]]
        /// Of a hundred executions.
        let weight: Int
        let run: @Sendable ([UInt8]) throws -> Void
    }

    static func mutate(_ seeds: [[UInt8]], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = seeds[random.below(seeds.count)]
        for _ in 0...random.below(4) {
            let offset = random.below(bytes.count)
            switch random.below(8) {
            case 0 where !bytes.isEmpty: bytes.remove(at: offset)
            case 1: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: offset)
            case 2: bytes = Array(bytes.prefix(offset))
            case 3 where !bytes.isEmpty: bytes[offset] = [0, 1, 0x7F, 0x80, 0xFF, 0x30, 0x84][random.below(7)]
            case 4:
                let other = seeds[random.below(seeds.count)]
                let from = random.below(other.count)
                let piece = other[from..<min(other.count, from + random.below(64))]
                bytes.replaceSubrange(offset..<min(bytes.count, offset + piece.count), with: piece)
            case 5: bytes += bytes.prefix(random.below(32))
            default: if !bytes.isEmpty { bytes[offset] ^= 1 << UInt8(random.below(8)) }
            }
        }
        return bytes
    }

    static func targets() throws -> [Target] {
        let tpm = TPMFixture()
        let quotes = try ["sgx_quote", "tdx_quote", "tdx_quote_outdated"].map { try Vectors.bytes("dcap/" + $0) }
        let chain = try DCAPCase.tdx().collateral
        let certificates =
            try [CertificateTests.vcek().der] + CertificateTests.milan().map(\.der) + chain.signers.map(\.der)
        let lists = [try Vectors.bytes("tdx/rootcrl.der"), try Vectors.bytes("tdx/pckcrl")]
        let sample = try SNPTests.Case()
        let documents = [
            AttestationEvidence.sevSNP(
                report: sample.report, certificates: [sample.endorsement.der], revocationLists: []),
            .simulated(reportData: [UInt8](repeating: 1, count: 64)),
        ].map(\.json.canonicalBytes)
        let values = try ReferenceValues(rules: [
            .init(kind: .tdx, roots: [.intelSGX], registers: AppraisalTests.registers, tcbStatus: [.upToDate])
        ])
        return [
            Target(name: "SEV-SNP report", seeds: [sample.report], weight: 15) { _ = try SNPReport(parsing: $0) },
            Target(name: "DCAP quote", seeds: quotes, weight: 10) { _ = try DCAPQuote(parsing: $0) },
            Target(name: "certificate", seeds: certificates, weight: 15) {
                let certificate = try Certificate(der: $0)
                _ = try? SNPEndorsement(certificate)
                _ = try? PCKPlatform(certificate)
                _ = TPMMaker(certificate)
            },
            Target(name: "revocation list", seeds: lists, weight: 5) { _ = try RevocationList(der: $0) },
            Target(name: "PEM", seeds: [try Vectors.bytes("sev-snp/milan.testcer")], weight: 5) {
                _ = try PEM.certificates($0, place: "pem")
            },
            Target(name: "TPM quote", seeds: [tpm.quote], weight: 15) { _ = try TPMQuote(parsing: $0) },
            Target(name: "TPM key", seeds: [tpm.publicArea], weight: 10) { _ = try TPMPublic(parsing: $0) },
            Target(name: "TPM signature", seeds: [try tpm.signature(over: [1])], weight: 10) {
                _ = try TPMSignature(parsing: $0)
            },
            Target(name: "TCB info", seeds: [chain.tcbInfo.body], weight: 3) {
                _ = try TCBInfo(SignedCollateral(body: $0, signature: chain.tcbInfo.signature))
            },
            Target(name: "QE identity", seeds: [chain.qeIdentity.body], weight: 5) {
                _ = try QEIdentity(SignedCollateral(body: $0, signature: chain.qeIdentity.signature))
            },
            Target(
                name: "collateral answer", seeds: [try Vectors.bytes("tdx/sample_qeIdentity_response")], weight: 4
            ) {
                _ = try SignedCollateral(response: $0)
            },
            Target(name: "evidence", seeds: documents, weight: 2) { _ = try AttestationEvidence(parsing: $0) },
            Target(name: "reference values", seeds: [values.json.canonicalBytes], weight: 1) {
                _ = try ReferenceValues(parsing: $0)
            },
        ]
    }

    @Test("Random changes")
    func fuzz() throws {
        let environment = ProcessInfo.processInfo.environment
        let executions = environment["NEXUS_FUZZ"].flatMap(Int.init) ?? 40_000
        var random = SplitMix64(seed: environment["NEXUS_FUZZ_SEED"].flatMap(UInt64.init) ?? 5)
        var codes: Set<String> = []
        var counted = 0
        let targets = try Self.targets()
        #expect(targets.reduce(0) { $0 + $1.weight } == 100)
        for target in targets {
            var accepted = 0
            let share = executions * target.weight / 100
            for _ in 0..<share {
                let input = Self.mutate(target.seeds, &random)
                do {
                    try target.run(input)
                    accepted += 1
                } catch let error as AttestationError {
                    codes.insert(error.qualifiedCode)
                } catch {
                    Issue.record("\(target.name): not this room's error: \(error) for \(Hex.encode(input))")
                }
                counted += 1
            }
            print("fuzz: \(target.name), \(share) executions, \(accepted) read")
        }
        #expect(counted >= executions * 99 / 100)
        print("totals: attestation fuzz, \(counted) executions, \(codes.count) codes: \(codes.sorted())")
    }
}
