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

    func read() throws -> SecretBytes? {
        try passphraseFile.map { path in
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

    func read() throws -> SigningKey {
        let file = try KeyFile.read(key, passphrase: passphrase.read())
        guard let signer = file.signingKey else {
            throw KeyError(.wrongSuite, "a key for \(file.suite.rawValue) signs nothing", at: key)
        }
        return signer
    }
}
