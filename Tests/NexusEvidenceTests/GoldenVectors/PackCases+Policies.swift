import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTestSupport
import NexusTrust

/// A policy small enough for many vectors.
enum SmallPolicy {
    static let id: Text = "GRA::Calm@1.0.0"

    static func json(_ edit: (inout JSON) -> Void = { _ in }) -> JSON {
        var json: JSON = [
            "description": "Nothing is asked of a rail that is calm.", "id": .string(id),
            "rules": [
                [
                    "because": "a job has nodes", "effect": "deny", "name": "nodes",
                    "when": "step == 'release' && size(nodes) < least",
                ],
                [
                    "because": "the regulator wants to know", "effect": "notify", "name": "tell", "notify": "regulator",
                    "when": "step == 'release'",
                ],
            ],
            "tests": [
                [
                    "expect": ["notified": ["regulator"], "permitted": false, "refusedBy": ["nodes"]],
                    "given": ["nodes": [], "step": "release"], "name": "no nodes",
                ]
            ], "type": "nexus.policy/v1",
            "variables": [
                ["name": "step", "type": "string"], ["name": "nodes", "sizeMax": 64, "type": "list(map(string, dyn))"],
                ["name": "least", "type": "int", "value": 1],
            ],
        ]
        edit(&json)
        return json
    }

    static func publish(_ edit: (inout JSON) -> Void = { _ in }) -> GovernanceStep {
        GovernanceStep(.publishPolicy(document: json(edit).canonicalBytes), by: [Party.issuer])
    }

    static var digest: Digest { json().digest }
}

extension PackCase {
    private static func policies(
        _ code: Text, _ name: String, _ description: String, _ steps: @escaping (PackScenario.Job) -> [GovernanceStep]
    ) -> PackCase {
        PackCase(.governance, code, name, description) { $0.laterGovernance = steps }
    }

    static var policyCases: [PackCase] {
        [
            policies("governance.bad-vote", "policy-by-committee", "The committee publishes another's policy.") { _ in
                var step = SmallPolicy.publish()
                step.voters = [(Party.committee[0], .approve)]
                return [step]
            },
            policies("governance.unknown-subject", "policy-of-stranger", "A policy by an issuer nobody approved.") {
                _ in
                [SmallPolicy.publish { $0["id"] = "NOBODY::Calm@1.0.0" }]
            },
            policies("policy.bad-policy", "policy-field", "A published policy has a field too many.") { _ in
                [SmallPolicy.publish { $0["weight"] = 1 }]
            },
            policies("governance.not-allowed", "policy-variable", "A policy asks for what no rail fills.") { _ in
                [SmallPolicy.publish { $0["variables.2.value"] = nil }]
            },
            policies("governance.not-allowed", "policy-twice", "A policy's id is published twice.") { _ in
                [SmallPolicy.publish(), SmallPolicy.publish { $0["description"] = "Another." }]
            },
            policies("governance.unknown-subject", "unknown-policy", "A policy that is not published is advanced.") {
                _ in
                [.advance(policy: SmallPolicy.digest, .simulated)]
            },
            policies("governance.not-allowed", "untested-policy", "A policy becomes active without its tests.") { _ in
                [SmallPolicy.publish(), .advance(policy: SmallPolicy.digest, .active)]
            },
            policies("governance.not-allowed", "approved-twice", "A member approves a job's result twice.") { job in
                [0, 1].map { count in
                    GovernanceStep(
                        .approveJob(jobID: job.id, result: nil, note: Text("\(count)")),
                        by: [Party.committee[count], Party.committee[3]])
                }
            },
            policies("governance.bad-vote", "approved-by-stranger", "Somebody else approves a job.") { job in
                [GovernanceStep(.approveJob(jobID: job.id, result: nil, note: ""), by: [Party.stranger])]
            },
        ]
    }
}

extension AcceptedPack {
    static var policies: AcceptedPack {
        AcceptedPack("policies", "A policy in force, a newer version of it, and approvals of the job.", .trigger) {
            $0.laterGovernance = { job in
                let next = SmallPolicy.json { $0["id"] = "GRA::Calm@1.1.0" }
                return [SmallPolicy.publish()] + GovernanceStep.activate(policy: SmallPolicy.digest)
                    + [GovernanceStep(.publishPolicy(document: next.canonicalBytes), by: [Party.issuer])]
                    + GovernanceStep.activate(policy: next.digest)
                    + [
                        GovernanceStep(
                            .approveJob(jobID: job.id, result: Digest(of: [1]), note: "seen"),
                            by: [Party.committee[0], Party.committee[2]]),
                        GovernanceStep(.approveJob(jobID: job.id, result: nil, note: ""), by: [Party.committee[0]]),
                    ]
            }
        }
    }

    static var residency: AcceptedPack {
        AcceptedPack("residency", "An input holds personal data of residents of a place.", .trigger) {
            $0.editClause = { $0.with("kind: text, editions: []", "kind: text, editions: [], residency: PE") }
        }
    }
}
