package import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
package import NexusOrchestration
package import NexusPolicy
import NexusTestSupport
import NexusTrust

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
