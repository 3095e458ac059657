import ArgumentParser
import NexusBase
import NexusClause
import NexusEvidence

struct VerifyCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check evidence packs, offline.",
        discussion: """
            EXAMPLES
              nexus verify evidence/1997.aep.json --rail rail.json
              nexus verify evidence --rail rail.json --json

            Needs the pack and the rail's public trust file, nothing else: no network, no clock, no rail. Status 0 if \
            every pack is accepted, 1 if one is refused. What the evidence does not show is said after the verdict.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "Evidence packs, or folders of *.aep.json.", completion: .file(extensions: ["json"]))
    var packs: [String]

    @Option(help: "The rail's trust file: the file that you decide to trust.", completion: .file(extensions: ["json"]))
    var rail: String

    func run(on console: Console) async throws {
        let trust = try TrustFile(file: rail)
        let verifier = PackVerifier(trust: trust)
        let paths = try packs.flatMap { path in
            Files.isFolder(path) ? try Files.names(in: path, ending: ".aep.json").map { Files.join(path, $0) } : [path]
        }
        guard !paths.isEmpty else {
            throw CommandError(.notFound, "there are no *.aep.json files", at: packs.joined(separator: ", "))
        }

        let bar = ProgressBar(
            "verifying", total: paths.count, on: console.notes, isQuiet: options.quiet || paths.count < 20)
        defer { bar.finish() }
        let files = try paths.map { path in
            defer { bar.advance() }
            return try PackFile(path, verifier: verifier)
        }
        bar.finish()
        if files.count == 1 { Self.show(files[0], on: console) } else { Self.show(files, on: console) }
        let accepted = files.count { $0.isAccepted }
        console.result([
            "accepted": .int(accepted), "packs": .array(files.map(\.json)), "rail": trust.rail.json,
            "refused": .int(files.count - accepted),
        ])
        if accepted < files.count { throw ExitCode(ExitStatus.no.rawValue) }
    }

    /// One pack: every check, then what it comes to.
    static func show(_ file: PackFile, on console: Console) {
        console.say(.bold(file.path))
        let names = VerificationReport.Check.allCases.map(\.rawValue)
        let width = names.map(\.count).max() ?? 0
        func padded(_ name: String) -> String { name + String(repeating: " ", count: max(0, width - name.count)) }
        for check in file.checks {
            let mark = check.passed ? Styled.good(console.marks.done) : .bad(console.marks.failed)
            console.say(
                "  \(mark) \(padded(check.name))  \(check.passed ? Styled(check.message, .dim) : Styled(check.message))"
            )
        }
        for name in names.dropFirst(file.checks.count) {
            console.say("    \(dim: padded(name))  \(dim: "not reached")")
        }
        console.say()
        guard let certificate = file.certificate else {
            let failure = file.failure
            // A refusal is an answer that is shown even when quiet.
            console.notes.writeLine(
                "\(bad: "refused") at the check \(bold: failure?.name ?? "form"): \(failure?.message ?? "") "
                    + .dim("[\(failure?.code ?? "unknown")]")
            )
            if let hint = failure?.code.flatMap({ Hint.text(for: $0) }) {
                console.notes.writeLine("  \(dim: "next:") \(hint)")
            }
            return
        }
        console.say(
            "\(good: "accepted")  \(bold: certificate.clauseID.description)  \(certificate.occurrence)  "
                + certificate.signal.styled
        )
        console.say("  \(Certified(certificate, file.clause).sentence)")
        console.say("  \(dim: Self.signers(certificate))")
        for assurance in file.assurances { console.say("  \(good: console.marks.done) \(assurance)") }
        for caveat in file.caveats { console.say("  \(warn: console.marks.warning) \(caveat)") }
    }

    private static func signers(_ certificate: VerificationReport.Certificate) -> String {
        let differing = certificate.differing.count
        return "\(certificate.agreeing.count) agree"
            + (differing > 0 ? ", \(differing) differ and are kept as evidence" : "")
            + ", log size \(certificate.logSize), \(certificate.cosigners.count) cosignatures"
    }

    /// Several: a line each, and totals.
    private static func show(_ files: [PackFile], on console: Console) {
        var table = Table([.left(""), .left("occurrence"), .left("signal"), .left("what"), .left("file")])
        // In one folder, the names are enough.
        let isOneFolder = Set(files.map { Files.folder(of: $0.path) }).count == 1
        for file in files {
            let name = isOneFolder ? Files.name(of: file.path) : file.path
            if let certificate = file.certificate {
                table.add([
                    .good(console.marks.done), Styled(certificate.occurrence.string), certificate.signal.styled,
                    Styled(Certified(certificate, file.clause).sentence), .dim(name),
                ])
            } else {
                table.add([
                    .bad(console.marks.failed), "", .bad("refused"),
                    "\(file.failure?.name ?? "form"): \(file.failure?.message ?? "")", Styled(name),
                ])
            }
        }
        console.show(table)
        console.say()
        let accepted = files.count { $0.isAccepted }
        let refused = files.count - accepted
        let totals = "\(accepted) accepted, \(refused) refused"
        console.say(refused == 0 ? .good(totals) : .bad(totals))
        for caveat in Set(files.flatMap(\.caveats)).sorted() {
            console.say("  \(warn: console.marks.warning) \(caveat)")
        }
    }
}

extension TrustFile {
    /// Reads a trust file; errors name the file.
    init(file path: String) throws {
        self = try Files.decode(path, bytesMax: EvidenceLimits.trustFileBytesMax) { try TrustFile(parsing: $0) }
    }
}
