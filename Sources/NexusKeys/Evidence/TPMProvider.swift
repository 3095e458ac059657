import Crypto
import Foundation
package import NexusAttestation
import NexusBase
import Subprocess

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
    private static let outputMax = 64 << 10

    private let connection: String?
    private let folder: String
    private let issuers: [[UInt8]]

    /// `connection` is tpm2-tools' TCTI, for example `device:/dev/tpmrm0` or `swtpm:path=…`; its own default if nil.
    /// `folder` holds what the tools pass on; `issuers` are certificates in DER.
    package init(connection: String?, folder: String, issuers: [[UInt8]] = []) {
        self.connection = connection
        self.folder = folder
        self.issuers = issuers
    }

    package func evidence(over reportData: ReportData) async throws -> AttestationEvidence {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if try await !succeeds("tpm2_readpublic", ["-c", Self.attestationHandle]) { try await makeKey() }
        let key = try await output("tpm2_readpublic", ["-c", Self.attestationHandle, "-f", "tpmt"], "-o", "key")
        let selection = "sha256:" + Self.registers.map(String.init).joined(separator: ",")
        let challenge = Hex.encode(Array(SHA256.hash(data: reportData.bytes)))
        try await run(
            "tpm2_quote",
            [
                "-c", Self.attestationHandle, "-l", selection, "-q", challenge, "--scheme", "ecdsa", "-g", "sha256",
                "-m", path("quote"), "-s", path("signature"), "-o", path("registers"), "-F", "values",
            ])
        let values = try read("registers")
        guard values.count == 32 * Self.registers.count else {
            throw KeyError(.noEvidence, "the TPM gave \(values.count) bytes of registers", at: folder)
        }
        return .tpm(
            .init(
                quote: try read("quote"), signature: try read("signature"), attestationKey: key,
                registers: Self.registers.map {
                    .init(bank: "sha256", index: $0, value: Array(values[($0 * 32)..<($0 * 32 + 32)]))
                },
                reportData: reportData.bytes, certificates: try await certificates()))
    }

    private func makeKey() async throws {
        if try await !succeeds("tpm2_readpublic", ["-c", Self.endorsementHandle]) {
            try await run("tpm2_createek", ["-c", Self.endorsementHandle, "-G", "ecc", "-u", path("ek.pub")])
        }
        try await run(
            "tpm2_createak",
            ["-C", Self.endorsementHandle, "-c", path("ak.ctx"), "-G", "ecc", "-g", "sha256", "-s", "ecdsa"])
        // A TPM has room for three objects.
        _ = try await succeeds("tpm2_flushcontext", ["-t"])
        try await run("tpm2_evictcontrol", ["-C", "o", "-c", path("ak.ctx"), Self.attestationHandle])
    }

    /// The endorsement certificate, if the TPM holds one, and its issuers.
    private func certificates() async throws -> [[UInt8]] {
        for index in Self.certificateIndices {
            guard try await succeeds("tpm2_nvread", [index, "-o", path("ek.der")]) else { continue }
            return [try read("ek.der")] + issuers
        }
        return []
    }

    private func path(_ name: String) -> String { "\(folder)/\(name)" }

    private func read(_ name: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path(name)) else {
            throw KeyError(.noEvidence, "the TPM's tools left no \(name)", at: folder)
        }
        return Array(data)
    }

    private func output(_ tool: String, _ arguments: [String], _ flag: String, _ name: String) async throws -> [UInt8] {
        try await run(tool, arguments + [flag, path(name)])
        return try read(name)
    }

    private func run(_ tool: String, _ arguments: [String]) async throws {
        let (isDone, errors) = try await result(tool, arguments)
        guard isDone else {
            throw KeyError(.noEvidence, "\(tool): \(errors.suffix(400))", at: connection ?? "the default TPM")
        }
    }

    private func succeeds(_ tool: String, _ arguments: [String]) async throws -> Bool {
        try await result(tool, arguments).isDone
    }

    private func result(_ tool: String, _ arguments: [String]) async throws -> (isDone: Bool, errors: String) {
        var settings: [Environment.Key: String?] = [:]
        if let connection { settings["TPM2TOOLS_TCTI"] = connection }
        do {
            let result = try await Subprocess.run(
                .name(tool), arguments: Arguments(arguments), environment: .inherit.updating(settings),
                output: .string(limit: Self.outputMax), error: .string(limit: Self.outputMax))
            return (result.terminationStatus.isSuccess, "\(result.standardError)")
        } catch {
            throw KeyError(.noEvidence, "\(tool) does not run; install tpm2-tools", at: tool, cause: error)
        }
    }
}
