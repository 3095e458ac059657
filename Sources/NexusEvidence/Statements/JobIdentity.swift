public import NexusBase

/// How jobs and what they set off are named.
public enum JobIdentity {
    /// One evaluation: clause, occurrence and the event that asked for it.
    public static func jobID(clause: Digest, occurrenceID: Digest, event: TriggerEvent) -> Digest {
        Framed.digest(
            "nexus/job/v1", clause.bytes, occurrenceID.bytes, event.kind.bytes, event.source.bytes, event.eventID.bytes)
    }

    /// The id under which an action is delivered, however often: the receiver deduplicates by it.
    public static func actionID(occurrenceID: Digest, index: Int) -> Digest {
        Framed.digest("nexus/action/v1", occurrenceID.bytes, Array(String(index).utf8))
    }

    /// The id of what a policy's rule tells of an occurrence, or of its n-th correction.
    public static func notificationID(occurrenceID: Digest, policy: Digest, rule: Text, correction: Int) -> Digest {
        Framed.digest(
            "nexus/notification/v1", occurrenceID.bytes, policy.bytes, rule.bytes, Array(String(correction).utf8))
    }
}
