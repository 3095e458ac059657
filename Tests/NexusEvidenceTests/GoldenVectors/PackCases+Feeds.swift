import NexusBase
import NexusEvidence
import NexusGovernance
import NexusTestSupport
import NexusTrust

extension PackCase {
    /// A feed's key changes while a job is open.
    static var feedCases: [PackCase] {
        [
            PackCase(
                .result, "evidence.not-entitled", "feed-key-changed-before",
                "The feed had another key when the nodes acted than the one that signed the readings."
            ) {
                $0.governance = { clause in
                    PackScenario.standardGovernance(clause)
                        + [.init(.approveFeed(name: "ersst", did: Party.stranger.did))]
                }
            }
        ]
    }
}
