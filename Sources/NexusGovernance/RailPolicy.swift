public import NexusBase
public import NexusClause
public import NexusPolicy
public import NexusTrust

/// What a policy may name on a rail (Documentation/Formats/policy-v1.md, "On a rail").
public enum RailPolicy {
    /// The variables that the governance filter fills, with their types.
    public static let variables: [PolicyEnvironment.Variable] = [
        .init("rail", .string, sizeMax: 71), .init("step", .string, sizeMax: 16), .init("now", .timestamp),
        .init("clause", facts, sizeMax: 64), .init("event", facts, sizeMax: 64), .init("job", facts, sizeMax: 71),
        .init("operators", .list(.string), sizeMax: 1024), .init("jurisdictions", .list(.string), sizeMax: 1024),
        .init("inputs", .list(facts), sizeMax: 256), .init("nodes", .list(facts), sizeMax: 256),
        .init("actions", .list(facts), sizeMax: 256), .init("approvals", .list(facts), sizeMax: 256),
    ]

    private static let facts: PolicyType = .map(.string, .dyn)

    /// Reads a document as a rail takes it. Throws base codes for bytes that are not canonical, `policy.…` for what is
    /// no policy, and `governance.not-allowed` for a variable that a rail does not fill.
    package static func read(_ document: [UInt8]) throws -> Policy {
        let policy = try Policy(json: JSON(parsingCanonical: document, bytesMax: GovernanceLimits.policyBytesMax))
        for (index, variable) in policy.environment.variables.enumerated() {
            guard !policy.constants.contains(where: { $0.name == variable.name }) else { continue }
            guard let known = variables.first(where: { $0.name == variable.name }), known.type == variable.type else {
                throw GovernanceError(
                    .notAllowed, "a rail fills no variable \"\(variable.name)\" of type \(variable.type)",
                    at: "variables[\(index)]")
            }
        }
        return policy
    }

    /// Throws `governance.not-allowed` unless there are tests beside the rules and all pass.
    static func requireTests(_ policy: Policy) throws {
        let outcomes = policy.runTests(costMax: GovernanceLimits.policyTestsCostMax)
        guard !outcomes.isEmpty else {
            throw GovernanceError(.notAllowed, "there are no tests beside the rules of \(policy.id)", at: "tests")
        }
        for (index, outcome) in outcomes.enumerated() {
            guard let failure = outcome.failure else { continue }
            throw GovernanceError(
                .notAllowed, "the test \"\(outcome.test.name)\" of \(policy.id) fails: \(failure)",
                at: "tests[\(index)]")
        }
    }
}

extension GovernanceSnapshot {
    /// A policy as its issuer published it, and how far the committee took it.
    public struct PublishedPolicy: Sendable, Hashable {
        public let policy: Policy
        public let digest: Digest
        public internal(set) var stage: LifecycleStage
        /// Number of the entry that made it active.
        public internal(set) var activatedBy: Int?

        public static func == (left: Self, right: Self) -> Bool {
            left.digest == right.digest && left.stage == right.stage && left.activatedBy == right.activatedBy
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(digest)
            hasher.combine(stage)
            hasher.combine(activatedBy)
        }
    }

    /// One member's word that a job's result may be acted on.
    public struct Approval: Sendable, Hashable {
        public let by: DID
        public let jobID: Digest
        /// The result that was looked at; nil where an override decided.
        public let result: Digest?
        public let entry: Int
    }

    public func policy(_ digest: Digest) -> PublishedPolicy? { policies.first { $0.digest == digest } }
    public func policy(id: Text) -> PublishedPolicy? { policies.first { $0.policy.id == id } }

    /// Approvals of this job with this result, in order.
    public func approvals(of job: Digest, result: Digest?) -> [Approval] {
        approvals.filter { $0.jobID == job && $0.result == result }
    }
}

extension GovernanceSnapshot {
    mutating func publish(_ policy: Policy) throws {
        guard self.policy(id: policy.id) == nil else {
            throw GovernanceError(.notAllowed, "\(policy.id) is published already; a change is a new version")
        }
        policies.append(PublishedPolicy(policy: policy, digest: policy.digest, stage: .draft))
    }

    mutating func advancePolicy(_ digest: Digest, to stage: LifecycleStage, entry: Int) throws {
        guard let index = policies.firstIndex(where: { $0.digest == digest }) else {
            throw GovernanceError(.unknownSubject, "no policy \(digest.short) is published")
        }
        let from = policies[index].stage
        guard from.next.contains(stage) else {
            throw GovernanceError(.notAllowed, "a policy does not go from \(from.rawValue) to \(stage.rawValue)")
        }
        if stage == .simulated { try RailPolicy.requireTests(policies[index].policy) }
        policies[index].stage = stage
        guard stage == .active else { return }
        policies[index].activatedBy = entry
        let lineage = policies[index].policy.lineage
        for other in policies.indices where other != index && policies[other].stage == .active {
            if policies[other].policy.lineage == lineage { policies[other].stage = .superseded }
        }
    }

    mutating func approve(_ job: Digest, result: Digest?, by voters: [DID], entry: Int) throws {
        for voter in voters {
            guard !approvals.contains(where: { $0.by == voter && $0.jobID == job && $0.result == result }) else {
                throw GovernanceError(.notAllowed, "\(voter) approved this job before")
            }
        }
        approvals += voters.map { Approval(by: $0, jobID: job, result: result, entry: entry) }
    }
}
