import ArgumentParser
import NexusBase
import NexusMesh
import NexusResolver
import NexusTrust

struct CredentialVerifyCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a credential: who signed it, whether it holds now, whether it was revoked.",
        discussion: """
            EXAMPLE
              nexus credential verify operator.json --issuer did:key:z6Mk… --status-list list.json

            Offline, unless --resolve is given: the document of a did:web is named with --document. A credential that names a status list is \
            refused without the list. Without --issuer the answer says who signed, and that nobody was named to trust. \
            Exit status 1: refused.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "The credential: a JSON document or a vc+jwt.", completion: .file()) var file: String
    @Option(help: "An issuer you trust; may be given several times.") var issuer: [String] = []
    @Option(name: .customLong("status-list"), help: "A status list; may be given several times.", completion: .file())
    var statusLists: [String] = []
    @Option(name: .customLong("status-issuer"), help: "Who may publish lists besides the credential's own issuer.")
    var statusIssuers: [String] = []
    @Option(help: "The document of a did:web, at hand; may be given several times.", completion: .file())
    var document: [String] = []
    @Flag(help: "Fetch the documents of did:web that are not at hand, over HTTPS: 256 KiB, 10 s, no redirect.")
    var resolve = false
    @Option(help: "A suite you take, by its name in envelope-v1; all if not given.") var suite: [String] = []
    @Option(help: "The time to judge at, for instance 2026-11-21T09:30:00.000Z; now if not given.") var at: String?

    func run(on console: Console) async throws {
        let bytes = try Files.read(file, bytesMax: TrustLimits.credentialBytesMax * 2)
        let lists = try statusLists.map { try Files.read($0, bytesMax: TrustLimits.credentialBytesMax) }
        var verifier = CredentialVerifier(now: try at.map { try Instant(parsing: Text($0)) } ?? .now)
        verifier.documents = try await documents(of: [bytes] + lists)
        verifier.statusIssuers = statusIssuers.map { Text($0) }
        for list in lists { try verifier.add(statusList: list) }
        if !suite.isEmpty { verifier.suites = try SuitePolicy(names: suite.map { Text($0) }) }
        let verified = try verifier.verify(bytes)
        let credential = verified.credential
        guard issuer.isEmpty || issuer.contains(where: { Text($0) == credential.issuer }) else {
            throw TrustError(
                .wrongIssuer, "\(credential.issuer) is none of the issuers you named", at: "credential.issuer")
        }
        console.say("\(good: console.marks.done) \(bold: file)  \(issuer.isEmpty ? "signed, and holds" : "accepted")")
        console.facts(facts(verified))
        if issuer.isEmpty {
            console.warn("nobody was named to trust (--issuer): this says who signed, not whether to believe it")
        }
        console.result([
            "credential": credential.json, "form": .text(verified.form.rawValue), "issuer": .string(credential.issuer),
            "suite": .text(verified.issuerKey.kind.rawValue), "verdict": issuer.isEmpty ? "signed" : "accepted",
        ])
    }

    private func facts(_ verified: VerifiedCredential) -> [(String, Styled)] {
        let credential = verified.credential
        let kinds = credential.types.filter { $0 != "VerifiableCredential" }.map(\.string).joined(separator: ", ")
        var facts: [(String, Styled)] = [
            ("type", Styled(kinds.isEmpty ? "none of its own" : kinds)), ("issuer", Styled(credential.issuer.string)),
            ("subject", Styled(credential.subjectID?.string ?? "not named")),
            ("signed as", Styled("\(verified.form.rawValue), \(verified.issuerKey.kind.rawValue)")),
        ]
        if let until = credential.validUntil { facts.append(("until", Styled(until.description))) }
        facts.append(("status", Styled(credential.namesStatus ? "listed, not set" : "none named")))
        return facts
    }

    private func documents(of signed: [[UInt8]]) async throws -> KnownDocuments {
        var known = KnownDocuments()
        if resolve {
            let fetcher = HTTPSFetcher()
            let dids = try signed.flatMap { try CredentialVerifier.didsNamed(in: $0) }
            let found: Result<KnownDocuments, any Error>
            do { found = .success(try await CachingResolver(fetcher: fetcher).documents(of: dids)) } catch {
                found = .failure(error)
            }
            try await fetcher.shutdown()
            known = try found.get()
        }
        for path in document {
            let read: DIDDocument = try Files.decode(path, bytesMax: TrustLimits.didDocumentBytesMax) { bytes in
                var fields = try Fields(JSON(parsing: bytes), at: "didDocument")
                return try DIDDocument(parsing: bytes, of: fields.did("id"))
            }
            known.add(read)
        }
        return known
    }
}
