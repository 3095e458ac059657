// Verifications a second of real evidence, from bytes to claims, beside its signatures alone on the same machine: the
// share of the limit. One line a kind. The fastest of five rounds counts, which is what the machine can do when nothing
// else runs.
//
//     NEXUS_FLOORS=core swift build -c release --package-path Benchmarks/attestation
//     Scripts/software-tpm start TPM
//     Scripts/software-tpm quote TPM ecc $(head -c 64 /dev/zero | sha256sum | cut -c1-64)
//     Scripts/software-tpm stop TPM
//     export NEXUS_VECTORS=../shared/vectors NEXUS_SOFTWARE_TPM=TPM
//     Benchmarks/attestation/.build/release/attestation-benchmark
//
// The TPM's quote is a software TPM's: its maker is approved for the measurement, and the key counts as challenged.
import Crypto
import CryptoExtras
import Foundation
import NexusAttestation
import NexusBase

let vectors = URL(fileURLWithPath: ProcessInfo.processInfo.environment["NEXUS_VECTORS"] ?? "../shared/vectors")

func bytes(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: vectors.appendingPathComponent(path))) }

/// Seconds of one run.
func fastest(_ iterations: Int, _ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    var best = Double.infinity
    for _ in 0..<5 {
        let time = try clock.measure { for _ in 0..<iterations { try body() } }
        best = min(best, Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18)
    }
    return best / Double(iterations)
}

func require(_ holds: Bool) { precondition(holds, "the signature holds") }

let message = Data((0..<672).map { UInt8($0 & 0xFF) })
let (p256, p384) = (P256.Signing.PrivateKey(), P384.Signing.PrivateKey())
let rsa = try _RSA.Signing.PrivateKey(keySize: .bits4096)
let (p256Signature, p384Signature) = (try p256.signature(for: message), try p384.signature(for: message))
let rsaSignature = try rsa.signature(for: SHA384.hash(data: message), padding: .PSS)
let (p256Key, p384Key, rsaKey) = (p256.publicKey, p384.publicKey, rsa.publicKey)
let p256Time = fastest(400) { require(p256Key.isValidSignature(p256Signature, for: message)) }
let p384Time = fastest(200) { require(p384Key.isValidSignature(p384Signature, for: message)) }
let rsaTime = fastest(400) {
    require(rsaKey.isValidSignature(rsaSignature, for: SHA384.hash(data: message), padding: .PSS))
}

func report(_ name: String, _ time: Double, limit: Double, _ signatures: String) {
    func rounded(_ value: Double) -> String { String(Int(value.rounded())) }
    print(
        "\(name): \(rounded(1 / time)) verifications/s, \(rounded(time * 1e6)) us; signatures alone (\(signatures)) "
            + "\(rounded(limit * 1e6)) us: \(rounded(limit / time * 100)) % of the limit")
}

let day = try Instant(parsing: "2025-07-01T00:00:00.000Z")
let reportBytes = try bytes("sev-snp/attestation.bin")
let vcek = try bytes("sev-snp/vcek.testcer")
let milan = try bytes("sev-snp/milan.testcer")
report(
    "SEV-SNP",
    try fastest(100) {
        _ = try SNPVerifier(roots: [.amdMilan], date: day).verify(
            SNPReport(parsing: reportBytes), endorsement: Certificate(der: vcek), pool: Certificate.list(pem: milan))
    }, limit: p384Time + 3 * rsaTime, "1 P-384, 3 RSA-4096")

for (name, file, signatures) in [("SGX", "sgx_quote", 12.0), ("TDX", "tdx_quote", 12.0)] {
    let quote = try bytes("dcap/\(file)")
    var fields = try Fields(JSON(parsing: bytes("dcap/\(file)_collateral.json")), at: "collateral")
    func hex(_ key: Text) throws -> [UInt8] { try Hex.decode(fields.text(key).string) }
    let chain = try fields.text("tcb_info_issuer_chain").bytes
    let (info, identity) = (try fields.text("tcb_info").bytes, try fields.text("qe_identity").bytes)
    let (infoSignature, identitySignature) = (try hex("tcb_info_signature"), try hex("qe_identity_signature"))
    let lists = [try hex("root_ca_crl"), try hex("pck_crl")]
    let verifier = DCAPVerifier(roots: [.intelSGX], date: day)
    // Quote, quoting enclave, two lists; three certificates and two; the root's revocation list twice, the PCK's once.
    report(
        name,
        try fastest(100) {
            _ = try verifier.verify(
                DCAPQuote(parsing: quote),
                DCAPCollateral(
                    tcbInfo: SignedCollateral(body: info, signature: infoSignature),
                    qeIdentity: SignedCollateral(body: identity, signature: identitySignature),
                    signers: Certificate.list(pem: chain), revocationLists: lists.map { try RevocationList(der: $0) }))
        }, limit: signatures * p256Time, "\(Int(signatures)) P-256")
}
if let folder = ProcessInfo.processInfo.environment["NEXUS_SOFTWARE_TPM"] {
    func file(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }
    let (quote, signature, key) = (try file("ecc.quote"), try file("ecc.signature"), try file("ecc.tpmt"))
    let (values, chain) = (try file("ecc.registers"), try ["ek.ecc.der", "issuer.der", "root.der"].map(file))
    let registers = [0, 1, 7].enumerated().map { place, index in
        TPMEvidence.Register(bank: "sha256", index: index, value: Array(values[(place * 32)..<(place * 32 + 32)]))
    }
    let endorsement = try chain.map { try Certificate(der: $0) }
    let verifier = TPMVerifier(
        roots: [TrustRoot(endorsement[2])], date: endorsement[0].notBefore + .seconds(3600),
        activations: [
            TPMActivation(
                endorsementKey: endorsement[0].publicKey.digest, attestationKeyName: try TPMPublic(parsing: key).name)
        ])
    let authority = try _RSA.Signing.PrivateKey(keySize: .bits3072)
    let signed = try authority.signature(for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5)
    let publicKey = authority.publicKey
    let authorityTime = fastest(400) {
        require(publicKey.isValidSignature(signed, for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5))
    }
    report(
        "TPM 2.0",
        try fastest(200) {
            let found = try verifier.verify(
                TPMEvidence(
                    quote: quote, signature: signature, attestationKey: key, registers: registers,
                    reportData: [UInt8](repeating: 0, count: 64), endorsement: chain.map { try Certificate(der: $0) }))
            require(found.kind == .tpm)
        }, limit: p256Time + 3 * authorityTime, "1 P-256, 3 RSA-3072")
} else {
    print("skipped: NEXUS_SOFTWARE_TPM names no folder of a software TPM")
}
print(
    "primitives: P-256 \(Int(p256Time * 1e6)) us, P-384 \(Int(p384Time * 1e6)) us, RSA-4096 PSS \(Int(rsaTime * 1e6)) us"
)
