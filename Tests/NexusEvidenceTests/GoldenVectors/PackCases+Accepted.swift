import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTestSupport
import NexusTrust

/// A scenario that must be accepted, and what it certifies.
struct AcceptedPack {
    let name: String
    let description: String
    let signal: Signal
    let agreeing: Int
    let differing: Int
    let isOverride: Bool
    /// Witnesses that cosigned, and the time by which the checkpoint existed.
    var witnesses = 0
    var existedBy: Instant?
    /// Kinds that the evidence documents came to.
    var kinds: [Text] = []
    let scenario: PackScenario
    /// Whether it is another pack each time it is made.
    var isDrawn: Bool { name == "p256" || name.hasSuffix("-tpm") }

    init(
        _ name: String, _ description: String, _ signal: Signal, agreeing: Int = 3, differing: Int = 0,
        isOverride: Bool = false, _ edit: (inout PackScenario) -> Void
    ) {
        self.name = name
        self.description = description
        self.signal = signal
        self.agreeing = agreeing
        self.differing = differing
        self.isOverride = isOverride
        scenario = PackScenario(edit)
    }

    var expectation: JSON {
        var json: JSON = [
            "agreeing": .int(agreeing), "differing": .int(differing), "override": .bool(isOverride),
            "signal": .text(signal.rawValue), "verdict": "accept",
        ]
        if witnesses > 0 { json["witnesses"] = .int(witnesses) }
        json["existedBy"] = existedBy?.json
        if !kinds.isEmpty { json["attestation"] = .array(kinds.map { .string($0) }) }
        return json
    }

    /// The same, with what witnesses and anchors add.
    func with(witnesses: Int = 0, existedBy: Instant? = nil, kinds: [Text] = []) -> AcceptedPack {
        var copy = self
        copy.kinds = kinds
        copy.witnesses = witnesses
        copy.existedBy = existedBy
        return copy
    }

    /// Append only, as the vectors.
    static var all: [AcceptedPack] {
        [
            AcceptedPack("trigger", "Three nodes agree that the conditions are met.", .trigger) { _ in },
            AcceptedPack("pass", "Three nodes agree that nothing is due.", .pass) {
                $0.values[0].value = "22.1"
                $0.values[1].value = "23.3"
            },
            AcceptedPack("escalate-fault", "Three nodes agree on a fault of the computation.", .escalate) {
                $0.fault = "trap.unreachable"
            },
            AcceptedPack(
                "escalate-review-band", "The index is nearer to the threshold than the review band.", .escalate
            ) {
                $0.values[0].value = "24.04"
                $0.values[1].value = "24"
            },
            AcceptedPack(
                "one-differs", "Two nodes agree, one differs and is kept as evidence.", .trigger, agreeing: 2,
                differing: 1
            ) {
                $0.editResult = { if $0 == 1 { $1["outputs.index"] = "23" } }
            },
            AcceptedPack("withheld", "One input is shown as its leaf only.", .trigger) { $0.withheld = ["december"] },
            AcceptedPack("correction", "A correction of an earlier certificate.", .trigger) {
                $0.supersedes = Digest(of: Array("an earlier job".utf8))
            },
            AcceptedPack(
                "override", "No two nodes agree; the committee decides.", .pass, agreeing: 0, differing: 3,
                isOverride: true
            ) {
                $0.editResult = { if $0 > 0 { $1["outputs.index"] = .text("\(22 + $0)") } }
                $0.override = (entry: 10, signal: .pass)
                $0.laterGovernance = { job in
                    [
                        .init(
                            .overrideOccurrence(
                                occurrenceID: job.occurrenceID, jobID: job.id, signal: .pass,
                                reason: "looked at by people"))
                    ]
                }
            },
            AcceptedPack("replaced", "A silent and a refusing node were replaced.", .trigger) {
                $0.attempts = [
                    .without(node: 3, .silent), .without(node: 3, .refused), .signed(node: 0), .signed(node: 1),
                    .signed(node: 2),
                ]
            },
            AcceptedPack(
                "void", "A node was revoked before the rollup; the others suffice.", .trigger, agreeing: 2, differing: 1
            ) {
                $0.laterGovernance = { _ in [.init(.revokeNode(did: Party.nodes[2].did, reason: "stolen"))] }
                $0.editQuorum = { $0["attempts.2.outcome"] = "void" }
            },
            AcceptedPack("dissent", "Two of the committee rejected a decision that five took.", .trigger) {
                $0.governance = { clause in
                    var steps = PackScenario.standardGovernance(clause)
                    steps[0].voters = Party.committee.enumerated().map { ($1, $0 < 4 ? .approve : .reject) }
                    return steps
                }
            },
            AcceptedPack("batch-signature", "A statement under a signature that covers a batch.", .trigger) {
                $0.editStatement = { if $0 == 1 { $1.batchWith = [[1], [2], [3]] } }
            },
            AcceptedPack("p256", "A node with an ECDSA P-256 key.", .trigger) {
                $0.nodeKeys[0] = Party.key(31, .ecdsaP256)
            },
            AcceptedPack("suites-named", "The rail and the verifier name the suites they take.", .trigger) {
                $0.suites = SuitePolicy(accepted: [.hybrid, .ed25519])
                $0.editTrust = { $0["suites"] = ["Ed25519"] }
            },
        ] + logPacks + [
            .policies, .residency,
            AcceptedPack("feed-key-changed", "The feed got another key after the nodes had acted.", .trigger) {
                $0.laterGovernance = { _ in [.init(.approveFeed(name: "ersst", did: Party.stranger.did))] }
            },
            AcceptedPack(
                "proved", "One node proves a network's output for an input that stays hidden.", .trigger, agreeing: 1
            ) {
                $0 = .proved()
            },
        ] + standing + evidence
    }
}
