import NexusBase
import NexusClause
import NexusGovernance
import NexusOrchestration
import NexusPolicy

extension RailService {
    /// The policies of the rail, in order of publication (Documentation/Formats/control-v1.md).
    func policies() -> JSON {
        .object([
            "policies": .array(
                engine.read { core in
                    core.snapshot.policies.map { published in
                        [
                            "activatedBy": published.activatedBy.map { .int($0) },
                            "description": published.policy.description.map { .string($0) },
                            "digest": published.digest.json, "document": published.policy.json,
                            "id": .string(published.policy.id), "stage": .text(published.stage.rawValue),
                        ]
                    }
                })
        ])
    }
}
