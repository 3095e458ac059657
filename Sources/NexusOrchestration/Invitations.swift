import NexusBase

/// Enrolment tokens that were issued: each lets one party in, once, before its end.
struct Invitations: Sendable {
    private struct Invitation {
        let role: Text
        let expiresAt: Instant
        var spentBy: Text?
    }

    private var issued: [Digest: Invitation] = [:]

    /// For the state's digest.
    var digestible: JSON {
        .array(
            issued.keys.sorted().compactMap { secret in
                issued[secret].map { ["secret": secret.json, "spentBy": $0.spentBy.map { .string($0) }] }
            })
    }

    mutating func add(_ secret: Digest, _ role: Text, _ expiresAt: Instant) {
        if issued[secret] == nil { issued[secret] = Invitation(role: role, expiresAt: expiresAt) }
    }

    mutating func spend(_ secret: Digest, _ role: Text, _ did: Text, at now: Instant) throws {
        guard let invitation = issued[secret], invitation.role == role else {
            throw OrchestrationError(.tokenUnknown, "this rail issued no such enrolment token")
        }
        guard invitation.spentBy == nil else {
            throw OrchestrationError(.tokenSpent, "the enrolment token was used")
        }
        guard now < invitation.expiresAt else {
            throw OrchestrationError(.tokenExpired, "the enrolment token expired at \(invitation.expiresAt)")
        }
        issued[secret]?.spentBy = did
    }
}

extension Orchestrator {
    mutating func redeem(
        _ request: RequestID, _ secret: Digest, _ role: Text, _ did: Text, _ context: StepContext
    ) {
        do {
            try invitations.spend(secret, role, did, at: context.now)
            decide("enrolled", ["did": .string(did), "role": .string(role)])
            effects.append(.enrolled(request))
        } catch {
            refuse(request, error, job: nil)
        }
    }
}
