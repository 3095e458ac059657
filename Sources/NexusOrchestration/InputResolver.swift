public import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTrust

extension Orchestrator {
    /// Steps 1 to 3 of a job's life: event, governance filter, inputs bound under one commitment.
    mutating func submit(
        _ submission: (request: RequestID, event: Event), at index: Int, _ context: StepContext
    ) {
        let (request, event) = submission
        do {
            let published = try findClause(event.clause)
            let clause = published.clause
            try clause.checkOccurrence(event.occurrence)
            let occurrenceID = Clause.occurrenceID(rail: rail, id: clause.id, occurrence: event.occurrence)
            if let standing = occurrences[occurrenceID] {
                guard let corrected = event.supersedes else {
                    return effects.append(.accepted(request, job: standing, isNew: false))
                }
                try checkCorrection(of: corrected, standing: standing)
            } else if event.supersedes != nil {
                throw OrchestrationError(.badCorrection, "nothing was certified for this occurrence")
            }
            guard openJobs.count < OrchestrationLimits.jobsOpenMax else {
                throw OrchestrationError(
                    .overloaded, "\(OrchestrationLimits.jobsOpenMax) jobs are open; try again later")
            }
            try filter(.event, published, event, context)
            let inputs = try bind(event, clause, salted: index, context)
            try filter(.inputs, published, event, context)
            let job = makeJob(event, clause, occurrenceID, inputs, context)
            if let known = jobs[job.id] {
                return effects.append(.accepted(request, job: known.id, isNew: false))
            }
            jobs[job.id] = job
            openJobs.append(job.id)
            occurrences[occurrenceID] = job.id
            enqueue(job)
            effects.append(.accepted(request, job: job.id, isNew: true))
        } catch {
            refuse(request, error, job: nil)
        }
    }

    private func findClause(_ name: Text) throws -> GovernanceSnapshot.PublishedClause {
        let found: GovernanceSnapshot.PublishedClause? =
            if let digest = try? Digest(parsing: name) {
                snapshot.clause(digest)
            } else {
                snapshot.clause(try ClauseID(parsing: name))
            }
        guard let found else {
            throw OrchestrationError(.unknownClause, "no clause \(name) is published on this rail", at: "event.clause")
        }
        return found
    }

    private func checkCorrection(of corrected: Digest, standing: Digest) throws {
        guard corrected == standing, let job = jobs[standing], job.status == .certified else {
            throw OrchestrationError(
                .badCorrection, "a correction names the certified job that stands for its occurrence",
                at: "event.supersedes")
        }
    }

    private func bind(
        _ event: Event, _ clause: Clause, salted index: Int, _ context: StepContext
    ) throws -> [BoundInput] {
        for (position, input) in event.inputs.enumerated() {
            let isKnown = clause.inputs.contains { $0.name == input.name }
            let isFirst = event.inputs.firstIndex { $0.name == input.name } == position
            guard isKnown, isFirst else {
                throw ClauseError(
                    .badBinding, "unknown or repeated input \"\(input.name)\"", at: "event.inputs[\(position)]")
            }
        }
        return try clause.inputs.map { rule in
            guard let given = event.inputs.first(where: { $0.name == rule.name }) else {
                throw ClauseError(.badBinding, "the input \"\(rule.name)\" is missing", at: "event.inputs")
            }
            _ = try clause.checkInput(rule.name, given.value, edition: given.edition)
            let feed = try verifyFeed(rule, given, event)
            return BoundInput(
                name: rule.name, value: given.value, salt: Self.salt(rule.name, ofEvent: index, context), feed: feed,
                edition: given.edition,
                retrievedAt: given.retrievedAt, reading: given.reading)
        }
    }

    /// The salt of an input, from the entropy of the step that bound it: evidence recomputes it from the journal.
    public static func salt(_ name: Text, ofEvent index: Int, _ context: StepContext) -> [UInt8] {
        Framed.digest(
            "nexus/salt/v1", context.entropy, Array("\(context.sequence) \(index)".utf8), name.bytes
        ).bytes
    }

    private func verifyFeed(_ rule: Clause.Input, _ given: Event.Input, _ event: Event) throws -> DID? {
        let place = "event.inputs.\(rule.name)"
        guard let name = rule.feed else {
            guard given.reading == nil else {
                throw ClauseError(.badBinding, "the clause names no feed for this input", at: place)
            }
            return nil
        }
        guard let feed = snapshot.feed(name), let envelope = given.reading else {
            throw ClauseError(.badBinding, "a reading signed by the feed \(name) is needed", at: place)
        }
        guard envelope.signatures.count == 1 else {
            throw ClauseError(.badBinding, "the feed alone signs a reading", at: place)
        }
        let reading = try Reading(verifying: envelope, by: feed.verificationKey())
        guard reading.feed == name, reading.name == rule.name, reading.occurrence == event.occurrence,
            reading.value == given.value, reading.edition == given.edition
        else { throw ClauseError(.badBinding, "the feed signed another value, occurrence or edition", at: place) }
        return feed
    }

    private func makeJob(
        _ event: Event, _ clause: Clause, _ occurrenceID: Digest, _ inputs: [BoundInput], _ context: StepContext
    ) -> Job {
        let payload = JobPayload(occurrence: event.occurrence, trigger: event.trigger, inputs: inputs).bytes
        return Job(
            id: JobIdentity.jobID(clause: clause.digest, occurrenceID: occurrenceID, event: event.trigger),
            clause: clause.digest, clauseID: clause.id, occurrence: event.occurrence, occurrenceID: occurrenceID,
            trigger: event.trigger, inputs: inputs, inputNames: inputs.map(\.name),
            inputCommitment: BoundInput.commitment(inputs.map(\.leaf)),
            priority: event.priority ?? clause.execution.priority, deadline: event.deadline,
            supersedes: event.supersedes,
            acknowledgedAt: context.now, sequences: [context.sequence], payload: payload,
            payloadDigest: Digest(of: payload))
    }

    /// Keeps the waiting line in order: priority, then deadline, then arrival.
    mutating func enqueue(_ job: Job) {
        let far = Instant(milliseconds: .max)
        let position = waiting.lastIndex { id in
            guard let other = jobs[id] else { return true }
            if other.priority != job.priority { return other.priority > job.priority }
            return other.deadline ?? far <= job.deadline ?? far
        }
        waiting.insert(job.id, at: position.map { $0 + 1 } ?? 0)
    }
}
