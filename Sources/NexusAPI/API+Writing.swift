import HTTPTypes
import NexusBase
import NexusGovernance
import NexusOrchestration

/// What is written: each is a call of the control socket's, with the caller's name for the journal.
extension API {
    func write(_ exchange: Exchange) async throws -> Reply {
        switch exchange.route.operation {
        case .submitJob: return try await submitJob(exchange)
        case .submitEvents: return try await submitEvents(exchange)
        case .cancelJob: return try await cancelJob(exchange)
        case .publishClause, .decideClause, .addGovernanceEntry: return try await govern(exchange)
        case .inviteNode: return try await invite(exchange)
        case .storeModule: return try await storeModule(exchange)
        default: throw APIError(.notFound, "there is no such route")
        }
    }

    private func submitJob(_ exchange: Exchange) async throws -> Reply {
        let (json, digest) = try await exchange.json()
        let key = try exchange.idempotencyKey()
        guard case .object(var object) = json else { throw APIError(.badRequest, "an object is needed", at: "body") }
        if object["trigger"] == nil {
            object["trigger"] = [
                "eventId": .string(key ?? Text(exchange.requestID)),
                "source": .text("api:\(exchange.identity?.name.string ?? "")"), "type": "manual",
            ]
        }
        let event = try Event(json: .object(object), at: "event")
        return try await idempotency.once(key, exchange.identity, digest, door.index) {
            let caller = exchange.caller(key: key, request: digest)
            guard let result = try await submit([event.json], caller).first, case .object(let object) = result else {
                throw APIError(.badRequest, "the rail did not answer")
            }
            if let error = object["error"] { throw try RailRefusal(error) }
            var reply = Reply(status: object["new"] == true ? 201 : 200, result)
            if case .string(let job)? = object["job"] { reply.headers[.location] = "/v1/jobs/\(job)" }
            return reply
        }
    }

    private func submitEvents(_ exchange: Exchange) async throws -> Reply {
        let types = ["application/cloudevents+json", "application/cloudevents-batch+json"]
        let (type, bytes) = try await exchange.body(of: types, bytesMax: APILimits.batchBytesMax)
        let key = try exchange.idempotencyKey()
        let json = try JSON(parsing: bytes, bytesMax: APILimits.batchBytesMax)
        let events: [JSON]
        if type == types[0] {
            events = [try CloudEvent(json, at: "event").event.json]
        } else {
            guard case .array(let batch) = json else { throw APIError(.badRequest, "an array is needed", at: "body") }
            guard (1...OrchestrationLimits.eventsMax).contains(batch.count) else {
                throw APIError(.tooLarge, "1 to \(OrchestrationLimits.eventsMax) events", at: "body")
            }
            events = try batch.enumerated().map { try CloudEvent($1, at: "events[\($0)]").event.json }
        }
        let digest = Digest(of: bytes)
        return try await idempotency.once(key, exchange.identity, digest, door.index) {
            let caller = exchange.caller(key: key, request: digest)
            return Reply(["results": .array(try await submit(events, caller))])
        }
    }

    private func submit(_ events: [JSON], _ caller: Caller?) async throws -> [JSON] {
        guard case .object(let answer) = try await ask("submit", ["events": .array(events)], caller: caller),
            case .array(let results)? = answer["results"]
        else { throw APIError(.badRequest, "the rail did not answer") }
        return results
    }

    private func cancelJob(_ exchange: Exchange) async throws -> Reply {
        let (json, digest) = try await exchange.json()
        var fields = try Fields(json, at: "")
        let reason = try fields.text("reason", bytesMax: 1024)
        try fields.finish()
        return Reply(
            try await ask(
                "cancel", ["job": .string(try exchange.job()), "reason": .string(reason)],
                caller: exchange.caller(request: digest)))
    }

    /// A signed proposal. The route says what it may decide; the committee's signatures say whether it does.
    private func govern(_ exchange: Exchange) async throws -> Reply {
        let (json, digest) = try await exchange.json(bytesMax: APILimits.batchBytesMax)
        var fields = try Fields(json, at: "")
        let bytes = try fields.bytes("proposal", countMax: GovernanceLimits.entryBytesMax)
        let ballots = try fields.required("ballots")
        try fields.finish()
        let decision = try Proposal(parsing: bytes).decision
        switch (exchange.route.operation, decision) {
        case (.addGovernanceEntry, _), (.publishClause, .publishClause): break
        case (.decideClause, .advanceClause(let clause, _, _, _)):
            let clauses = try await items("clauses", "clauses")
            let isThis = clauses.contains { item in
                guard case .object(let object) = item, object["digest"] == clause.json else { return false }
                let wanted = JSON.string(exchange.parameter("clause"))
                return object["digest"] == wanted || object["id"] == wanted
            }
            guard isThis else { throw APIError(.badRequest, "the proposal is about another clause", at: "proposal") }
        default: throw APIError(.badRequest, "this route takes no proposal of kind \(decision.kind)", at: "proposal")
        }
        let answer = try await ask(
            "govern", ["ballots": ballots, "proposal": .base64(bytes)], caller: exchange.caller(request: digest))
        return Reply(status: 201, answer)
    }

    private func invite(_ exchange: Exchange) async throws -> Reply {
        let (json, digest) = try await exchange.json()
        var fields = try Fields(json, at: "")
        var request: JSONObject = ["role": try fields.required("role")]
        request["seconds"] = fields.optional("seconds")
        try fields.finish()
        var reply = Reply(status: 201, try await ask("invite", request, caller: exchange.caller(request: digest)))
        reply.headers[.cacheControl] = "no-store"
        return reply
    }

    private func storeModule(_ exchange: Exchange) async throws -> Reply {
        let (_, bytes) = try await exchange.body(of: ["application/wasm"], bytesMax: APILimits.moduleBytesMax)
        let magic: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]
        guard bytes.starts(with: magic) else {
            throw APIError(.badRequest, "not a WebAssembly module of version 1", at: "body")
        }
        return Reply(status: 201, try await ask("module", ["bytes": .base64(bytes)], caller: exchange.caller()))
    }
}

/// What the rail refused one event with, as its own code.
struct RailRefusal: CodedFailure {
    let qualifiedCode: String
    let message: String
    let place: String?
    var description: String { "\(qualifiedCode): \(message)" }

    init(_ json: JSON) throws {
        var fields = try Fields(json, at: "error")
        qualifiedCode = try fields.text("code").string
        message = try fields.text("message").string
        place = try fields.optionalText("place")?.string
    }
}
