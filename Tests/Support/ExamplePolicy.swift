import Foundation
package import NexusBase
package import NexusClause
import NexusGovernance
package import NexusPolicy
package import NexusTrust

/// The policies under `Examples/policies`, as their authors wrote them.
package enum ExamplePolicy {
    package static func read(_ name: String) throws -> Policy {
        let file = VectorFolder.package.appendingPathComponent("Examples/policies/\(name).json")
        return try Policy(json: JSON(parsing: Array(Data(contentsOf: file))))
    }
}

extension GovernanceStep {
    /// Publishes a policy, by an issuer approved before under the policy's own name for it.
    package static func publish(_ policy: Policy, by key: SigningKey = Party.issuer) -> [GovernanceStep] {
        [
            GovernanceStep(.approveIssuer(name: policy.issuer, did: key.did)),
            GovernanceStep(.publishPolicy(document: policy.json.canonicalBytes), by: [key]),
        ]
    }

    package static func advance(policy digest: Digest, _ stage: LifecycleStage) -> GovernanceStep {
        GovernanceStep(.advancePolicy(digest: digest, stage: stage, note: "looked at"))
    }

    package static func activate(policy digest: Digest) -> [GovernanceStep] {
        [LifecycleStage.simulated, .reviewed, .active].map { advance(policy: digest, $0) }
    }
}
