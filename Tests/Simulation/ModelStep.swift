package import NexusBase
import NexusClause
import NexusEvidence
import NexusOrchestration
import NexusTestSupport
import NexusTrust

/// What may happen next in a model. All that is marked as a fault counts as one of the few that a history has.
package enum ModelStep: Hashable {
    case submit(Int)
    /// The node answers one of its tokens as it should.
    case answers(Digest)
    case sealed, committed
    case confirmed(Digest)
    /// Time passes until something is due; every node that is there has answered.
    case tick
    /// A node that is away comes back.
    case returns(Int)

    // Faults.
    case submitAgain(Int)
    case lies(Digest), signsTwo(Digest), refuses(Digest), says(nothing: Digest)
    case leaves(Int)
    case unconfirmed(Digest)
    /// Time passes until something is due while nodes still work: what they answer then is late.
    case overdue
    /// The rail dies and starts again: what was on its way to it is gone.
    case restart

    package var isFault: Bool {
        switch self {
        case .submit, .answers, .sealed, .committed, .confirmed, .tick, .returns: false
        case .submitAgain, .lies, .signsTwo, .refuses, .says, .leaves, .unconfirmed, .overdue, .restart: true
        }
    }
}

extension ModelState {
    /// Every step that is possible here, but for those that lead to the same. While the rail's own signature, log or
    /// delivery is on its way, only faults come between: what honest others do then comes to the same as doing it
    /// afterwards. Of nodes about which everything is alike, the first moves.
    package func steps(_ occurrences: [Text], withFaults: Bool) -> [ModelStep] {
        let columns = outline(occurrences).nodes
        let movers = columns.indices.filter { columns.firstIndex(of: columns[$0]) == $0 }
        let held = outstanding.filter { isConnected[$0.node] && movers.contains($0.node) }.map(\.digest)
        var steps: [ModelStep] = []
        switch pending.first {
        case .seal?: steps.append(.sealed)
        case .commit?: steps.append(.committed)
        case .deliver(let id)?: steps.append(.confirmed(id))
        case nil:
            steps += submitted.indices.filter { !submitted[$0] }.map { .submit($0) }
            steps += held.map { .answers($0) }
            steps += movers.filter { !isConnected[$0] }.map { .returns($0) }
            if core.wakeup.milliseconds < .max, held.isEmpty { steps.append(.tick) }
        }
        guard withFaults else { return steps }
        if pending.isEmpty, core.wakeup.milliseconds < .max, !held.isEmpty { steps.append(.overdue) }
        steps += submitted.indices.filter { submitted[$0] }.map { .submitAgain($0) }
        for token in held { steps += [.lies(token), .signsTwo(token), .refuses(token), .says(nothing: token)] }
        steps += movers.filter { isConnected[$0] }.map { .leaves($0) }
        for case .deliver(let id) in pending { steps.append(.unconfirmed(id)) }
        steps.append(.restart)
        return steps
    }

    /// The state after a step.
    package func after(_ step: ModelStep, in setting: ModelSetting) throws -> ModelState {
        var next = self
        switch step {
        case .submit(let job), .submitAgain(let job):
            next.submitted[job] = true
            next.take(.submitted([(RequestID(1), setting.events[job])]), setting)
        case .answers(let token): try next.answer(token, setting, [0])
        case .lies(let token): try next.answer(token, setting, [1])
        case .signsTwo(let token): try next.answer(token, setting, [0, 1])
        case .refuses(let token): try next.answer(token, setting, [])
        case .says(let token): next.outstanding.removeAll { $0.digest == token }
        case .tick, .overdue:
            next.now = max(next.now, next.core.wakeup)
            next.take(.tick, setting)
        case .leaves(let node):
            next.isConnected[node] = false
            next.outstanding.removeAll { $0.node == node }
            next.take(.closed(node: setting.nodes[node].did, session: setting.nodes[node].session ?? 0), setting)
        case .returns(let node):
            next.isConnected[node] = true
            next.take(.opened(setting.nodes[node].hello), setting)
        case .restart:
            next.pending = []
            next.outstanding = []
            next.isConnected = next.isConnected.map { _ in false }
            next.take(.started(setting.configuration), setting)
        case .sealed, .committed, .confirmed, .unconfirmed: try next.hand(back: step, setting)
        }
        next.check(setting)
        return next
    }

    private mutating func hand(back step: ModelStep, _ setting: ModelSetting) throws {
        for (place, one) in pending.enumerated() {
            switch (step, one) {
            case (.sealed, .seal(let number, let rollup, let statements)):
                pending.remove(at: place)
                return take(
                    .sealed(number: number, envelope: try setting.sealed(rollup), statements: statements), setting)
            case (.committed, .commit(let entries, let firstIndex)):
                pending.remove(at: place)
                logSize = max(logSize, firstIndex + entries.count)
                for entry in entries {
                    guard let envelope = try? Envelope(parsing: entry), let rollup = try? Rollup(in: envelope) else {
                        continue
                    }
                    logged += rollup.leaves.map(\.occurrenceID)
                }
                return take(.committed(firstIndex: firstIndex, count: entries.count, checkpoint: ""), setting)
            case (.confirmed(let id), .deliver(let other)) where id == other,
                (.unconfirmed(let id), .deliver(let other)) where id == other:
                pending.remove(at: place)
                let isConfirmed = !step.isFault
                if isConfirmed { delivered.append(id) }
                return take(.delivered(action: id, confirmed: isConfirmed, detail: ""), setting)
            default: continue
            }
        }
    }

    /// A node answers with the results that are off by these; with none it refuses.
    private mutating func answer(_ digest: Digest, _ setting: ModelSetting, _ errors: [Int]) throws {
        guard let place = outstanding.firstIndex(where: { $0.digest == digest }) else { return }
        let token = outstanding.remove(at: place)
        let node = setting.nodes[token.node].did
        var answers = try errors.map { Input.Answer(token: digest, content: try setting.statement(token, off: $0)) }
        if errors.isEmpty {
            answers = [
                .init(token: digest, content: .refusal(code: "node.busy", message: "no", isIndeterminate: false))
            ]
        }
        if errors.contains(where: { $0 != 0 }) {
            wrong.append(.init(node: node, token: digest, isTwice: errors.count > 1))
        }
        take(.answered(node: node, answers), setting)
    }

    /// Steps the core. Entropy is the same at each step and sequences depend on what an input says, so that two ways to
    /// one state meet there.
    private mutating func take(_ input: Input, _ setting: ModelSetting) {
        let context = StepContext(now: now, entropy: setting.entropy, sequence: setting.sequence(of: input))
        for effect in core.step(input, at: context) {
            switch effect {
            case .accepted(_, let job, _): if !acknowledged.contains(job) { acknowledged.append(job) }
            case .assign(let did, let assignments):
                guard let node = setting.nodes.firstIndex(where: { $0.did == did }), isConnected[node] else { continue }
                for one in assignments where !outstanding.contains(where: { $0.digest == one.tokenDigest }) {
                    outstanding.append(
                        Token(node: node, digest: one.tokenDigest, bytes: one.tokenBytes, payload: one.payload))
                }
            case .seal(let number, let rollup, let statements): pending.append(.seal(number, rollup, statements))
            case .commit(let entries, let firstIndex): pending.append(.commit(entries, firstIndex: firstIndex))
            case .certified(let jobs): release(jobs)
            case .deliver(let delivery):
                if !released.contains(delivery.job) { broken = "an action goes out before its certificate" }
                pending.append(.deliver(delivery.id))
            default: continue
            }
        }
    }

    private mutating func release(_ jobs: [Digest]) {
        for id in jobs {
            if released.contains(id) { broken = "a certificate is released twice" }
            released.append(id)
            guard let job = core.jobs[id], logged.contains(job.occurrenceID) else {
                broken = "a certificate is released that is not in the log"
                continue
            }
        }
    }
}
