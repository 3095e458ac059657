import NexusBase
import NexusEvidence
import NexusLog
import NexusOrchestration
import NexusSimulation
import NexusTestSupport
import NexusTrust

/// Makes every small forgery of packs, tokens, statements and checkpoints, and holds them against the verifiers. With a
/// stream, each pack is also printed with the verdict, for the Python verifier to agree or not.
struct Forgeries {
    let isStreaming: Bool
    /// Each how manieth pack is verified.
    let step: Int
    private var rows: [(what: String, runs: Int, accepted: Int)] = []

    init(isStreaming: Bool, step: Int) {
        self.isStreaming = isStreaming
        self.step = step
    }

    mutating func run() throws -> Bool {
        try packs("pack", PackScenario())
        try packs("pack, one input withheld", PackScenario { $0.withheld = ["november"] })
        try quorums()
        try checkpoints()
        try tokens()
        try statements()
        let runs = rows.reduce(0) { $0 + $1.runs }
        let accepted = rows.reduce(0) { $0 + $1.accepted }
        guard !isStreaming else { return accepted == 0 }
        for row in rows { print("\(row.what): \(row.runs) forgeries, \(row.accepted) accepted") }
        print("forgeries: \(runs) tried, \(accepted) accepted")
        return accepted == 0
    }

    private mutating func note(_ what: String, _ runs: Int, _ accepted: [String]) {
        rows.append((what, runs, accepted.count))
        guard !isStreaming else { return }
        for name in accepted.prefix(20) { print("ACCEPTED \(what):\(name)") }
    }

    // MARK: Packs

    private mutating func packs(_ what: String, _ scenario: PackScenario) throws {
        let built = try scenario.build()
        let verifier = PackVerifier(trust: try TrustFile(parsing: built.trust))
        guard verifier.verify(built.pack).isAccepted else { throw WorldError("the pack to forge does not verify") }
        let pack = try JSON(parsing: built.pack)
        begin(built)
        var (made, runs): (Int, Int) = (0, 0)
        var accepted: [String] = []
        Forgery.each(of: pack) { forgery in
            made += 1
            guard made.isMultiple(of: step) else { return }
            let bytes = PackScenario.resealed(forgery.document)
            // What was done to the digest alone is undone.
            guard bytes != built.pack else { return }
            runs += 1
            let report = verifier.verify(bytes)
            if report.isAccepted { accepted.append(forgery.name) }
            stream(forgery, pack, report)
        }
        note(what, runs, accepted)
    }

    private func begin(_ built: PackScenario.Built) {
        guard isStreaming else { return }
        let line: JSON = ["pack": .base64(built.pack), "trust": .base64(built.trust)]
        print(line.canonicalString)
    }

    /// The members that differ from the pack's, and what this verifier says.
    private func stream(_ forgery: Forgery, _ pack: JSON, _ report: VerificationReport) {
        guard isStreaming, case .object(let old) = pack, case .object(let new) = forgery.document else { return }
        var changed = JSONObject()
        for member in new.members where old[member.key] != member.value { changed[member.key] = member.value }
        let dropped = old.members.filter { new[$0.key] == nil }.map { JSON.string($0.key) }
        let line: JSON = [
            "changed": .object(changed), "check": report.failure.map { JSON.text($0.check.rawValue) },
            "dropped": .array(dropped), "name": .text(forgery.name),
        ]
        print(line.canonicalString)
    }

    private mutating func quorums() throws {
        let attempts: [(String, [PackScenario.Attempt])] = [
            ("one signer", [.signed(node: 0)]), ("one signer twice", [.signed(node: 0), .signed(node: 0)]),
            ("one signer thrice", [.signed(node: 1), .signed(node: 1), .signed(node: 1)]),
            ("one signer, one silent", [.signed(node: 0), .without(node: 1, .silent)]),
            ("one signer, two silent", [.signed(node: 0), .without(node: 1, .silent), .without(node: 2, .refused)]),
            ("two nodes of one operator", [.signed(node: 2), .signed(node: 2), .without(node: 0, .silent)]),
        ]
        var accepted: [String] = []
        for (name, attempts) in attempts {
            let built = try PackScenario { $0.attempts = attempts }.build()
            if try built.report().isAccepted { accepted.append(" \(name)") }
        }
        note("quorum less one, a signer twice", attempts.count, accepted)
    }

    /// Each byte of the note, in a pack whose digest is made right again.
    private mutating func checkpoints() throws {
        let built = try PackScenario().build()
        let verifier = PackVerifier(trust: try TrustFile(parsing: built.trust))
        let pack = try JSON(parsing: built.pack)
        let note = pack.text("checkpoint").bytes
        var runs = 0
        var accepted: [String] = []
        for place in note.indices {
            for mask: UInt8 in [0x01, 0x02, 0x20] {
                var changed = note
                changed[place] ^= mask
                guard let text = String(validating: changed, as: UTF8.self) else { continue }
                var forged = pack
                forged["checkpoint"] = .text(text)
                runs += 1
                if verifier.verify(PackScenario.resealed(forged)).isAccepted { accepted.append(" byte \(place)") }
            }
        }
        self.note("checkpoint", runs, accepted)
    }

    // MARK: What travels

    private mutating func tokens() throws {
        var world = try World.ready()
        _ = try world.submit(world.event("2015"))
        guard let sent = world.lastToken else { throw WorldError("no token") }
        let (envelope, bytes) = (sent.envelope, sent.payload)
        let agent = world.nodes[sent.node].agent
        let end = try JobToken(in: envelope).expiresAt
        func admits(_ envelope: Envelope, _ payload: [UInt8], at now: Instant? = nil) -> Bool {
            var (fresh, cache) = (agent, Envelope.VerifiedRoots())
            return (try? fresh.admit(envelope, payload: payload, cache: &cache, at: now ?? world.now)) != nil
        }
        guard admits(envelope, bytes) else { throw WorldError("the token to forge is not good") }
        var runs = 0
        var accepted: [String] = []
        Forgery.each(of: envelope.json) { forgery in
            runs += 1
            guard let forged = try? Envelope(json: forgery.document, at: "token") else { return }
            if admits(forged, bytes) { accepted.append(forgery.name) }
        }
        let payload = try JSON(parsing: bytes)
        Forgery.each(of: payload) { forgery in
            runs += 1
            if admits(envelope, forgery.document.canonicalBytes) { accepted.append(" payload\(forgery.name)") }
        }
        // Signed anew by everybody who is not the rail.
        for key in Party.nodes + Party.operators + [Party.stranger, Party.issuer, Party.feed] + Party.committee {
            runs += 1
            if admits(try Envelope.sign(envelope.payload, by: key), bytes) { accepted.append(" signed by another") }
        }
        guard admits(envelope, bytes, at: end + .milliseconds(-1)) else { throw WorldError("refused before its end") }
        for late in [0, 1, 1000, 86_400_000] {
            runs += 1
            if admits(envelope, bytes, at: end + .milliseconds(late)) { accepted.append(" \(late) ms after its end") }
        }
        note("token", runs, accepted)
    }

    private mutating func statements() throws {
        var world = try World.ready()
        let job = try world.submit(world.event("2015"))
        try world.settle()
        let envelopes = try world.envelopes(in: world.job(job).sequences)
        var runs = 0
        var accepted: [String] = []
        for (_, envelope) in envelopes.sorted(by: { $0.key < $1.key }) {
            let node = try CAC(in: envelope).node
            let key = try node.verificationKey()
            func holds(_ envelope: Envelope) -> Bool {
                guard envelope.signatures.count == 1, (try? envelope.verify(by: key)) != nil else { return false }
                return (try? CAC(in: envelope)) != nil
            }
            guard holds(envelope) else { throw WorldError("the statement to forge is not good") }
            Forgery.each(of: envelope.json) { forgery in
                runs += 1
                guard let forged = try? Envelope(json: forgery.document, at: "statement") else { return }
                if holds(forged) { accepted.append(forgery.name) }
            }
        }
        note("statement", runs, accepted)
    }
}
