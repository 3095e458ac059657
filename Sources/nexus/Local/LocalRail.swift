import Foundation
import NexusBase
import NexusEvidence
import NexusGovernance
import NexusKeys
import NexusLog
import NexusMesh
import NexusNode
import NexusRail
import NexusTrust

/// A whole rail on one machine, for the demonstration, the benchmark and drills: one process a party, each with a
/// folder
/// and keys of its own. The parties that would be people are key files in `keys/`.
struct LocalRail: Sendable {
    struct Operator: Sendable {
        let name: String
        let jurisdiction: String
        let key: SigningKey
    }

    let path: String
    let committee: [SigningKey]
    let operators: [Operator]
    let issuer: SigningKey
    let feed: SigningKey
    let validators: [String]
    let children: Children
    var folder: RailFolder { RailFolder("\(path)/rail") }
    var client: ControlClient { ControlClient(folder) }

    static let parties = [("Andes Re", "PE"), ("Alpine Mutual", "CH"), ("Savanna Cover", "KE")]

    /// Makes every key. `path` must be new or empty.
    init(at path: String, validators count: Int) throws {
        self.path = path
        committee = try (1...6).map { try SigningKey.make("\(path)/keys/committee-\($0).key") }
        operators = try Self.parties.enumerated().map { index, party in
            Operator(
                name: party.0, jurisdiction: party.1, key: try SigningKey.make("\(path)/keys/operator-\(index + 1).key")
            )
        }
        issuer = try SigningKey.make("\(path)/keys/issuer.key")
        feed = try SigningKey.make("\(path)/keys/feed.key")
        validators = (0..<count).map { "\(path)/validator-\($0 + 1)" }
        children = try Children(logs: "\(path)/logs")
    }

    func node(_ index: Int) -> NodeFolder { NodeFolder("\(path)/node-\(index + 1)") }

    /// Writes the genesis: six committee keys of which three decide, and the validators' keys.
    func found(name: String) throws -> TrustFile {
        let keys = try validators.map { try ValidatorService.cosigner(NodeFolder($0).keys(now: .now)).key.text }
        return try folder.create(
            .init(
                name: Text(name), committee: .init(keys: committee.map(\.did), threshold: 3), validators: keys,
                validatorThreshold: keys.count, attestation: ["simulated"]), now: .now)
    }

    /// Starts the rail's process and waits until its control socket answers, at most `patience`.
    func start(_ options: [String] = [], within patience: Duration = .seconds(10)) async throws {
        try children.start("rail", ["up", folder.path] + options)
        let began = ContinuousClock.now
        while began.duration(to: .now) < patience {
            if (try? await client.call(["brief": true, "operation": "status"])) != nil { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw CommandError(.inputOutput, "the rail did not start; see its log", at: "\(path)/logs/rail.log")
    }

    /// Ends the rail's process and starts it again; its journal is replayed. The nodes come back by themselves.
    func restart(_ options: [String]) async throws {
        await children.stop("rail")
        try await start(options, within: .seconds(300))
        try await waitForNodes(operators.count)
    }

    /// Enrols the validators with one-time tokens and starts their processes.
    func startValidators() async throws {
        for (index, path) in validators.enumerated() {
            let folder = NodeFolder(path)
            try folder.write(trust: self.folder.trust())
            try await Enroller.enrol(folder, role: .validator, token: invite(.validator), binding: nil)
            try children.start("validator-\(index + 1)", ["node", "validate", path])
        }
    }

    /// The committee approves the operators, the issuer and the feed: three of its six keys, and one dissent on record.
    func approveParties(issuer issuerName: String, feed feedName: String) async throws {
        let governor = try Governor(folder)
        for (index, party) in operators.enumerated() {
            try await governor.decide(
                .approveOperator(name: Text(party.name), did: party.key.did, jurisdiction: Text(party.jurisdiction)),
                approving: Array(committee.prefix(3)), rejecting: index == 2 ? [committee[5]] : [])
        }
        try await governor.decide(
            .approveIssuer(name: Text(issuerName), did: issuer.did), approving: Array(committee[1...3]))
        try await governor.decide(.approveFeed(name: Text(feedName), did: feed.did), approving: Array(committee[2...4]))
    }

    /// Enrols node `index` under its operator's binding and starts its process.
    func startNode(_ index: Int) async throws {
        let folder = node(index)
        let party = operators[index]
        try folder.write(trust: self.folder.trust())
        let binding = try Enroller.binding(folder, operator: party.key, jurisdiction: party.jurisdiction)
        try await Enroller.enrol(folder, role: .node, token: invite(.node), binding: binding)
        try children.start("node-\(index + 1)", ["node", "run", folder.path])
    }

    func waitForNodes(_ count: Int) async throws {
        for _ in 0..<400 {
            var fields = try Fields(await client.call(["operation": "status"]), at: "status")
            if try fields.integer("connectedNodes") >= count { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw CommandError(.inputOutput, "\(count) nodes did not connect; see their logs", at: "\(path)/logs")
    }

    private func invite(_ role: PeerRole) async throws -> String {
        var fields = try Fields(
            await client.call(["operation": "invite", "role": .text(role.rawValue)]), at: "invitation")
        return try fields.text("token").string
    }
}

/// What enrolling a party takes: for a node its operator's signed binding, and a one-time token from the rail.
enum Enroller {
    static func binding(_ folder: NodeFolder, operator key: SigningKey, jurisdiction: String) throws -> Envelope {
        let keys = try folder.keys(now: .now)
        let now = Instant.now
        return try NodeBinding(
            rail: folder.trust().rail, node: keys.signer().did, operator: key.did, jurisdiction: Text(jurisdiction),
            sealingKey: keys.sealing.publicKey, issuedAt: Instant(milliseconds: now.milliseconds - 60_000),
            expiresAt: now + .seconds(366 * 86_400)
        ).sealed(by: key)
    }

    static func enrol(_ folder: NodeFolder, role: PeerRole, token: String, binding: Envelope?) async throws {
        let keys = try folder.keys(now: .now)
        let token = try EnrolmentToken(parsing: token)
        guard token.role == role else {
            throw CommandError(
                .usage, "the token is for a \(token.role.rawValue), not for a \(role.rawValue)", at: "--token")
        }
        if let binding { try folder.write(binding: binding) }
        let credential = try await Enrolment.enrol(
            token, did: keys.signer().did.text, identityDocument: binding?.bytes ?? [],
            key: keys.transport.privateKey.bytes)
        try folder.write(credential: credential)
    }
}
