package import NexusBase
package import NexusTrust

/// What of a core's state decides what it will do, with times counted from now and with nodes told apart by what they
/// have done and not by their names: two cores with equal outlooks do the same from here on, but for names. For model
/// checks.
package struct Outlook {
    /// An attempt as its node may see it.
    package struct Attempt {
        package let node: DID
        package let token: Digest
        package let job: Int
        package let facts: [Int]
    }

    package var attempts: [Attempt] = []
    /// What is known of each node, in the core's order.
    package var nodes: [(did: DID, facts: [Int])] = []
    /// Everything that belongs to no node.
    package var facts: [Int] = []
}

extension Orchestrator {
    /// Jobs go by the names that `name` gives them. Leaves out what was decided by earlier governance, and how reliable
    /// and fast nodes have been.
    package func outlook(at now: Instant, name: (Job) -> Int) -> Outlook {
        let names = jobs.values.map(name)
        var outlook = Outlook()
        func away(_ time: Instant) -> Int { Int((time - now).wholeMilliseconds) }
        var ends: [[Int]] = names.map { _ in [] }
        var evidence: [[Int]] = nodes.all.map { _ in [] }
        for (time, matter) in timers.all where !isMoot(matter) {
            switch matter {
            case .waiting(let job): ends[job].append(away(time) * 2)
            case .batch(let job): ends[job].append(away(time) * 2)
            case .attemptEnd(let job, _), .grace(let job, _): ends[job].append(away(time) * 2 + 1)
            case .attest(let node): evidence[node].append(away(time) * 2)
            case .stale(let node): evidence[node].append(away(time) * 2 + 1)
            // As the delivery itself says.
            case .delivery: continue
            }
        }
        // Only that somebody looks at the job then.
        ends = ends.map { Set($0).sorted() }
        for place in names.indices.sorted(by: { names[$0] < names[$1] }) {
            let job = jobs[place]
            outlook.facts += [-1, names[place], Self.number(job.status), job.isOpen ? 1 : 0, job.wantsNodes ? 1 : 0]
            outlook.facts += [job.status == .decided ? job.decidedAt.map(away) ?? 1 : 1] + ends[place]
            for attempt in job.attempts {
                outlook.attempts.append(
                    .init(
                        node: attempt.node, token: attempt.token, job: names[place], facts: facts(attempt, job, away)))
            }
        }
        outlook.nodes = zip(nodes.all, evidence).map { node, times in
            (node.did, [node.session == nil ? 0 : 1, node.load] + times.sorted())
        }
        for places in [rollups.decided, rollups.jobs, wanting] + waiting.places {
            outlook.facts += [-2] + places.map { names[$0] }
        }
        outlook.facts += [
            -3, isNodeFreed ? 1 : 0, rollups.sealing == nil ? 0 : 1, rollups.isSealAsked ? 1 : 0,
            rollups.signed == nil ? 0 : 1, rollups.committing.map { $0.isAsked ? 2 : 1 } ?? 0,
        ]
        for delivery in deliveries.all {
            let job = jobs.place(of: delivery.action.job) ?? 0
            outlook.facts += [
                -4, names[job], Self.number(delivery.status), delivery.status == .delivered ? 0 : delivery.attempts,
                delivery.dueAt.map { max(0, away($0)) } ?? -1,
            ]
        }
        return outlook
    }

    /// Time that has passed already is all the same, and so is time that nobody looks at any more.
    private func facts(_ attempt: Job.Attempt, _ job: Job, _ away: (Instant) -> Int) -> [Int] {
        let counts = attempt.isOpen || job.status == .running && attempt.sentNothing && !attempt.isReplaced
        return [
            Self.number(attempt.outcome), attempt.statement == nil ? 0 : 1, attempt.isReplaced ? 1 : 0,
            counts ? max(0, away(end(of: attempt, job.rule))) : -1,
            attempt.isOpen ? attempt.lostAt.map(away) ?? 1 : 1,
            tokens[attempt.token] == nil ? 0 : max(0, away(attempt.expiresAt)) + 1,
        ]
    }

    private static func number<Case: CaseIterable & Equatable>(_ one: Case) -> Int {
        Case.allCases.enumerated().first { $0.element == one }?.offset ?? -1
    }
}
