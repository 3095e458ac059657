import ArgumentParser
import NexusAttestation
import NexusBase
import NexusMesh

struct AttestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest", abstract: "Look into and verify attestation evidence, offline.",
        subcommands: [AttestShowCommand.self, AttestVerifyCommand.self])
}

/// `nexus attest show`: what evidence says, without judging it.
struct AttestShowCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Say what attestation evidence says. Nothing is verified.",
        discussion: """
            EXAMPLES
              nexus attest show evidence.json
              nexus attest show report.bin

            Takes a document of attestation-v1, a bare SEV-SNP report or a bare DCAP quote.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions
    @Argument(help: "The evidence.", completion: .file()) var file: String

    func run(on console: Console) async throws {
        let (rows, notShown) = try Files.decode(file, bytesMax: AttestationLimits.evidenceBytesMax) {
            let evidence = try AttestationEvidence(recognising: $0)
            return (try evidence.summary(), try evidence.notShown())
        }
        console.facts(rows.map { ($0.name.string, Styled($0.value.string)) })
        console.heading("It does not show")
        for sentence in notShown { console.say("  \(console.marks.bullet) \(sentence)") }
        console.say(.dim("  Nothing of this was verified: nexus attest verify does."))
        console.result([
            "notShown": .array(notShown.map { .string($0) }),
            "says": .array(rows.map { ["name": .string($0.name), "value": .string($0.value)] }), "verified": false,
        ])
    }
}

/// `nexus attest verify`: whether evidence holds, what it shows and what not; and whether it is good enough.
struct AttestVerifyCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify attestation evidence, and appraise it by reference values.",
        discussion: """
            EXAMPLES
              nexus attest verify evidence.json
              nexus attest verify evidence.json --reference values.json --report-data 5f3a…
              nexus attest verify evidence.json --at 2025-07-01T00:00:00.000Z

            Without --reference, the roots are AMD's for Milan and Intel's for SGX and TDX, and nothing is appraised: \
            what ran there, and whose keys it bound, is then for you to judge. A TPM's evidence comes out as simulated \
            here, because only the rail that challenged it knows that the key is in it.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions
    @Argument(help: "The evidence: a document of attestation-v1.", completion: .file(extensions: ["json"]))
    var file: String
    @Option(help: "Reference values of attestation-v1.", completion: .file(extensions: ["json"])) var reference: String?
    @Option(help: "The 64 bytes that must be bound, in hexadecimal.") var reportData: String?
    @Option(help: "The date at which it must hold; now unless given.") var at: String?

    func validate() throws {
        guard (reference == nil) == (reportData == nil) else {
            throw ValidationError("--reference and --report-data go together: a key that is not bound proves nothing.")
        }
    }

    func run(on console: Console) async throws {
        let date = try at.map { try Instant(parsing: Text($0)) } ?? Instant.now
        let evidence = try Files.decode(file, bytesMax: AttestationLimits.evidenceBytesMax) {
            try AttestationEvidence(parsing: $0)
        }
        let values = try reference.map {
            try Files.decode($0, bytesMax: AttestationLimits.evidenceBytesMax) { try ReferenceValues(parsing: $0) }
        }
        let roots: [AttestationKind: [TrustRoot]] = [.sevSNP: [.amdMilan], .tdx: [.intelSGX], .sgx: [.intelSGX]]
        let context =
            values.map { AttestationEvidence.Context($0, date: date) } ?? .init(roots: roots, date: date)
        let verified = try evidence.verify(in: context)
        Self.show(verified, at: date, on: console)
        guard let values, let reportData else {
            console.say(.dim("  Not appraised: --reference FILE and --report-data HEX ask whether it is good enough."))
            console.result(Self.json(verified))
            return
        }
        let data = try ReportData(expected: Hex.decode(reportData))
        let appraisal = try values.appraise(verified, expecting: data, at: date)
        let isAccepted = appraisal.refusals.isEmpty
        console.heading("Appraisal: \(appraisal.tier.rawValue)")
        for warning in appraisal.warnings { console.say("  \(warn: console.marks.warning) \(warning)") }
        for refusal in appraisal.refusals {
            console.say(
                "  \(bad: console.marks.failed) \(refusal.place ?? ""): \(refusal.message) \(dim: refusal.qualifiedCode)"
            )
        }
        if isAccepted { console.say("  \(good: console.marks.done) accepted as \(appraisal.kind.rawValue)") }
        console.result(appraisal.json)
        if !isAccepted { throw ExitCode(ExitStatus.no.rawValue) }
    }

    private static func show(_ evidence: VerifiedEvidence, at date: Instant, on console: Console) {
        console.say(
            "\(good: console.marks.done) the evidence holds at \(date); kind \(Styled.bold(evidence.kind.rawValue))")
        var facts: [(String, Styled)] = evidence.roots.map { ("root", Styled($0.name.string)) }
        if let until = evidence.validUntil { facts.append(("holds until", Styled(until.description))) }
        let claims = evidence.claims
        facts += [
            (
                "machine",
                Styled([claims.oemid?.string, claims.hwmodel?.string].compactMap(\.self).joined(separator: " "))
            ),
            ("debugging", Styled(claims.dbgstat?.rawValue ?? "not said")),
            ("report data", Styled(Hex.encode(claims.nonce))),
        ]
        if let status = claims.tcbStatus { facts.append(("status", Styled(status.rawValue))) }
        if !claims.advisories.isEmpty {
            facts.append(("advisories", Styled(claims.advisories.map(\.string).joined(separator: ", "))))
        }
        facts += claims.measurements.map { ($0.name.string, Styled(Hex.encode($0.value))) }
        facts += claims.versions.map { ($0.name.string, Styled(String($0.value))) }
        facts += claims.flags.map { ($0.name.string, Styled($0.isOn ? "on" : "off")) }
        console.facts(facts)
        console.heading("It does not show")
        for sentence in evidence.notShown { console.say("  \(console.marks.bullet) \(sentence)") }
    }

    private static func json(_ evidence: VerifiedEvidence) -> JSON {
        [
            "appraised": false, "claims": evidence.claims.json, "kind": .text(evidence.kind.rawValue),
            "notShown": .array(evidence.notShown.map { .string($0) }), "validUntil": evidence.validUntil?.json,
        ]
    }
}
