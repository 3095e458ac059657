import ArgumentParser
import Foundation
import NexusBase
import NexusKeys
import NexusTrust

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make and show key files.",
        subcommands: [KeyNewCommand.self, KeyShowCommand.self])
}

extension KeySuite: ExpressibleByArgument {}

struct KeyNewCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a private key in a file of its own.",
        discussion: """
            EXAMPLE
              nexus key new keys/committee-1.key --comment "Committee, seat 1"

            The file has mode 0600 and must lie in a folder that only you may use (mode 0700, made if it is not \
            there). It is not encrypted. An existing file is never replaced. Format: \
            Documentation/Formats/key-file-v1.md.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "Where to put the key.", completion: .file())
    var file: String

    @Option(
        help: """
            ed25519 signs, x25519 and x-wing are sealed to, p256 is for TLS, ml-dsa-44 cosigns logs; ml-dsa-65, ed25519+ml-dsa-65, \
            slh-dsa-sha2-128s sign.
            """)
    var suite: KeySuite = .ed25519

    @Option(help: "A line for people, at most 256 bytes.")
    var comment: String?

    func run(on console: Console) async throws {
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let key = try KeyFile.generate(suite, created: now, comment: comment.map { Text($0) })
        try key.write(to: file)
        let parts = try PublicParts(key)
        console.say("\(good: console.marks.done) \(bold: file)  \(dim: "private: mode 0600, not encrypted")")
        console.facts(parts.facts)
        console.result(parts.json(file))
    }
}

struct KeyShowCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the public parts of a key file.",
        discussion: "The private part is read and checked against the public one, and never printed.")

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "The key file.", completion: .file())
    var file: String

    @OptionGroup var passphrase: PassphraseOption

    func run(on console: Console) async throws {
        let parts = try PublicParts(KeyFile.read(file, passphrase: await passphrase.read(for: file)))
        console.say(.bold(file))
        console.facts(parts.facts)
        console.result(parts.json(file))
    }
}

/// What of a key anyone may see.
private struct PublicParts {
    let key: KeyFile
    /// The key's did:key; keys for sealing have none.
    let did: DID?

    init(_ key: KeyFile) throws {
        self.key = key
        did = try key.suite.signatureSuite.map { try VerificationKey(suite: $0, bytes: key.publicKey).did }
    }

    var facts: [(String, Styled)] {
        var facts: [(String, Styled)] = [("suite", Styled(key.suite.rawValue))]
        if let did { facts.append(("did", .bold(did.description))) }
        facts.append(("public", Styled(Base64.encode(key.publicKey))))
        facts.append(("created", Styled(key.created.description)))
        if let comment = key.comment { facts.append(("comment", Styled(comment.string))) }
        return facts
    }

    func json(_ file: String) -> JSON {
        [
            "comment": key.comment.map { .string($0) }, "created": key.created.json, "did": did?.json,
            "file": .text(file),
            "public": .base64(key.publicKey), "suite": .text(key.suite.rawValue),
        ]
    }
}
