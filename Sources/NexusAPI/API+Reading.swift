import HTTPTypes
import Hummingbird
import NexusBase
import NexusIndex
import NexusLogHTTP
import NexusOrchestration

/// What is read: from the index where there are many, from the rail itself where there are few.
extension API {
    func ask(_ operation: String, _ fields: JSONObject = [:], caller: Caller? = nil) async throws -> JSON {
        var request = fields
        request["operation"] = .text(operation)
        return try await door.call(.object(request), caller)
    }

    /// A small list of the rail's own, as `{"items"}`.
    func items(_ operation: String, _ key: Text) async throws -> [JSON] {
        guard case .object(let object) = try await ask(operation), case .array(let items)? = object[key] else {
            throw APIError(.badRequest, "the rail does not answer \(operation)")
        }
        return items
    }

    /// The rail's sizes and counters, which cost the same however many jobs there are. The state's digest only if it is
    /// asked for, by an operator: it is made of every job, and the rail waits for it.
    func readRail(_ exchange: inout Exchange) async throws -> Reply {
        let wantsState = try exchange.query.choice("state", Flag.self) == .true
        try exchange.query.finish()
        if wantsState { try access.check(.operate, exchange.identity) }
        guard case .object(var object) = try await ask("status", wantsState ? [:] : ["brief": true]) else {
            throw APIError(.busy, "the rail does not answer")
        }
        let totals = try await door.index.totals()
        if !wantsState {
            object["certified"] = .int(totals.count(.certified))
            object["frozen"] = .int(totals.count(.frozen))
        }
        object["index"] = ["lag": .int(door.index.lag), "sequence": .int(door.index.sequence)]
        object["statuses"] = .object(JSONObject(totals.statuses.map { (Text($0.name), .int($0.count)) }))
        object["signals"] = .object(JSONObject(totals.signals.map { (Text($0.name), .int($0.count)) }))
        object["disputes"] = .int(totals.disputes)
        object["certifiedHours"] = .array(
            totals.certifiedHours.map { ["certified": .int($0.count), "hour": .text($0.hour)] })
        object["lastChange"] = .int(door.index.feed.last)
        return Reply(.object(object))
    }

    func readMe(_ exchange: Exchange) throws -> Reply {
        guard let identity = exchange.identity else { throw APIError(.unauthenticated, "a token is needed") }
        return Reply([
            "id": .string(identity.id), "name": .string(identity.name),
            "roles": .array(identity.roles.map { .text($0.rawValue) }),
        ])
    }

    func listJobs(_ exchange: inout Exchange) async throws -> Reply {
        var query = JobQuery()
        query.page = try exchange.query.page()
        query.clause = exchange.query.take("clause")
        query.domain = exchange.query.take("domain")
        query.jurisdiction = exchange.query.take("jurisdiction")
        query.region = exchange.query.take("region")
        query.node = exchange.query.take("node")
        query.operator = exchange.query.take("operator")
        query.signal = exchange.query.take("signal")
        query.status = try exchange.query.choice("status", Job.Status.self)?.rawValue
        query.occurrence = exchange.query.take("occurrence")
        query.since = try exchange.query.instant("since")
        query.until = try exchange.query.instant("until")
        query.isDisputed = try exchange.query.choice("disputed", Flag.self).map { $0 == .true }
        query.order = try exchange.query.choice("order") ?? .newest
        query.withTerms = try exchange.query.choice("include", Inclusion.self) == .terms
        try exchange.query.finish()
        return Reply(try await door.index.jobs(query))
    }

    private enum Flag: String, CaseIterable { case `true`, `false` }
    private enum Inclusion: String, CaseIterable { case terms }

    func readJob(_ exchange: Exchange) async throws -> Reply {
        guard case .object(let answer) = try await ask("job", ["job": .string(try exchange.job())]),
            let job = answer["job"]
        else { throw APIError(.notFound, "there is no such job", at: "job") }
        return Reply(job)
    }

    func readCACs(_ exchange: Exchange) async throws -> Reply {
        guard case .object(let record) = try await ask("record", ["job": .string(try exchange.job())]) else {
            throw APIError(.notFound, "there is no such job", at: "job")
        }
        return Reply(["items": record["statements"]])
    }

    /// Everything about one result, in the order of its life.
    func readTrace(_ exchange: Exchange) async throws -> Reply {
        let job = try exchange.job()
        guard case .object(let record) = try await ask("record", ["job": .string(job)]),
            case .string(let id)? = record["job"]
        else { throw APIError(.notFound, "there is no such job", at: "job") }
        let trace = try await door.index.trace(Digest(parsing: id))
        return Reply([
            "attempts": .array(trace.attempts), "caller": trace.caller, "checkpoint": trace.checkpoint,
            "decisions": .array(trace.decisions), "disputes": .array(trace.disputes), "event": record["event"],
            "job": trace.job, "records": .array(trace.sequences.map { .int($0) }), "rollup": trace.rollup,
            "statements": record["statements"],
        ])
    }

    func readEvidence(_ exchange: Exchange) async throws -> Reply {
        let answer = try await ask("evidence", ["job": .string(try exchange.job())])
        var fields = try Fields(answer, at: "evidence")
        var reply = Reply(type: "application/json", try fields.bytes("pack", countMax: 64 << 20))
        if let name = HTTPField.Name("content-disposition") {
            let short = try exchange.job().string.replacing("sha256:", with: "").prefix(12)
            let safe = short.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
            reply.headers[name] = "attachment; filename=\"\(safe).aep.json\""
        }
        return reply
    }

    /// A part at a time: a rail has a delivery for each action that was ever due.
    func listDeliveries(_ exchange: inout Exchange) async throws -> Reply {
        let page = try exchange.query.page()
        try exchange.query.finish()
        let first = min(page.after.map { $0 + 1 } ?? 0, Int(Int32.max))
        let answer = try await ask("deliveries", ["count": .int(page.limit + 1), "from": .int(first)])
        guard case .object(let object) = answer, case .array(let found)? = object["deliveries"] else {
            throw APIError(.busy, "the rail does not answer")
        }
        let next = found.count > page.limit ? Page.cursor(after: first + page.limit - 1) : nil
        return Reply(["items": .array(Array(found.prefix(page.limit))), "next": next])
    }

    /// Newest first; the cursor is the number of the last that was shown. `clause`, a digest, asks for what decided
    /// about one.
    func listGovernanceEntries(_ exchange: inout Exchange) async throws -> Reply {
        let page = try exchange.query.page()
        var request: JSONObject = ["count": .int(page.limit + 1)]
        request["before"] = page.after.map { .int(max($0, 1)) }
        request["clause"] = exchange.query.take("clause").map { .string(Text($0)) }
        try exchange.query.finish()
        guard case .object(let answer) = try await ask("governance-entries", request),
            case .array(let found)? = answer["entries"]
        else { throw APIError(.busy, "the rail does not answer") }
        let shown = found.prefix(page.limit)
        var next: JSON?
        if found.count > page.limit, case .object(let last)? = shown.last, case .integer(let number)? = last["number"] {
            next = Page.cursor(after: Int(number))
        }
        return Reply(["items": .array(Array(shown)), "next": next])
    }

    func readDispute(_ exchange: Exchange) async throws -> Reply {
        Reply(try await ask("dispute", ["index": .int(try exchange.number("number"))]))
    }

    func readNode(_ exchange: Exchange) async throws -> Reply {
        let wanted = exchange.parameter("node")
        for case .object(let node) in try await items("nodes", "nodes") where node["node"] == .string(wanted) {
            return Reply(.object(node))
        }
        throw APIError(.notFound, "the rail knows no such node", at: "node")
    }

    /// A list of revoked or suspended credentials, as its issuer signed it: whoever checks a credential fetches it.
    func readStatusList(_ exchange: Exchange) async throws -> Reply {
        let answer = try await ask("status-list", ["path": .string(Text(exchange.request.uri.path))])
        var fields = try Fields(answer, at: "statusList")
        let bytes = try fields.bytes("list", countMax: APILimits.bodyBytesMax)
        // A document with its proof, or a token (W3C VC Data Model 2.0, section 6.2).
        let isDocument = bytes.first == UInt8(ascii: "{")
        var reply = Reply(type: isDocument ? "application/vc" : "application/vc+jwt", bytes)
        reply.headers[.cacheControl] = "public, max-age=\(APILimits.statusListSecondsMax)"
        reply.headers[.accessControlAllowOrigin] = "*"
        if let name = HeaderNames.vary { reply.headers[name] = "Accept-Encoding" }
        return reply
    }

    func readLog(_ exchange: Exchange) async -> Reply {
        let path = exchange.route.operation == .logFile ? "/tile/\(exchange.parameter("path"))" : "/checkpoint"
        let answer = await StaticLog(door.log).answer(method: "GET", path: path)
        guard answer.status == 200 else {
            let error = APIError(.notFound, "the log has no such file", at: "path")
            return Problem.reply(to: error, status: 404, requestID: exchange.requestID)
        }
        var reply = Reply(type: "application/octet-stream", answer.body)
        for header in answer.headers {
            if let name = HTTPField.Name(header.name) { reply.headers[name] = header.value }
        }
        return reply
    }
}
