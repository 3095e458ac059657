import ArgumentParser
import NexusBase
import NexusMesh
import NexusTrust

struct CredentialRevokeCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Set entries of a status list, and sign it anew.",
        discussion: """
            EXAMPLES
              nexus credential revoke list.json --new https://rail.example/status/1 --key keys/issuer.key
              nexus credential revoke list.json 94567 --key keys/issuer.key
              nexus credential revoke list.json 94567 --undo --key keys/issuer.key

            The list is a credential of its own, which you publish under its URL. A revocation is undone only where the \
            list is for suspension. Format: Documentation/Formats/credential-v1.md, "Status".
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "The list's file.", completion: .file()) var file: String
    @Argument(help: "Entries to set.") var entries: [Int] = []
    @OptionGroup var signer: SigningKeyOption
    @Option(help: "Make the list, for this URL.") var new: String?
    @Option(help: "What a new list is for: revocation or suspension.") var purpose: ListPurpose = .revocation
    @Option(help: "How many entries a new list has.") var size = TrustLimits.statusEntriesMin
    @Flag(help: "Clear the entries instead.") var undo = false

    func run(on console: Console) async throws {
        let key = try await signer.read()
        let (url, before) =
            try new.map { (Text($0), StatusList(purpose: purpose.purpose, entries: size)) } ?? current(of: key)
        var list = before
        guard !undo || list.purpose == .suspension else {
            throw CommandError(.usage, "a revocation stands; lists for suspension can be undone")
        }
        for entry in entries { try list.set(entry, to: !undo) }
        let json = list.credential(url: url, issuer: key.did.text, validFrom: .now)
        _ = try Credential(json: json, at: "list")
        let signed = try DataIntegrity.sign(json, by: key, created: .now)
        try Files.write(signed.canonicalBytes + [0x0A], to: file, replacing: new == nil)
        console.say("\(good: console.marks.done) \(bold: file)")
        console.facts([
            ("publish at", Styled(url.string)), ("for", Styled(list.purpose.rawValue)),
            ("set", Styled("\(list.setCount) of \(list.count) entries")),
        ])
        console.result([
            "entries": .int(list.count), "file": .text(file), "purpose": .text(list.purpose.rawValue),
            "set": .int(list.setCount), "url": .string(url),
        ])
    }

    /// The list in the file, which must be this key's own.
    private func current(of key: SigningKey) throws -> (Text, StatusList) {
        let bytes = try Files.read(file, bytesMax: TrustLimits.credentialBytesMax)
        let credential = try CredentialVerifier(now: .now).verify(bytes).credential
        guard credential.issuer == key.did.text, let url = credential.id else {
            throw TrustError(.wrongIssuer, "the list is \(credential.issuer)'s", at: file)
        }
        return (url, try StatusList(in: credential))
    }
}
