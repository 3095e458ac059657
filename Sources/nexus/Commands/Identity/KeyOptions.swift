import ArgumentParser
import NexusBase
import NexusKeys
import NexusTrust

/// A passphrase, which never stands on a command line.
struct PassphraseOption: ParsableArguments {
    @Option(
        name: .customLong("passphrase-file"),
        help: "A file with the key's passphrase; one newline at its end does not count.", completion: .file())
    var passphraseFile: String?

    @Option(help: "The TPM that sealed the key's passphrase: a TCTI of tpm2-tools, such as device:/dev/tpmrm0.")
    var tpm: String?

    func validate() throws {
        guard passphraseFile == nil || tpm == nil else {
            throw ValidationError("--passphrase-file and --tpm are two ways to keep one passphrase")
        }
    }

    /// The passphrase of the key file at `key`; a new key's is drawn and sealed where a TPM is to keep it.
    func read(for key: String, isNew: Bool = false) async throws -> SecretBytes? {
        if let tpm {
            let seal = TPMSeal(connection: tpm)
            return isNew ? try await seal.seal(for: key) : try await seal.unseal(for: key)
        }
        return try passphraseFile.map { path in
            var bytes = try Files.read(path, bytesMax: KeyLimits.passphraseBytesMax + 2)
            if bytes.last == 0x0A { bytes.removeLast() }
            return SecretBytes(bytes)
        }
    }
}

/// A key file that signs.
struct SigningKeyOption: ParsableArguments {
    @Option(help: "The key file that signs.", completion: .file())
    var key: String

    @OptionGroup var passphrase: PassphraseOption

    func read() async throws -> SigningKey {
        let file = try KeyFile.read(key, passphrase: await passphrase.read(for: key))
        guard let signer = file.signingKey else {
            throw KeyError(.wrongSuite, "a key for \(file.suite.rawValue) signs nothing", at: key)
        }
        return signer
    }
}
