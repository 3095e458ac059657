import Foundation
package import NexusBase
package import NexusClause
import NexusEvidence
import NexusGovernance
package import NexusOrchestration
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

extension World {
    /// Publishes a policy and takes it to `active`.
    package mutating func activate(_ policy: Policy) throws {
        for step in GovernanceStep.publish(policy) + GovernanceStep.activate(policy: policy.digest) {
            govern(step.decision, by: step.voters.map(\.key))
        }
        try settle()
        guard core.snapshot.policy(policy.digest)?.stage == .active else {
            throw WorldError("not active: \(policy.id)")
        }
    }

    /// Members of the committee approve a decided job.
    @discardableResult
    package mutating func approve(_ id: Digest, by members: [Int], result: Digest? = nil) throws -> RequestID {
        var decided: Digest?
        if case .quorum(let digest, _)? = try job(id).decision { decided = digest }
        let request = govern(
            .approveJob(jobID: id, result: result ?? decided, note: ""), by: members.map { Party.committee[$0] })
        try settle()
        return request
    }
}
