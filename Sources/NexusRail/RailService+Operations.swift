import Foundation
package import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusJournal
import NexusLogStore
import NexusMesh
package import NexusOrchestration
import NexusTrust

extension RailService {
    /// Answers one control request (Documentation/Formats/control-v1.md): the one way into the rail. A caller from the
    /// network is named in the journal.
    package func answer(_ request: JSON, caller: Caller? = nil) async throws -> JSON {
        var fields = try Fields(request, at: "request")
        let operation = try fields.text("operation", bytesMax: 64)
        let answer: JSON
        switch operation {
        case "status": answer = try await status(&fields)
        case "submit": answer = try await submit(&fields, caller)
        case "govern": answer = try await govern(&fields, caller)
        case "invite": answer = try await invite(&fields, caller)
        case "module": answer = try store(&fields)
        case "clauses": answer = clauses()
        case "policies": answer = policies()
        case "governance": answer = governance()
        case "governance-entries": answer = try await governanceEntries(&fields)
        case "status-list": answer = try statusList(&fields)
        case "nodes": answer = nodeList()
        case "jobs": answer = try jobs(&fields)
        case "job": answer = try job(&fields)
        case "cancel": answer = try await cancel(&fields, caller)
        case "record": answer = try await record(&fields)
        case "evidence": answer = try await evidence(&fields)
        case "disputes":
            let disputes = try engine.disputes(0..<engine.read { $0.disputeCount })
            answer = .object(["disputes": .array(disputes.map(\.json))])
        case "dispute": answer = try await dispute(&fields)
        case "deliveries": answer = try deliveries(&fields)
        default: throw RailError(.badRequest, "no such operation: \(operation)", at: "request.operation")
        }
        try fields.finish()
        return answer
    }

    /// With `brief` it leaves out what takes a look at every job: inputs wait meanwhile.
    private func status(_ fields: inout Fields) async throws -> JSON {
        let isBrief = try fields.optionalBool("brief") ?? false
        let addresses = try await mesh.addresses
        let counters = engine.journal.counters
        return engine.read { core in
            [
                "certified": isBrief ? nil : .int(core.jobs.count(of: .certified)),
                "connectedNodes": .int(core.population.connected.count),
                "enrolment": .text("\(addresses.enrolment)"),
                "frozen": isBrief ? nil : .int(core.jobs.count(of: .frozen)),
                "governance": .int(core.snapshot.number), "jobs": .int(core.jobs.count),
                "journal": [
                    "bytes": .int(counters.bytes), "commits": .int(counters.commits), "records": .int(counters.records),
                ],
                "logSize": .int(core.rollupState.logSize), "mesh": .text("\(addresses.mesh)"),
                "name": .string(trust.genesis.name), "rail": trust.rail.json,
                "state": isBrief ? nil : core.stateDigest.json,
            ]
        }
    }

    private func submit(_ fields: inout Fields, _ caller: Caller?) async throws -> JSON {
        let events = try fields.list("events", countMax: OrchestrationLimits.eventsMax) { try Event(json: $0, at: $1) }
        guard !events.isEmpty else { throw RailError(.badRequest, "no events", at: "request.events") }
        let answers = await engine.ask(events.count, caller: caller) { requests in
            .submitted(zip(requests, events).map { (request: $0, event: $1) })
        }
        return .object([
            "results": .array(
                answers.map { answer in
                    switch answer {
                    case .success(.job(let job, let isNew)): ["job": job.json, "new": .bool(isNew)]
                    case .success: Control.errorJSON(RailError(.badRequest, "not an answer to an event"))
                    case .failure(let error): Control.errorJSON(error)
                    }
                })
        ])
    }

    private func govern(_ fields: inout Fields, _ caller: Caller?) async throws -> JSON {
        let proposal = try fields.bytes("proposal", countMax: GovernanceLimits.entryBytesMax)
        let ballots = try fields.list("ballots", countMax: GovernanceLimits.committeeMax + 1) {
            try Envelope(json: $0, at: $1)
        }
        let decision = try Proposal(parsing: proposal).decision
        if case .admitNode(let application, _) = decision, let evidence = application.evidence,
            !EvidenceShelf(folder: folder).has(evidence)
        {
            // Packs show what nodes were admitted with.
            throw RailError(.notFound, "the rail keeps no such evidence (any more): admit on what `node list` names")
        }
        if case .publishClause(let document) = decision {
            let module = try Clause(canonical: document).computation.module
            guard folder.hasModule(module) else {
                throw RailError(
                    .notFound, "the module \(module.short) is not here; send it first", at: "computation.module")
            }
        }
        let answer = try await engine.ask(caller: caller) { .governed($0, proposal: proposal, ballots: ballots) }
        guard case .governed(let number, let digest) = answer else {
            throw RailError(.badRequest, "not an answer to a proposal")
        }
        return ["entry": .int(number), "digest": digest.json]
    }

    /// Makes an enrolment token. Its secret is in the answer only; the journal has the digest.
    private func invite(_ fields: inout Fields, _ caller: Caller?) async throws -> JSON {
        let role: PeerRole = try fields.choice("role")
        let seconds = try fields.optionalInteger("seconds", in: 0...86_400) ?? 600
        let expires = Instant.now + .seconds(seconds)
        let token = try await EnrolmentToken(
            rail: authority.rail, address: mesh.addresses.enrolment, caFingerprint: authority.fingerprint, role: role,
            expires: expires, secret: RailEngine.draw())
        try await engine.record(
            .invited(secret: token.secretDigest, role: Text(role.rawValue), expiresAt: expires), caller: caller)
        return ["expires": expires.json, "token": .text(token.text)]
    }

    private func store(_ fields: inout Fields) throws -> JSON {
        ["digest": try folder.store(module: fields.bytes("bytes", countMax: 8 << 20)).json]
    }

    private func clauses() -> JSON {
        .object([
            "clauses": .array(
                engine.read { core in
                    core.snapshot.clauses.map { published in
                        [
                            "digest": published.clause.digest.json, "document": published.clause.json,
                            "id": published.clause.id.json, "report": published.report?.json,
                            "stage": .text(published.stage.rawValue), "title": .string(published.clause.title),
                        ]
                    }
                })
        ])
    }

    /// The list whose URL has this path, whatever its host: the rail may stand behind another name. Throws
    /// `rail.not-found`, also for a path that two lists have.
    private func statusList(_ fields: inout Fields) throws -> JSON {
        let path = try fields.text("path", bytesMax: 4096)
        let found = engine.read { core in
            core.snapshot.statusLists.filter { URL(string: $0.id.string)?.path(percentEncoded: true) == path.string }
        }
        guard found.count == 1, let list = found.first else {
            throw RailError(.notFound, "no status list is published under this path", at: "request.path")
        }
        return ["id": .string(list.id), "list": .base64(list.bytes)]
    }

    private func governance() -> JSON {
        engine.read { core in
            .object(["digest": core.snapshotDigest.json, "snapshot": core.snapshot.json])
        }
    }

    private func nodeList() -> JSON {
        .object([
            "nodes": .array(
                engine.read { core in
                    core.population.all.map { node in
                        [
                            "answered": .int(node.answered), "attestation": .string(node.attestation),
                            "attestedAt": node.attestedAt?.json, "connected": .bool(node.session != nil),
                            "freshUntil": core.freshness(of: node)?.json,
                            "jurisdiction": .string(node.binding.jurisdiction),
                            "latencyMilliseconds": .int(node.latencyMilliseconds), "load": .int(node.load),
                            "node": node.did.json, "operator": node.binding.operator.json,
                            "evidence": node.evidence?.evidence.json, "reliability": .int(node.reliability),
                            "standing": .string(core.standing(of: node, at: .now)),
                            "suspended": .bool(core.snapshot.isSuspended(node: node.did)),
                            "revoked": .bool(core.snapshot.isRevoked(node: node.did)),
                        ]
                    }
                })
        ])
    }

    /// All of them, or a part: there is one for each action that was ever due.
    private func deliveries(_ fields: inout Fields) throws -> JSON {
        let first = try fields.optionalInteger("from", in: 0...Int64(Int32.max)) ?? 0
        let count = try fields.optionalInteger("count", in: 1...10_000) ?? .max
        let places = (0..<engine.read { $0.deliveries.count }).dropFirst(first).prefix(count)
        return .object(["deliveries": .array(try places.compactMap { try engine.delivery(at: $0) })])
    }

    private func jobs(_ fields: inout Fields) throws -> JSON {
        let status = try fields.optionalText("status", bytesMax: 64)
        let count = try fields.optionalInteger("count", in: 1...10_000) ?? 100
        let (newest, total) = engine.read { core in
            let rows = (0..<core.jobs.count).reversed().lazy.compactMap { core.jobs.row(at: $0) }
            let wanted = rows.filter { status == nil || Text($0.status.rawValue) == status }
            let total = Job.Status.allCases.filter { status == nil || Text($0.rawValue) == status }
                .map(core.jobs.count(of:)).reduce(0, +)
            return (wanted.prefix(count).map(\.id), total)
        }
        return .object(["jobs": .array(try newest.compactMap { try engine.job($0)?.summary }), "total": .int(total)])
    }

    private func job(_ fields: inout Fields) throws -> JSON {
        let id = try fields.text("job", bytesMax: 128)
        let job = try find(id)
        return .object(["job": job.detail(disputes: try engine.disputes(job.disputes.map(\.number)))])
    }

    private func evidence(_ fields: inout Fields) async throws -> JSON {
        let id = try fields.text("job", bytesMax: 128)
        let digest = try find(id).id
        let pack = try await assembler.pack(digest)
        return ["pack": .base64(pack.bytes)]
    }

    /// A dispute with both signed statements: evidence that stands alone.
    private func dispute(_ fields: inout Fields) async throws -> JSON {
        let index = try fields.integer("index")
        guard let dispute = try engine.dispute(at: index) else { throw RailError(.notFound, "no dispute \(index)") }
        let found = try await assembler.statements(of: dispute)
        return ["dispute": dispute.json, "statements": .array(found.map(\.json))]
    }
}

extension RailService {
    /// A job by its digest, or by the first digits of it.
    func find(_ text: Text) throws -> Job {
        if let digest = try? Digest(parsing: text) {
            guard let job = try engine.job(digest) else {
                throw RailError(.notFound, "there is no job \(digest.short)")
            }
            return job
        }
        let found = text.utf8.count >= 6 ? engine.read { $0.jobs.ids(beginningWith: text) } : []
        guard found.count == 1, let job = try engine.job(found[0]) else {
            throw RailError(.notFound, "\(found.count) jobs begin with \"\(text)\"; give at least 6 digits of one")
        }
        return job
    }
}
