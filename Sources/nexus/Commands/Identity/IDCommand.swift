import ArgumentParser
import NexusBase
import NexusKeys
import NexusMesh
import NexusTrust

struct IDCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "id", abstract: "Make and show decentralised identifiers.",
        subcommands: [IDNewCommand.self, IDShowCommand.self])
}

struct IDNewCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a key and show the identifiers it has.",
        discussion: """
            EXAMPLES
              nexus id new keys/issuer.key
              nexus id new keys/root.key --suite slh-dsa-sha2-128s --passphrase-file secret.txt
              nexus id new keys/node.key --tpm device:/dev/tpmrm0
              nexus id new keys/web.key --web did:web:issuer.example

            The key file has mode 0600 in a folder of mode 0700; with a passphrase it is encrypted (scrypt, 128 MiB a \
            guess). With --web, the document to publish is printed. Format: Documentation/Formats/key-file-v2.md.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "Where to put the key.", completion: .file())
    var file: String

    @Option(help: "ed25519, p256, ml-dsa-65, ed25519+ml-dsa-65 or slh-dsa-sha2-128s.")
    var suite: KeySuite = .ed25519

    @OptionGroup var passphrase: PassphraseOption

    @Option(help: "A line for people, at most 256 bytes.")
    var comment: String?

    @Option(help: "The did:web that the key will be published under.")
    var web: String?

    func run(on console: Console) async throws {
        guard suite.signatureSuite != nil else {
            throw CommandError(.usage, "an identifier's key signs; \(suite.rawValue) does not")
        }
        let secret = try await passphrase.read(for: file, isNew: true)
        let identity = try web.map { try DID(parsing: Text($0)) }
        if let identity { _ = try DIDWeb.url(of: identity) }
        let key = try KeyFile.generate(suite, created: .now, comment: comment.map { Text($0) })
        try key.write(to: file, passphrase: secret)
        let protection =
            secret == nil
            ? "not encrypted" : passphrase.tpm == nil ? "under a passphrase" : "under one that the TPM holds"
        console.say("\(good: console.marks.done) \(bold: file)  \(dim: "private: mode 0600, " + protection)")
        try Identity(key, web: identity).show(on: console, file: file)
    }
}

struct IDShowCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the identifiers of a key file, or the document of an identifier.",
        discussion: """
            EXAMPLES
              nexus id show keys/issuer.key --web did:web:issuer.example
              nexus id show did:key:z6Mk…
              nexus id show did:web:issuer.example --document did.json

            did:key and did:jwk carry their documents; that of a did:web is named with --document.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "A key file or a DID.", completion: .file())
    var subject: String

    @OptionGroup var passphrase: PassphraseOption

    @Option(help: "The did:web that the key is published under.")
    var web: String?

    @Option(help: "The document of a did:web, at hand.", completion: .file())
    var document: String?

    func run(on console: Console) async throws {
        guard subject.hasPrefix("did:") else {
            let key = try KeyFile.read(subject, passphrase: await passphrase.read(for: subject))
            console.say(.bold(subject))
            return try Identity(key, web: web.map { try DID(parsing: Text($0)) }).show(on: console, file: subject)
        }
        let did = try DID(parsing: Text(subject))
        var known = KnownDocuments()
        if let document {
            known.add(
                try Files.decode(document, bytesMax: TrustLimits.didDocumentBytesMax) {
                    try DIDDocument(parsing: $0, of: did)
                })
        }
        let found = try known.document(of: did)
        console.say(.bold(did.description))
        for relationship in VerificationRelationship.allCases {
            let ids = found.methodIDs(for: relationship)
            if !ids.isEmpty {
                console.facts([(relationship.rawValue, Styled(ids.map(\.text.string).joined(separator: ", ")))])
            }
        }
        console.result(["did": did.json, "document": found.json])
    }
}

/// The identifiers that one key has.
private struct Identity {
    let key: PublicKey
    let web: DID?

    init(_ file: KeyFile, web: DID?) throws {
        guard let signer = file.signingKey else {
            throw KeyError(.wrongSuite, "a key for \(file.suite.rawValue) has no identifier")
        }
        key = PublicKey(signer.publicKey)
        self.web = web
    }

    /// The document to publish for the did:web: one key, for statements and for logging in.
    private func document(of did: DID) throws -> JSON {
        let id = JSON.text("\(did)#key-1")
        let method: JSON = [
            "controller": did.json, "id": id, "publicKeyMultibase": .string(key.multibase), "type": "Multikey",
        ]
        let json: JSON = [
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "assertionMethod": [id], "authentication": [id], "id": did.json, "verificationMethod": [method],
        ]
        return try DIDDocument(json: json, of: did, at: "didDocument").json
    }

    func show(on console: Console, file: String) throws {
        let did = try DID(of: key)
        let jwk = try? DID(jwkOf: key)
        var facts: [(String, Styled)] = [("suite", Styled(key.kind.rawValue)), ("did", .bold(did.description))]
        if let jwk, !key.kind.isPostQuantum { facts.append(("also", Styled(jwk.description))) }
        console.facts(facts)
        var document = try DIDDocument(didKey: did).json
        if let web {
            document = try self.document(of: web)
            console.facts([("web", .bold(web.description)), ("publish at", Styled(try DIDWeb.url(of: web).string))])
            console.say(Styled(document.indented))
        }
        console.result([
            "did": did.json, "didJwk": jwk?.json, "document": document, "file": .text(file),
            "suite": .text(key.kind.rawValue), "web": web?.json,
        ])
    }
}
