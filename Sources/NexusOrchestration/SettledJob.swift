public import NexusBase
import NexusEvidence
import NexusTrust

/// What the core still knows of a job to which nothing more can happen, after its shell put the rest away.
public struct SettledJob: Sendable {
    public let id: Digest
    public let status: Job.Status
    let correction: Int
    /// The digest of the certified result, if nodes agreed on one.
    let result: Digest?
    /// Over the row, for the digest of the whole state.
    let digest: Digest

    init(_ job: Job) {
        id = job.id
        status = job.status
        correction = job.correction
        result = job.decision?.result
        digest = job.digest
    }
}

extension Orchestrator {
    /// The jobs to which nothing more can happen, as their shell is to put them away; each is told once.
    public mutating func takeSettled() -> [(place: Int, bytes: [UInt8])] {
        jobs.takeSettled().compactMap { place in
            // People's decisions are few, and carry what the job was given.
            if case .override? = jobs[place].decision { return nil }
            return (place, jobs[place].putAway)
        }
    }

    /// Lets go of jobs that `takeSettled` told and that were put away; `job(putAway:)` gives them back. The core
    /// decides the same with and without this call.
    public mutating func letGo(of places: [Int]) { for place in places { jobs.letGo(of: place) } }

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
