import NexusBase
import NexusGovernance
import NexusMesh
import NexusOrchestration
import NexusTrust

/// Enrolment tokens live in the journal: spending one is durable before the certificate is issued.
struct JournaledRegistry: EnrolmentRegistry {
    let engine: RailEngine

    func redeem(_ redemption: Redemption, now: Instant) async throws {
        do {
            _ = try await engine.ask { request in
                .redeemed(
                    request, secret: redemption.secretDigest, role: Text(redemption.role.rawValue), did: redemption.did)
            }
        } catch let error as OrchestrationError {
            switch error.code {
            case .tokenUnknown: throw MeshError(.tokenUnknown, error.message)
            case .tokenExpired: throw MeshError(.tokenExpired, error.message)
            case .tokenSpent: throw MeshError(.tokenSpent, error.message)
            default: throw error
            }
        }
    }

    func renew(_ peer: MeshPeer, now: Instant) async throws {
        let isRevoked = engine.read { core in
            core.snapshot.revokedNodes.contains { peer.name.names($0.text, as: .node) }
        }
        if isRevoked { throw MeshError(.revoked, "the node was revoked") }
    }
}
