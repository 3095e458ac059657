import Crypto
import Foundation
package import NexusAttestation
import NexusBase

/// A TPM 2.0, asked through tpm2-tools: a P-256 attestation key under the endorsement hierarchy, made at first use and
/// kept by handle, quotes the registers of the boot (0 to 7).
///
/// The endorsement certificates come from the TPM's own non-volatile memory; their issuers are files, given by name.
package struct TPMProvider: EvidenceProvider {
    static let registers = Array(0...7)
    /// Where a made endorsement key and attestation key stay (TCG registry: owner's range).
    private static let endorsementHandle = "0x81010016"
    private static let attestationHandle = "0x81018000"
    /// Where makers put the certificate of a P-256 endorsement key (TCG EK Credential Profile, section 2.2.1.5).
    private static let certificateIndices = ["0x1c00016", "0x1c0000a"]

    private let tools: TPMTools
    private let folder: String
    private let issuers: [[UInt8]]

    /// `connection` is tpm2-tools' TCTI, for example `device:/dev/tpmrm0` or `swtpm:path=…`; its own default if nil.
    /// `folder` holds what the tools pass on; `issuers` are certificates in DER.
    package init(connection: String?, folder: String, issuers: [[UInt8]] = []) {
        tools = TPMTools(connection: connection, folder: folder)
        self.folder = folder
        self.issuers = issuers
    }

    package func evidence(over reportData: ReportData) async throws -> AttestationEvidence {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if try await !tools.succeeds("tpm2_readpublic", ["-c", Self.attestationHandle]) { try await makeKey() }
        let key = try await tools.output("tpm2_readpublic", ["-c", Self.attestationHandle, "-f", "tpmt"], "-o", "key")
        let selection = "sha256:" + Self.registers.map(String.init).joined(separator: ",")
        let challenge = Hex.encode(Array(SHA256.hash(data: reportData.bytes)))
        try await tools.run(
            "tpm2_quote",
            [
                "-c", Self.attestationHandle, "-l", selection, "-q", challenge, "--scheme", "ecdsa", "-g", "sha256",
                "-m", tools.path("quote"), "-s", tools.path("signature"), "-o", tools.path("registers"), "-F", "values",
            ])
        let values = try tools.read("registers")
        guard values.count == 32 * Self.registers.count else {
            throw KeyError(.noEvidence, "the TPM gave \(values.count) bytes of registers", at: folder)
        }
        return .tpm(
            .init(
                quote: try tools.read("quote"), signature: try tools.read("signature"), attestationKey: key,
                registers: Self.registers.map {
                    .init(bank: "sha256", index: $0, value: Array(values[($0 * 32)..<($0 * 32 + 32)]))
                },
                reportData: reportData.bytes, certificates: try await certificates()))
    }

    package func activate(_ challenge: TPMChallenge) async throws -> [UInt8] {
        // The form of tpm2-tools: a mark, version 1, both structures with their sizes.
        var file: [UInt8] = [0xBA, 0xDC, 0xC0, 0xDE, 0, 0, 0, 1]
        file += TPM2B.framed(challenge.credential) + TPM2B.framed(challenge.encryptedSecret)
        try Data(file).write(to: URL(filePath: tools.path("challenge")))
        defer { try? FileManager.default.removeItem(atPath: tools.path("secret")) }
        let arguments = [
            "-c", Self.attestationHandle, "-C", Self.endorsementHandle, "-i", tools.path("challenge"), "-o",
            tools.path("secret"),
        ]
        // Makers' templates ask for a policy; keys that tools made may take the hierarchy's empty password.
        try await tools.run("tpm2_startauthsession", ["--policy-session", "-S", tools.path("session")])
        var isOpened = try await tools.succeeds("tpm2_policysecret", ["-S", tools.path("session"), "-c", "e"])
        if isOpened {
            let session = ["-P", "session:" + tools.path("session")]
            isOpened = try await tools.succeeds("tpm2_activatecredential", arguments + session)
        }
        _ = try await tools.succeeds("tpm2_flushcontext", [tools.path("session")])
        if !isOpened { try await tools.run("tpm2_activatecredential", arguments) }
        return try tools.read("secret")
    }

    private func makeKey() async throws {
        if try await !tools.succeeds("tpm2_readpublic", ["-c", Self.endorsementHandle]) {
            try await tools.run(
                "tpm2_createek", ["-c", Self.endorsementHandle, "-G", "ecc", "-u", tools.path("ek.pub")])
        }
        try await tools.run(
            "tpm2_createak",
            ["-C", Self.endorsementHandle, "-c", tools.path("ak.ctx"), "-G", "ecc", "-g", "sha256", "-s", "ecdsa"])
        // A TPM has room for three objects.
        _ = try await tools.succeeds("tpm2_flushcontext", ["-t"])
        try await tools.run("tpm2_evictcontrol", ["-C", "o", "-c", tools.path("ak.ctx"), Self.attestationHandle])
    }

    /// The endorsement certificate, if the TPM holds one, and its issuers.
    private func certificates() async throws -> [[UInt8]] {
        for index in Self.certificateIndices {
            guard try await tools.succeeds("tpm2_nvread", [index, "-o", tools.path("ek.der")]) else { continue }
            return [try tools.read("ek.der")] + issuers
        }
        return []
    }
}
