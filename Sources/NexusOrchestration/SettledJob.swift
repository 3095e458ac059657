public import NexusBase
import NexusEvidence
import NexusTrust

/// What the core still knows of a job to which nothing more can happen, after its shell put the rest away.
public struct SettledJob: Sendable {
    public let id: Digest
    public let status: Job.Status
    let correction: Int32
    /// The digest of the certified result, if nodes agreed on one.
    let result: Digest?

    init(_ job: Job) {
        id = job.id
        status = job.status
        correction = Int32(job.correction)
        result = job.decision?.result
    }
}

/// What a rail's shell puts away, so that its memory does not grow by it.
public enum PutAway: Sendable, Hashable {
    /// By its place in the order of acknowledgement.
    case job(Int)
    /// By its place in the order of release.
    case delivery(Int)
    /// By its place in the order of opening.
    case dispute(Int)
}

extension Orchestrator {
    /// What nothing more can happen to, as its shell is to put it away: settled jobs, confirmed deliveries, disputes.
    /// Each is told once.
    public mutating func takeSettled() -> [(what: PutAway, bytes: [UInt8])] {
        var settled: [(what: PutAway, bytes: [UInt8])] = []
        for place in jobs.takeSettled() {
            // People's decisions are few, and carry what the job was given.
            if case .override? = jobs[place].decision { continue }
            settled.append((.job(place), jobs[place].putAway))
        }
        for (place, delivery) in deliveries.takeSettled() {
            settled.append((.delivery(place), delivery.json.canonicalBytes))
        }
        for (place, dispute) in disputed.takeSettled() { settled.append((.dispute(place), dispute.putAway)) }
        return settled
    }

    /// Lets go of what `takeSettled` told and what was put away; `job(putAway:)` and `Dispute(putAway:)` give it back.
    /// The core decides the same with and without this call.
    public mutating func letGo(of settled: [PutAway]) {
        for one in settled {
            switch one {
            case .job(let place): jobs.letGo(of: place)
            case .delivery(let place): deliveries.letGo(of: place)
            case .dispute(let place): disputed.letGo(of: place)
            }
        }
    }

    /// A job from the bytes that `takeSettled` gave. Throws `orchestration.bad-record` if they are no such job's.
    public func job(putAway bytes: [UInt8]) throws -> Job {
        do {
            return try Job(putAway: bytes) { clause in
                guard let agreement = agreements[clause] else {
                    throw OrchestrationError(.unknownClause, "no job of this clause", at: "clause")
                }
                return agreement
            } binding: { node, digest in
                nodes[node]?.bindings.first { $0.envelope.payloadDigest == digest }?.envelope
            }
        } catch {
            throw OrchestrationError(.badRecord, "not a job that was put away", cause: error)
        }
    }
}
