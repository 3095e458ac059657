import ArgumentParser
import NexusAnchor
import NexusBase
import NexusEvidence
import NexusLog
import NexusLogHTTP
import NexusLogStore
import NexusRail

/// `nexus log anchor`: has the world outside say when a checkpoint existed.
struct LogAnchorCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "anchor",
        abstract: "Have a rail's latest checkpoint time-stamped (RFC 3161).",
        discussion: """
            EXAMPLE
              nexus log anchor .nexus/demo --authority http://tsa.example/ --root tsa-root.pem

            The token is verified before it is kept in the rail's folder under anchors/, and stands in every pack of a \
            job that the checkpoint covers. --root adds a certificate to the rail's trust file, so that whoever trusts \
            that file can check the tokens; it is needed once. Run it from a timer: a pack rests on the earliest \
            anchored checkpoint that covers its job.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions
    @Argument(help: "The rail's folder.", completion: .directory) var folder: String
    @Option(help: "URL of the time-stamping authority.") var authority: String
    @Option(help: "Certificate, PEM or DER, of who vouches for it (repeat).", completion: .file()) var root: [String] =
        []

    func run(on console: Console) async throws {
        let rail = RailFolder(folder)
        let reader = try LogReader(directory: rail.log)
        guard let signed = try reader.checkpoint() else {
            throw CommandError(.notFound, "the rail's log has no checkpoint", at: folder)
        }
        let trust = try trust(rail)
        let size = signed.checkpoint.size
        let note = try RailLog(reader, size: size, genesis: trust.genesis).keys(at: size, trust: trust).note(of: signed)
        let verifier = try TimeStampVerifier(roots: trust.timeStampRoots)
        let anchor = try await TimeStampClient(authority, verifier: verifier).anchor(note.bytes)
        let found = try verifier.verify(anchor.proof, over: note.bytes)
        try rail.add(anchor, of: note, size: size)
        if try trust != rail.trust() { try rail.write(trust.bytes, "rail.json") }
        console.say(
            "\(good: console.marks.done) the checkpoint of \(size) entries existed by \(found.time), says "
                + "\(bold: found.authority.string)")
        if !found.isTrusted {
            console.warn("the trust file has no root for it: verifiers will show no time; use --root")
        }
        console.result([
            "authority": .string(found.authority), "existedBy": found.time.json, "size": .int(size),
            "trusted": .bool(found.isTrusted),
        ])
    }

    /// The trust file with the roots given now.
    private func trust(_ rail: RailFolder) throws -> TrustFile {
        let trust = try rail.trust()
        let given = try root.map {
            try Self.certificate(Files.read($0, bytesMax: 4 * EvidenceLimits.timeStampRootBytesMax))
        }
        let roots = trust.timeStampRoots + given.filter { !trust.timeStampRoots.contains($0) }
        return try TrustFile(parsing: trust.with(witnesses: trust.witnesses, timeStampRoots: roots).bytes)
    }

    /// DER of one certificate, from PEM or DER.
    private static func certificate(_ bytes: [UInt8]) throws -> [UInt8] {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let start = lines.firstIndex(of: "-----BEGIN CERTIFICATE-----") else { return bytes }
        let body = lines[(start + 1)...].prefix { $0 != "-----END CERTIFICATE-----" }
        return try Base64.decode(body.joined())
    }
}
