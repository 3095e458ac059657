import Foundation
import NexusBase
import NexusTestSupport
import Testing

@testable import NexusAttestation

/// Starts `swtpm` through `Scripts/software-tpm`, in a folder that is removed at the end.
final class SoftwareTPM {
    let folder: URL

    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Scripts/software-tpm").path

    static let isInstalled: Bool = {
        let tools = ["/usr/bin/swtpm", "/usr/bin/swtpm_setup", "/usr/bin/tpm2_quote", "/usr/bin/openssl"]
        let isThere = tools.allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
        if !isThere {
            print("SKIPPED: swtpm and tpm2-tools are not installed (Scripts/software-tpm install); no TPM was asked")
        }
        return isThere
    }()

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("nexus-tpm-\(getpid())")
        try? FileManager.default.removeItem(at: folder)
        guard run("start") == 0 else { throw AttestationError(.malformedTPM, "the software TPM does not start") }
    }

    deinit {
        _ = run("stop")
        try? FileManager.default.removeItem(at: folder)
    }

    func run(_ command: String, _ arguments: String...) -> Int32 {
        let words = ["/bin/bash", Self.script, command, folder.path] + arguments
        var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin:/usr/sbin:/sbin"), nil]
        defer { (argv + environment).forEach { free($0) } }
        var process: pid_t = 0
        guard posix_spawn(&process, words[0], nil, nil, &argv, &environment) == 0 else { return -1 }
        var status: Int32 = 0
        guard waitpid(process, &status, 0) == process else { return -1 }
        return status
    }

    func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appendingPathComponent(name)))
    }

    func certificate(_ name: String) throws -> Certificate { try Certificate(der: bytes(name)) }

    /// A quote over `data` by an attestation key of that kind.
    func evidence(_ kind: String, _ data: [UInt8]) throws -> TPMEvidence {
        try #require(run("quote", kind, Hex.encode(HashName.sha256.digest(data))) == 0)
        let values = try bytes("\(kind).registers")
        let registers = [0, 1, 7].enumerated().map { position, index in
            TPMEvidence.Register(
                bank: "sha256", index: index, value: Array(values[(position * 32)..<(position * 32 + 32)]))
        }
        let endorsement = kind == "ecc" ? "ek.ecc.der" : "ek.rsa.der"
        return TPMEvidence(
            quote: try bytes("\(kind).quote"), signature: try bytes("\(kind).signature"),
            attestationKey: try bytes("\(kind).tpmt"), registers: registers, reportData: data,
            endorsement: [try certificate(endorsement), try certificate("issuer.der"), try certificate("root.der")])
    }
}

@Suite("A software TPM asked for quotes", .enabled(if: SoftwareTPM.isInstalled), .serialized)
struct SoftwareTPMTests {
    @Test("Its quotes hold, and it comes out as simulated: nobody approved its maker")
    func quotes() throws {
        let tpm = try SoftwareTPM()
        let data = [UInt8](repeating: 0x5A, count: 64)
        for kind in ["ecc", "rsa", "pss"] {
            let evidence = try tpm.evidence(kind, data)
            let root = TrustRoot(try tpm.certificate("root.der"))
            let date = evidence.endorsement[0].notBefore + .seconds(3600)
            func verify(_ roots: [TrustRoot], _ activations: [TPMActivation] = []) throws -> VerifiedEvidence {
                try TPMVerifier(roots: roots, date: date, activations: activations).verify(evidence)
            }
            let nobody = try verify([.amdMilan, .intelSGX])
            #expect(nobody.kind == .simulated, "\(kind)")
            #expect(nobody.notShown.contains { $0.string.contains("no approved maker") })
            #expect(nobody.claims.measurement("pcr.sha256.7")?.count == 32)
            // Were the maker approved, the key would still have to be shown to be in that TPM.
            let unchallenged = try verify([root])
            #expect(unchallenged.kind == .simulated)
            #expect(unchallenged.notShown.contains { $0.string.contains("nobody challenged it") })
            // What the rail does at admission.
            let activation = try Self.challenge(tpm, kind, evidence)
            let approved = try verify([root], [activation])
            #expect(approved.kind == .tpm)
            #expect(approved.claims.oemid == "id:00001014")
            #expect(approved.claims.hwmodel == "TPM 2.0 swtpm")
            #expect(approved.claims.ueid?.count == 33)
            #expect(try verify([.intelSGX], [activation]).kind == .simulated)
            try Self.requireSwept(evidence, date)
        }
    }

    /// The TPM opens what was sealed to its endorsement key for its attestation key, and nothing sealed for another.
    private static func challenge(
        _ tpm: SoftwareTPM, _ kind: String, _ evidence: TPMEvidence
    ) throws -> TPMActivation {
        let endorsementKey = try TPMPublic(parsing: tpm.bytes("ek.\(kind).tpmt"))
        let name = try TPMPublic(parsing: evidence.attestationKey).name
        let secret = [UInt8](1...32)
        let entropy = (0..<TPMChallenge.entropyBytes(for: endorsementKey)).map {
            UInt8(truncatingIfNeeded: $0 &* 37 &+ 11)
        }
        func file(_ name: [UInt8]) throws {
            let challenge = try TPMChallenge(
                to: endorsementKey, of: evidence.endorsement[0], holding: name, secret: secret, entropy: entropy)
            let header = TPMFixture.big(UInt32(0xBADC_C0DE)) + TPMFixture.big(UInt32(1))
            try Data(header + TPMFixture.sized(challenge.credential) + TPMFixture.sized(challenge.encryptedSecret))
                .write(to: tpm.folder.appendingPathComponent("challenge.\(kind)"))
        }
        var other = name
        other[5] ^= 1
        try file(other)
        #expect(tpm.run("activate", kind) != 0, "opened for a key that it does not hold")
        try file(name)
        try #require(tpm.run("activate", kind) == 0)
        #expect(try tpm.bytes("secret.\(kind)") == secret)
        return TPMActivation(
            endorsementKey: evidence.endorsement[0].publicKey.digest, attestationKeyName: name)
    }

    private static func requireSwept(_ original: TPMEvidence, _ date: Instant) throws {
        for offset in original.quote.indices {
            var quote = original.quote
            quote[offset] ^= 0x20
            let changed = TPMEvidence(
                quote: quote, signature: original.signature, attestationKey: original.attestationKey,
                registers: original.registers, reportData: original.reportData, endorsement: original.endorsement)
            #expect(throws: AttestationError.self, "byte \(offset)") {
                try TPMVerifier(roots: [], date: date, activations: []).verify(changed)
            }
        }
    }
}
