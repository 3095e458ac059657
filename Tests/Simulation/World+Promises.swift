import NexusBase
import NexusClause
import NexusEvidence
import NexusLog
import NexusLogStore
import NexusOrchestration
import NexusTestSupport
import NexusTrust

/// What a rail promises, held against what an observer saw.
extension World {
    /// At the moment of a release: the checkpoint that holds the certificate would survive a loss of power.
    mutating func checkRelease(_ jobs: [Digest], _ store: WorldStore) {
        watch.release(jobs)
        let size = store.durableLogSize
        for id in jobs {
            guard let number = core.jobs[id]?.rollup, let index = core.rollupState.logIndex[number], index < size
            else {
                watch.fail("release", "job \(id.short) is released before its checkpoint is durable")
                continue
            }
        }
        guard let note = log.checkpoint, let signed = try? SignedCheckpoint(parsing: note.bytes),
            signed.note.signatures.count > plan.validators
        else { return watch.fail("release", "the checkpoint lacks cosignatures") }
    }

    /// At the end of a story.
    mutating func checkPromises(_ story: Story) throws {
        watch.note("the end")
        let isDamaged = store?.isDamaged == true
        if !isRailUp {
            if !isDamaged { watch.fail("progress", "the rail is down at the end") }
            return
        }
        checkAcknowledged(story)
        try checkCertificates()
        try checkAnswers(story)
        checkDisputes(story)
        checkActions()
        try checkReplay()
        try checkEvidence()
    }

    private mutating func checkAcknowledged(_ story: Story) {
        for id in watch.acknowledged {
            guard let job = core.jobs[id] else {
                watch.fail("acknowledged", "job \(id.short) is gone")
                continue
            }
            guard [.certified, .withdrawn].contains(job.status) else {
                watch.fail("progress", "job \(id.short) is \(job.status): \(job.waitingBecause?.string ?? "")")
                continue
            }
        }
        for client in clients where !client.isAnswered {
            watch.fail("progress", "the event \(client.event.trigger.eventID) was never answered")
        }
        let probe = core.jobs.values.first { $0.trigger.eventID == "probe" }
        guard story.moments.contains(where: { if case .probe = $0.what { true } else { false } }) else { return }
        guard let probe, let decision = probe.decision else {
            return watch.fail("progress", "the event after the healing was not certified")
        }
        if case .override = decision, !story.isCrowdedOut {
            watch.fail("progress", "the event after the healing froze: \(attempts(probe))")
        }
    }

    private func attempts(_ job: Job) -> String {
        job.attempts.map { "\($0.outcome.rawValue) \($0.detail?.string ?? "")" }.joined(separator: ", ")
    }

    /// One certificate an occurrence, in the log that everyone sees; each rests on its quorum.
    private mutating func checkCertificates() throws {
        var seen: Set<Digest> = []
        for leaf in log.rollups.flatMap(\.leaves) where !leaf.isCorrection {
            if !seen.insert(leaf.occurrenceID).inserted {
                watch.fail("once", "occurrence \(leaf.occurrenceID.short) is certified twice")
            }
        }
        for id in watch.released {
            guard let job = core.jobs[id], job.status == .certified else {
                watch.fail("release", "job \(id.short) was released and is not certified")
                continue
            }
            if !seen.contains(job.occurrenceID) { watch.fail("once", "job \(id.short) is not in the log") }
        }
    }

    /// No wrong result with fewer than k liars.
    private mutating func checkAnswers(_ story: Story) throws {
        for job in core.jobs.values {
            guard job.status == .certified, case .quorum? = job.decision, let client = client(of: job),
                let result = job.result
            else { continue }
            let said = try ExecutionResult(parsing: result).output("index")
            if said != client.index {
                watch.fail(
                    "answers", "job \(job.id.short) says \(said.map { "\($0)" } ?? "nothing"), not \(client.index)")
            }
        }
    }

    /// Every wrong statement that the core took is in dispute, and both envelopes are in the journal.
    private mutating func checkDisputes(_ story: Story) {
        let disputes = core.disputes.count
        watch.tally { $0.disputes = disputes }
        for dispute in core.disputes {
            let kept = (try? envelopes(in: dispute.sequences)) ?? [:]
            guard let one = kept[dispute.statement], let other = kept[dispute.against] else {
                watch.fail("evidence", "a dispute about job \(dispute.job.short) has lost its statements")
                continue
            }
            guard let key = try? dispute.node.verificationKey(), (try? one.verify(by: key)) != nil else {
                watch.fail("evidence", "a dispute's statement is not signed by its node")
                continue
            }
            if one.payloadDigest == other.payloadDigest { watch.fail("evidence", "a dispute of one statement") }
        }
        for job in core.jobs.values {
            guard case .quorum(let digest, _)? = job.decision else { continue }
            for attempt in job.attempts {
                guard let statement = attempt.statement else { continue }
                watch.tally { $0.statements += 1 }
                guard statement.resultDigest != digest, attempt.outcome != .void else { continue }
                if !core.disputes.contains(where: { $0.job == job.id && $0.node == attempt.node }) {
                    watch.fail("disputes", "a wrong statement about job \(job.id.short) is not in dispute")
                }
            }
        }
        checkEquivocations(story)
    }

    /// Two results that a node signed for one token, both of which came while the token counted.
    private mutating func checkEquivocations(_ story: Story) {
        var signed: [Digest: (digest: Digest, node: DID)] = [:]
        for record in journal.dropFirst(store?.baseCount ?? 0) {
            guard let read = try? InputRecord(parsing: record.bytes, sequence: record.sequence),
                case .answered(let node, let answers) = read.input
            else { continue }
            for answer in answers {
                guard case .statement(let envelope, let statement) = answer.content, statement.token == answer.token
                else { continue }
                guard let earlier = signed[answer.token] else {
                    signed[answer.token] = (envelope.payloadDigest, node)
                    continue
                }
                guard earlier.digest != envelope.payloadDigest, earlier.node == node, !story.movesRailClock else {
                    continue
                }
                let job = core.jobs.values.first {
                    $0.attempts.contains { $0.token == answer.token && $0.statement != nil }
                }
                guard let job else { continue }
                let isFound = core.disputes.contains {
                    $0.kind == .equivocation && $0.job == job.id && $0.node == node
                }
                if !isFound { watch.fail("disputes", "two results of one node for job \(job.id.short) go unnoticed") }
            }
        }
    }

    /// Every action of a released certificate arrived, under one id.
    private mutating func checkActions() {
        let deliveries = core.deliveries.all.count
        watch.tally { $0.deliveries = deliveries }
        let arrived = Set(receiver.actions)
        for delivery in core.deliveries.all {
            if delivery.status != .delivered {
                watch.fail("actions", "action \(delivery.action.id.short) is \(delivery.status) at the end")
            } else if !arrived.contains(delivery.action.id) {
                watch.fail("actions", "action \(delivery.action.id.short) counts as delivered and never arrived")
            }
        }
        let ids = core.deliveries.all.map(\.action.id)
        if Set(ids).count != ids.count { watch.fail("actions", "one id stands for two actions") }
        let fired = core.jobs.values.filter { $0.status == .certified && $0.signal == .trigger && $0.supersedes == nil }
        for job in fired where core.deliveries.all.count(where: { $0.action.job == job.id }) != 2 {
            watch.fail("actions", "job \(job.id.short) did not set off its two actions")
        }
        if arrived.count != ids.count { watch.fail("actions", "\(arrived.count) actions arrived of \(ids.count)") }
    }

    /// The journal leads to the same state again, also in a core that lets go of what is settled.
    private mutating func checkReplay() throws {
        guard let store else { return }
        var again = store.base
        for record in journal.dropFirst(store.baseCount) {
            let read = try InputRecord(parsing: record.bytes, sequence: record.sequence)
            _ = again.step(read.input, at: read.context)
            again.letGo(of: again.takeSettled().map(\.what))
        }
        let digest = core.stateDigest
        if again.stateDigest != digest { watch.fail("replay", "the journal leads to another state") }
        watch.note(digest.bytes)
    }

    /// One pack a story verifies from its bytes alone, and the log's folder passes its check.
    private mutating func checkEvidence() throws {
        guard let store, !store.isDamaged else { return }
        do {
            _ = try LogCheck.run(
                LogReader(files: store.files), origin: Party.log.key.name, keys: [Party.log.key])
        } catch {
            watch.fail("log", "the log's folder does not pass its check: \(error)")
        }
        let certified = core.jobs.values.filter { $0.status == .certified }
        guard let job = certified.isEmpty ? nil : certified[Int(story(certified.count))] else { return }
        watch.tally { $0.packs += 1 }
        let report = try report(job.id)
        if report.certificate == nil {
            watch.fail("evidence", "the pack of job \(job.id.short): \(report.lines.last.map { "\($0)" } ?? "")")
        }
    }

    private func story(_ count: Int) -> UInt64 { entropySeed % UInt64(count) }
}

extension Story {
    /// Whether so many nodes are gone or lie that the event after the healing may freeze.
    var isCrowdedOut: Bool {
        var bad: Set<Int> = []
        for moment in moments {
            switch moment.what {
            case .nodeBehaves(let node, _), .nodeRevoked(let node): bad.insert(node)
            default: break
            }
        }
        // Who signed something wrong is not replaced.
        return bad.count > min(shape.liarsMax, shape.nodes - shape.quorum)
    }

    var movesRailClock: Bool {
        moments.contains { if case .railClockJumps = $0.what { true } else { false } }
    }
}
