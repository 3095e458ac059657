import Foundation
import NexusBase

/// The passphrase of a key file in the keeping of one TPM: drawn at random, sealed under its storage hierarchy, kept as
/// a sealed blob beside the key file (key-file-v2, "Sealed by a TPM"). Only that TPM opens it.
package struct TPMSeal: Sendable {
    private static let format: Text = "nexus.tpm-seal/v1"
    private static let fileBytesMax = 8192

    private let connection: String?

    /// `connection` is tpm2-tools' TCTI; its own default if nil.
    package init(connection: String?) { self.connection = connection }

    /// Where the sealed passphrase of a key file lies.
    package static func path(of key: String) -> String { key + ".tpm" }

    /// Draws a passphrase, has the TPM seal it, and writes the blob. Throws `keys.no-evidence`, `.exists`, `.io`.
    package func seal(for key: String) async throws -> SecretBytes {
        let passphrase = SecretBytes(Array(Hex.encode(SecretBytes.random(32)).utf8))
        let json = try await withTools { tools -> JSON in
            // The secret goes through a pipe: it stands in no file and on no command line.
            try await tools.run(
                "tpm2_create",
                [
                    "-C", tools.path("primary"), "-g", "sha256", "-i", "-", "-u", tools.path("public"), "-r",
                    tools.path("private"),
                ], input: passphrase.bytes)
            return [
                "format": .string(Self.format), "private": .base64(try tools.read("private")),
                "public": .base64(try tools.read("public")),
            ]
        }
        try PrivateFile.write(json.canonicalBytes, to: Self.path(of: key), replacing: false)
        return passphrase
    }

    /// The passphrase, opened by the TPM that sealed it. Throws `keys.not-found`, `.malformed`, `.no-evidence`.
    package func unseal(for key: String) async throws -> SecretBytes {
        let blob: (open: [UInt8], closed: [UInt8])
        do {
            let bytes = try PrivateFile.read(Self.path(of: key), bytesMax: Self.fileBytesMax)
            var fields = try Fields(JSON(parsingCanonical: bytes, bytesMax: Self.fileBytesMax), at: "")
            guard try fields.text("format", bytesMax: 64) == Self.format else {
                throw KeyError(.malformed, "\(Self.format) is read", at: "format")
            }
            blob = (try fields.bytes("public", countMax: 2048), try fields.bytes("private", countMax: 2048))
            try fields.finish()
        } catch let error as BaseError {
            throw KeyError(.malformed, "not a passphrase that a TPM sealed", at: error.place)
        }
        return try await withTools { tools in
            try Data(blob.open).write(to: URL(filePath: tools.path("public")))
            try Data(blob.closed).write(to: URL(filePath: tools.path("private")))
            try await tools.run(
                "tpm2_load",
                [
                    "-C", tools.path("primary"), "-u", tools.path("public"), "-r", tools.path("private"), "-c",
                    tools.path("sealed"),
                ])
            _ = try await tools.succeeds("tpm2_flushcontext", ["-t"])
            return SecretBytes(try await tools.run("tpm2_unseal", ["-c", tools.path("sealed")]))
        }
    }

    /// With the TPM's storage key made anew from its seed, in a folder that goes away.
    private func withTools<Value>(_ body: (TPMTools) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.path + "/nexus-tpm-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let tools = TPMTools(connection: connection, folder: folder)
        try await tools.run(
            "tpm2_createprimary", ["-C", "o", "-G", "ecc", "-g", "sha256", "-c", tools.path("primary")])
        // A TPM has room for three objects.
        _ = try await tools.succeeds("tpm2_flushcontext", ["-t"])
        do {
            let value = try await body(tools)
            _ = try await tools.succeeds("tpm2_flushcontext", ["-t"])
            return value
        } catch {
            _ = try? await tools.succeeds("tpm2_flushcontext", ["-t"])
            throw error
        }
    }
}
