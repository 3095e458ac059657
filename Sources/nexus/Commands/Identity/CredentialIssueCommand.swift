import ArgumentParser
import NexusBase
import NexusMesh
import NexusTrust

struct CredentialIssueCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Sign a credential about someone.",
        discussion: """
            EXAMPLE
              nexus credential issue --key keys/issuer.key --subject did:key:z6Mk… --type GridOperator \\
                --claims '{"level": 3}' --valid-until 2027-01-01T00:00:00Z --out operator.json

            Ed25519 and P-256 keys make a Data Integrity proof (JCS), or with --token a vc+jwt; ML-DSA-65 keys make a \
            vc+jwt. Format: Documentation/Formats/credential-v1.md.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions
    @OptionGroup var signer: SigningKeyOption

    @Option(help: "Whom the credential is about.") var subject: String
    @Option(help: "What kind of credential it is; may be given several times.") var type: [String] = []
    @Option(help: "What it says of the subject: a JSON object, or a file of one.", completion: .file()) var claims:
        String
    @Option(help: "A URL that names the credential.") var id: String?
    @Option(name: .customLong("valid-from"), help: "When it begins to hold; now if not given.") var validFrom: String?
    @Option(name: .customLong("valid-until"), help: "When it ends.") var validUntil: String?
    @Option(name: .customLong("status-list"), help: "The URL of the list that says whether it is revoked.")
    var statusList: String?
    @Option(name: .customLong("status-index"), help: "Its entry there.") var statusIndex: Int?
    @Option(help: "revocation or suspension.") var purpose: ListPurpose = .revocation
    @Option(help: "The issuer's DID, if not the key's did:key; its document must list the key as #key-1.") var issuer:
        String?
    @Flag(help: "Make a vc+jwt.") var token = false
    @Option(help: "Where to put it; printed if not given.", completion: .file()) var out: String?

    func run(on console: Console) async throws {
        let key = try await signer.read()
        let name = try issuer.map { try DID(parsing: Text($0)) } ?? key.did
        let json = try document(issuer: name)
        let isToken = token || key.publicKey.suite == .mlDSA65
        let bytes: [UInt8]
        var signed = JSON.null
        if isToken {
            guard issuer == nil else {
                throw CommandError(.usage, "a token names its key by did:key; leave --issuer out")
            }
            bytes = try JWS.sign(json.canonicalBytes, type: "vc+jwt", contentType: "vc", by: key).bytes
        } else {
            let method = try issuer.map { try DIDURL(parsing: Text("\($0)#key-1")) }
            signed = try DataIntegrity.sign(json, by: key, method: method, created: .now)
            bytes = signed.canonicalBytes
        }
        if let out {
            try Files.write(bytes + [0x0A], to: out, replacing: false)
            console.say("\(good: console.marks.done) \(bold: out)")
        } else {
            console.say(Styled(String(decoding: bytes, as: UTF8.self)))
        }
        let shown = isToken ? JSON.text(String(decoding: bytes, as: UTF8.self)) : signed
        console.result([
            "credential": shown, "file": out.map { .text($0) }, "form": isToken ? "vc+jwt" : "data-integrity",
            "issuer": name.json,
        ])
    }

    /// The credential before it is signed, checked as a verifier will check it.
    private func document(issuer: DID) throws -> JSON {
        let isInline = claims.drop { $0 == " " }.hasPrefix("{")
        let given =
            try isInline
            ? JSON(parsing: Array(claims.utf8), bytesMax: TrustLimits.credentialBytesMax)
            : Files.decode(claims, bytesMax: TrustLimits.credentialBytesMax) { try JSON(parsing: $0) }
        guard case .object(var about) = given else { throw CommandError(.badInput, "claims are a JSON object") }
        about["id"] = .string(try DID(parsing: Text(subject)).text)
        guard (statusList == nil) == (statusIndex == nil) else {
            throw CommandError(.usage, "--status-list and --status-index go together")
        }
        let status = statusList.map {
            StatusEntry(purpose: purpose.purpose, index: statusIndex ?? 0, list: Text($0)).json
        }
        let json: JSON = [
            "@context": .array(Array(CredentialContext.known.prefix(2))), "credentialStatus": status,
            "credentialSubject": .object(about), "id": id.map { .text($0) }, "issuer": issuer.json,
            "type": .array((["VerifiableCredential"] + type).map { .text($0) }),
            "validFrom": .text(validFrom ?? Instant.now.description), "validUntil": validUntil.map { .text($0) },
        ]
        return try Credential(json: json, at: "credential").json
    }
}

/// What a status list is for, as an option.
enum ListPurpose: String, ExpressibleByArgument, CaseIterable {
    case revocation, suspension

    var purpose: StatusList.Purpose { self == .revocation ? .revocation : .suspension }
}
