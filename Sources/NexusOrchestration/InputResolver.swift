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
            var correction = 0
            if let standing = occurrences[occurrenceID] {
                guard let corrected = event.supersedes else {
                    return effects.append(.accepted(request, job: standing, isNew: false))
                }
                let id = JobIdentity.jobID(clause: clause.digest, occurrenceID: occurrenceID, event: event.trigger)
                if jobs.place(of: id) != nil { return effects.append(.accepted(request, job: id, isNew: false)) }
                correction = try checkCorrection(of: corrected, standing: standing) + 1
            } else if event.supersedes != nil {
                throw OrchestrationError(.badCorrection, "nothing was certified for this occurrence")
            }
            guard jobs.openCount < OrchestrationLimits.jobsOpenMax else {
                throw OrchestrationError(
                    .overloaded, "\(OrchestrationLimits.jobsOpenMax) jobs are open; try again later")
            }
            let subject = FilterSubject(
                agreement: agreement(clause), occurrence: event.occurrence, trigger: event.trigger)
            try filter(.event, subject, context)
            let inputs = try bind(event, clause, salted: index, context)
            let job = try makeJob(event, subject.agreement, occurrenceID, inputs, at: index, correction, context)
            try filter(.inputs, FilterSubject(job), context)
            guard jobs.place(of: job.id) == nil else {
                throw OrchestrationError(
                    .refused, "this event made a job before, which was withdrawn", at: "event.trigger")
            }
            for input in event.inputs where input.opening != nil {
                committedRoots.insert(try Digest(committedBy: input.value))
            }
            let place = jobs.add(job)
            occurrences[occurrenceID] = job.id
            enqueue(place)
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

    /// Gives how many corrections there were before this one.
    private func checkCorrection(of corrected: Digest, standing: Digest) throws -> Int {
        let row = corrected == standing ? jobs.place(of: standing).flatMap(jobs.row) : nil
        guard let row, row.status == .certified else {
            throw OrchestrationError(
                .badCorrection, "a correction names the certified job that stands for its occurrence",
                at: "event.supersedes")
        }
        return switch row {
        case .kept(let job): job.correction
        case .settled(let job): Int(job.correction)
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
            try checkOpening(rule, given)
            return BoundInput(
                name: rule.name, value: given.value, salt: Self.salt(rule.name, ofEvent: index, context), feed: feed,
                edition: given.edition, retrievedAt: given.retrievedAt, reading: given.reading)
        }
    }

    /// A committed input comes with what opens it, and its root is good for one job: a second proof would open more of
    /// it. That the opening leads to the root is for the node to find out.
    private func checkOpening(_ rule: Clause.Input, _ given: Event.Input) throws {
        let place = "event.inputs.\(rule.name)"
        guard (given.opening != nil) == (rule.kind == .committed) else {
            throw ClauseError(.badBinding, "an opening comes with a committed input, and only with it", at: place)
        }
        guard rule.kind == .committed else { return }
        let root = try Digest(committedBy: given.value)
        guard !committedRoots.contains(root) else {
            throw OrchestrationError(.refused, "another job was given this commitment; commit again", at: place)
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
        // A second signature would be harmless here and make every evidence pack of the job fail.
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
        _ event: Event, _ agreement: Agreement, _ occurrenceID: Digest, _ inputs: [BoundInput], at index: Int,
        _ correction: Int, _ context: StepContext
    ) throws -> Job {
        let clause = agreement.clause
        let openings = inputs.compactMap { input in
            event.inputs.first { $0.name == input.name }?.opening.map {
                JobPayload.Opening(name: input.name, bytes: $0)
            }
        }
        let payload = JobPayload(
            occurrence: event.occurrence, trigger: event.trigger, inputs: inputs, openings: openings
        ).bytes
        guard payload.count <= EvidenceLimits.payloadBytesMax else {
            throw OrchestrationError(
                .tooLarge, "the inputs come to more than \(EvidenceLimits.payloadBytesMax) bytes", at: "event.inputs")
        }
        return Job(
            id: JobIdentity.jobID(clause: clause.digest, occurrenceID: occurrenceID, event: event.trigger),
            clause: clause.digest, clauseID: clause.id, occurrence: event.occurrence, occurrenceID: occurrenceID,
            trigger: event.trigger, inputs: inputs, inputNames: inputs.map(\.name),
            inputCommitment: BoundInput.commitment(inputs.map(\.leaf)),
            priority: event.priority ?? clause.execution.priority, deadline: event.deadline,
            supersedes: event.supersedes,
            acknowledgedAt: context.now, eventIndex: index, correction: correction, agreement: agreement,
            sequences: [context.sequence], payload: payload, payloadDigest: Digest(of: payload))
    }

    /// Puts a job in its clause's line for nodes.
    private mutating func enqueue(_ place: Int) {
        let job = jobs[place]
        jobs[place].waitingBecause = waiting.add(
            place, clause: job.clause, priority: job.priority, deadline: job.deadline)
        timers.set(.waiting(job: place), at: job.acknowledgedAt + .milliseconds(job.rule.deadlineMilliseconds))
    }
}
