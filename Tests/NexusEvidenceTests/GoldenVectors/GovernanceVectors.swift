import NexusBase
import NexusGovernance
import NexusTestSupport
import NexusTrust
import Testing

extension GoldenVectors {
    /// Chains of governance entries and the snapshots that they come to: what is admitted, suspended, ruled, published.
    @Suite struct Governance {
        static func found(_ json: JSON) throws -> JSON {
            let genesis = try Genesis(json: JSON(parsing: #require(json.bytes("genesis"))), at: "genesis")
            guard case .array(let entries)? = json["entries"] else { preconditionFailure("a case has entries") }
            return Values.outcome {
                var snapshot = GovernanceSnapshot(genesis: genesis)
                var digests: [JSON] = []
                for (index, entry) in entries.enumerated() {
                    guard case .string(let text) = entry else { preconditionFailure("base64") }
                    try snapshot.apply(GovernanceEntry(parsing: Base64.decode(text.string)), at: index + 1)
                    digests.append(snapshot.digest.json)
                }
                return ["snapshots": .array(digests)]
            }
        }

        @Test func `every governance vector comes to what it expects`() throws {
            let cases = try VectorFolder.cases("governance")
            try #require(cases.contains(where: \.isAccept) && cases.contains { !$0.isAccept })
            for one in cases {
                let found = try Self.found(one.json)
                #expect(found == one.json["expect"], "\(one)")
            }
        }

        @Test(.enabled(if: VectorFolder.isWriting)) func `write the governance vectors that are missing`() throws {
            try GovernanceCases.write()
        }
    }
}

/// Chains in which nodes are admitted, and the last entry of which is refused where a case says so.
enum GovernanceCases {
    static func write() throws {
        let (node, owner) = (Party.nodes[0].did, Party.operators[0].did)
        let credentials = try TestAdmission.credentials(of: owner, in: "PE", index: 7)
        let parties = [GovernanceStep.approveOperator(0), .approveIssuer]
        let rule = GovernanceStep(.ruleAdmission(document: try TestAdmission.rule().bytes))
        func list(_ revoked: [Int]) throws -> GovernanceStep {
            let list = try TestAdmission.statusList(revoked: revoked)
            return GovernanceStep(.publishStatus(issuer: "GRA", list: list), by: [Party.issuer])
        }
        let admit = GovernanceStep(TestAdmission.admit(node, of: owner, credentials))
        let bare = GovernanceStep(TestAdmission.admit(node, of: owner, []))
        let suspend = GovernanceStep(.suspendNode(did: node, reason: "looked odd"))
        let revoke = GovernanceStep(.revokeNode(did: node, reason: "sold"))
        let standing = try parties + [rule, list([]), admit]
        try accept(1, "admission", standing + [suspend, admit, try list([9]), revoke])
        try accept(2, "without-a-rule", parties + [suspend, bare])
        try reject(1, "admitted-after-revocation", standing + [revoke, admit])
        try reject(2, "suspended-twice", standing + [suspend, suspend])
        let foreign = GovernanceStep(.ruleAdmission(document: try TestAdmission.hardwareRule().bytes))
        try reject(3, "rule-of-another-kind", parties + [foreign])
        try reject(4, "list-of-nobody", [.approveOperator(0), try list([])])
        try reject(5, "admission-without-credentials", standing + [suspend, bare], needsCredentials: true)
        try reject(6, "credential-revoked", parties + [rule, try list([7]), admit], needsCredentials: true)
    }

    private static func chain(_ steps: [GovernanceStep]) throws -> (JSON, entries: [[UInt8]], snapshots: [Digest]) {
        let genesis = try Genesis.test()
        var chain = GovernanceChain(genesis)
        for step in steps { do { try chain.append(step) } catch {} }
        return (.base64(genesis.bytes), chain.entries, chain.snapshots.dropFirst().map(\.digest))
    }

    private static func accept(_ number: Int, _ name: String, _ steps: [GovernanceStep]) throws {
        let (genesis, entries, snapshots) = try chain(steps)
        try VectorFolder.write(
            "governance", "accept", number, name,
            [
                "entries": .array(entries.map { .base64($0) }),
                "expect": ["snapshots": .array(snapshots.map(\.json))], "genesis": genesis,
            ])
    }

    private static func reject(
        _ number: Int, _ name: String, _ steps: [GovernanceStep], needsCredentials: Bool = false
    ) throws {
        let (genesis, entries, _) = try chain(steps)
        var json: JSON = ["entries": .array(entries.map { .base64($0) }), "genesis": genesis]
        let found = try GoldenVectors.Governance.found(json)
        json = [
            "credentials": needsCredentials ? true : nil, "entries": json["entries"], "expect": found,
            "genesis": genesis,
        ]
        try VectorFolder.write("governance", "reject", number, name, json)
    }
}
