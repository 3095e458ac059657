import HTTPTypes
import Hummingbird
import Logging
import NexusBase
import NexusIndex

/// The API as a function from requests to answers; the server around it knows the sockets.
struct API: Sendable {
    let door: RailDoor
    let access: Access
    let metrics: Metrics
    let idempotency = Idempotency()
    let logger: Logger

    func answer(_ exchange: inout Exchange) async throws -> Reply {
        switch exchange.route.operation {
        case .listJobs, .search: return try await listJobs(&exchange)
        case .listClauses: return try await listClauses(&exchange)
        case .listPolicies: return try await listed("policies", "policies", &exchange)
        case .listNodes: return try await listed("nodes", "nodes", &exchange)
        case .listGovernanceEntries: return try await listGovernanceEntries(&exchange)
        case .listDeliveries: return try await listDeliveries(&exchange)
        case .listDisputes: return try await paged(&exchange) { try await door.index.disputes($0) }
        case .listRollups: return try await paged(&exchange) { try await door.index.rollups($0) }
        case .listCheckpoints: return try await paged(&exchange) { try await door.index.checkpoints($0) }
        case .watchChanges: return try watch(&exchange)
        case .rail: return try await readRail(&exchange)
        default: break
        }
        try exchange.query.finish()
        switch exchange.route.operation {
        case .health: return Reply(["status": "ok"])
        case .ready: return readiness(exchange)
        case .metrics: return try await metricsPage()
        case .me: return try readMe(exchange)
        case .getClause: return try await readClause(exchange)
        case .listClauseVersions: return try await listClauseVersions(exchange)
        case .getGovernance: return Reply(try await ask("governance"))
        case .getNode: return try await readNode(exchange)
        case .getStatusList: return try await readStatusList(exchange)
        case .getJob: return try await readJob(exchange)
        case .getCACs: return try await readCACs(exchange)
        case .getTrace: return try await readTrace(exchange)
        case .getEvidence: return try await readEvidence(exchange)
        case .getDispute: return try await readDispute(exchange)
        case .getRollup: return Reply(try await door.index.rollup(exchange.number("number")))
        case .logCheckpoint, .logFile: return await readLog(exchange)
        default: return try await write(exchange)
        }
    }

    private func paged(_ exchange: inout Exchange, _ list: (Page) async throws -> JSON) async throws -> Reply {
        let page = try exchange.query.page()
        try exchange.query.finish()
        return Reply(try await list(page))
    }

    private func readiness(_ exchange: Exchange) -> Reply {
        // Requests come only after the journal is replayed.
        if let failure = door.index.failure {
            return Problem.reply(to: failure, status: 503, requestID: exchange.requestID)
        }
        return Reply(["index": ["lag": .int(door.index.lag), "sequence": .int(door.index.sequence)], "status": "ok"])
    }

    /// `GET /v1/events`: where the stream begins, and what it tells of.
    private func watch(_ exchange: inout Exchange) throws -> Reply {
        let last = door.index.feed.last
        var after = try exchange.query.integer("after", in: 0...Int(Limits.jsonIntegerMax))
        if let name = HeaderNames.lastEventID, let text = exchange.request.headers[name] {
            guard let number = Int(text), number >= 0, "\(number)" == text else {
                throw APIError(.badRequest, "the number of a change", at: "last-event-id")
            }
            after = number
        }
        var kinds = Set(Change.Kind.allCases)
        if let text = exchange.query.take("kinds") {
            kinds = try Set(
                text.split(separator: ",", omittingEmptySubsequences: false).map { name in
                    guard let kind = Change.Kind(rawValue: String(name)) else {
                        throw APIError(.badRequest, "no such kind of change", at: "query.kinds")
                    }
                    return kind
                })
        }
        try exchange.query.finish()
        guard door.index.feed.watcherCount < APILimits.streamsMax else {
            throw APIError(.busy, "\(APILimits.streamsMax) event streams are open; try again later")
        }
        return Reply(changesAfter: after ?? last, kinds: kinds)
    }
}
