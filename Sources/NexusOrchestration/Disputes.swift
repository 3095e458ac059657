import NexusBase
import NexusClause
import NexusEvidence
import NexusTrust

extension Orchestrator {
    /// Marks who agreed, and opens a dispute against each node that did not, also when its answer comes late.
    mutating func compare(_ place: Int, with digest: Digest, _ context: StepContext) {
        guard let agreed = jobs[place].attempts.lazy.compactMap(\.statement).first(where: { $0.resultDigest == digest })
        else { return }
        for index in jobs[place].attempts.indices where jobs[place].attempts[index].outcome == .pending {
            guard let received = jobs[place].attempts[index].statement else { continue }
            if received.resultDigest == digest {
                jobs[place].attempts[index].outcome = .agreed
            } else {
                let difference = Self.difference(agreed, received)
                jobs[place].attempts[index].outcome = .differed
                jobs[place].attempts[index].detail = difference
                dispute(.differed, place, index, difference, received.digest, against: agreed.digest, context)
            }
        }
    }

    /// Nobody was right for certain: each statement that differs from the first is held against it.
    mutating func compareFrozen(_ place: Int, _ context: StepContext) {
        guard let reference = jobs[place].attempts.lazy.compactMap(\.statement).first else { return }
        for (index, attempt) in jobs[place].attempts.enumerated() {
            guard let received = attempt.statement, received.resultDigest != reference.resultDigest else { continue }
            let difference = Self.difference(reference, received)
            dispute(.differed, place, index, difference, received.digest, against: reference.digest, context)
        }
    }

    /// A second statement for one token.
    mutating func equivocation(
        _ place: Int, _ index: Int, _ earlier: Job.Attempt.Received, _ later: Job.Attempt.Received,
        _ context: StepContext
    ) {
        let difference = Self.difference(earlier, later)
        dispute(.equivocation, place, index, difference, later.digest, against: earlier.digest, context)
    }

    private static func difference(_ left: Job.Attempt.Received, _ right: Job.Attempt.Received) -> Text {
        let path = ExecutionResult.firstDifference(left.result, right.result) ?? "two statements for one token"
        return Text(clipping: path, to: OrchestrationLimits.detailBytesMax)
    }

    private mutating func dispute(
        _ kind: Dispute.Kind, _ place: Int, _ index: Int, _ difference: Text, _ statement: Digest, against: Digest,
        _ context: StepContext
    ) {
        let (job, attempt) = (jobs[place], jobs[place].attempts[index])
        // One of a kind for a node and a job: more of the same adds nothing.
        guard !job.disputes.contains(where: { $0.kind == kind && $0.node == attempt.node }) else { return }
        let sequences = job.sequences.last == context.sequence ? job.sequences : job.sequences + [context.sequence]
        let number = disputed.add(
            Dispute(
                kind: kind, job: job.id, node: attempt.node, operator: attempt.operator, firstDifference: difference,
                statement: statement, against: against, openedAt: context.now, sequences: sequences))
        jobs[place].disputes.append(.init(number: number, kind: kind, node: attempt.node))
        nodes.change(attempt.node) { $0.reliability = max(0, $0.reliability - 200) }
        decide(
            "dispute",
            [
                "against": against.json, "field": .string(difference), "job": job.id.json, "kind": .text(kind.rawValue),
                "node": attempt.node.json, "statement": statement.json,
            ])
        let message =
            "node \(attempt.node) "
            + (kind == .differed ? "differs from the quorum" : "signed two results for one token")
            + " in job \(job.id.short) of \(job.clauseID), occurrence \(job.occurrence): first at \(difference)"
        effects.append(.alert(.init(kind: kind == .differed ? .dispute : .equivocation, job: job.id, message: message)))
    }
}
