import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTestSupport
import NexusTrust

extension PackCase {
    /// Keys of a suite that the rail, or the verifier, does not take.
    static var suiteCases: [PackCase] {
        let foreign = Party.key(21, .ecdsaP256)
        func approving(_ decision: Proposal.Decision, at index: Int) -> (Clause) -> [GovernanceStep] {
            { clause in
                var steps = PackScenario.standardGovernance(clause)
                steps[index].decision = decision
                return steps
            }
        }
        let classical = SuitePolicy(accepted: [.ed25519])
        return [
            PackCase(
                .governance, "trust.suite-refused", "operator-of-other-suite",
                "An operator is approved whose key is of a suite that the rail does not take."
            ) {
                $0.suites = classical
                $0.governance = approving(
                    .approveOperator(name: "Operator 1", did: foreign.did, jurisdiction: Party.jurisdictions[0]), at: 0)
            },
            PackCase(
                .governance, "trust.suite-refused", "issuer-of-other-suite",
                "An issuer is approved whose key is of a suite that the rail does not take."
            ) {
                $0.suites = classical
                $0.governance = approving(.approveIssuer(name: "GRA", did: foreign.did), at: 3)
            },
            PackCase(
                .governance, "trust.suite-refused", "feed-of-other-suite",
                "A feed is approved whose key is of a suite that the verifier does not take."
            ) {
                $0.governance = approving(.approveFeed(name: "ersst", did: foreign.did), at: 4)
                $0.editTrust = { $0["suites"] = ["Ed25519"] }
            },
            PackCase(
                .statements, "trust.suite-refused", "node-of-other-suite",
                "A node's key is of a suite that the rail does not take."
            ) {
                $0.suites = classical
                $0.nodeKeys[0] = Party.key(31, .ecdsaP256)
            },
            PackCase(
                .statements, "trust.suite-refused", "node-of-suite-not-trusted",
                "A node's key is of a suite that the rail takes and the verifier does not."
            ) {
                $0.nodeKeys[1] = Party.key(32, .ecdsaP256)
                $0.editTrust = { $0["suites"] = ["SLH-DSA-SHA2-128s", "Ed25519"] }
            },
        ]
    }
}
