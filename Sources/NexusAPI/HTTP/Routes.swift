import Foundation

/// Every route, once: the server answers by it, the metrics are named by it, and a test holds the OpenAPI document
/// against it.
struct Route: Sendable {
    let operation: Operation
    let method: String
    /// Segments in braces are parameters.
    let template: String
    let permission: Permission

    init(_ operation: Operation, _ method: String, _ template: String, _ permission: Permission) {
        self.operation = operation
        self.method = method
        self.template = template
        self.permission = permission
    }

    enum Operation: String, Sendable, CaseIterable {
        case health, ready, metrics, me, rail
        case listClauses, publishClause, getClause, listClauseVersions, decideClause
        case listPolicies, getGovernance, listGovernanceEntries, addGovernanceEntry
        case listNodes, getNode, inviteNode, storeModule
        case submitEvents, watchChanges, submitJob, listJobs, getJob, cancelJob, getCACs, getTrace, getEvidence
        case search, listDisputes, getDispute, listRollups, getRollup, listCheckpoints, listDeliveries
        case getStatusList, logCheckpoint, logFile
    }

    static let all: [Route] = [
        Route(.health, "GET", "/healthz", .open), Route(.ready, "GET", "/readyz", .open),
        Route(.metrics, "GET", "/metrics", .state), Route(.me, "GET", "/v1/me", .token),
        Route(.rail, "GET", "/v1/rail", .state), Route(.listClauses, "GET", "/v1/clauses", .state),
        Route(.publishClause, "POST", "/v1/clauses", .govern),
        Route(.getClause, "GET", "/v1/clauses/{clause}", .state),
        Route(.listClauseVersions, "GET", "/v1/clauses/{clause}/versions", .state),
        Route(.decideClause, "POST", "/v1/clauses/{clause}/decisions", .govern),
        Route(.listPolicies, "GET", "/v1/policies", .state), Route(.getGovernance, "GET", "/v1/governance", .state),
        Route(.listGovernanceEntries, "GET", "/v1/governance/entries", .state),
        Route(.addGovernanceEntry, "POST", "/v1/governance/entries", .govern),
        Route(.listNodes, "GET", "/v1/nodes", .state),
        Route(.inviteNode, "POST", "/v1/nodes/invitations", .operate),
        Route(.getNode, "GET", "/v1/nodes/{node}", .state), Route(.storeModule, "POST", "/v1/modules", .modules),
        Route(.submitEvents, "POST", "/v1/events", .submit), Route(.watchChanges, "GET", "/v1/events", .state),
        Route(.submitJob, "POST", "/v1/jobs", .submit), Route(.listJobs, "GET", "/v1/jobs", .state),
        Route(.getJob, "GET", "/v1/jobs/{job}", .state), Route(.cancelJob, "POST", "/v1/jobs/{job}/cancel", .operate),
        Route(.getCACs, "GET", "/v1/jobs/{job}/cacs", .evidence),
        Route(.getTrace, "GET", "/v1/jobs/{job}/trace", .evidence),
        Route(.getEvidence, "GET", "/v1/jobs/{job}/evidence", .evidence),
        Route(.search, "GET", "/v1/search", .state), Route(.listDisputes, "GET", "/v1/disputes", .state),
        Route(.getDispute, "GET", "/v1/disputes/{number}", .evidence),
        Route(.listRollups, "GET", "/v1/rollups", .state), Route(.getRollup, "GET", "/v1/rollups/{number}", .state),
        Route(.listCheckpoints, "GET", "/v1/checkpoints", .state),
        Route(.listDeliveries, "GET", "/v1/deliveries", .state),
        Route(.getStatusList, "GET", "/v1/status-lists/{path}", .published),
        Route(.logCheckpoint, "GET", "/v1/log/checkpoint", .log), Route(.logFile, "GET", "/v1/log/tile/{path}", .log),
    ]

    /// What a path may be, by its number of segments.
    enum Match {
        case route(Route, parameters: [String: String])
        /// The path is known, the method is not.
        case otherMethod(allowed: [String])
        case none
    }

    static func match(method: String, path: String) -> Match {
        guard path.utf8.first == UInt8(ascii: "/") else { return .none }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count <= APILimits.pathSegmentsMax else { return .none }
        var allowed: [String] = []
        for (route, template) in zip(all, templates) {
            guard let parameters = template.match(segments) else { continue }
            if route.method == method || (method == "HEAD" && route.method == "GET") {
                return .route(route, parameters: parameters)
            }
            allowed += route.method == "GET" ? ["GET", "HEAD"] : [route.method]
        }
        return allowed.isEmpty ? .none : .otherMethod(allowed: allowed)
    }

    private static let templates = all.map { Template($0.template) }

    private struct Template: Sendable {
        let segments: [Substring]

        init(_ text: String) { segments = text.dropFirst().split(separator: "/") }

        func match(_ path: [Substring]) -> [String: String]? {
            var parameters: [String: String] = [:]
            for (index, segment) in segments.enumerated() {
                guard index < path.count else { return nil }
                if segment == "{path}" {
                    // The rest as it stands: the log's own rule says which spellings there are.
                    parameters["path"] = path[index...].joined(separator: "/")
                    return parameters
                }
                if segment.first == "{" {
                    guard let value = path[index].percentDecoded, !value.isEmpty else { return nil }
                    parameters[String(segment.dropFirst().dropLast())] = value
                } else if segment != path[index] {
                    return nil
                }
            }
            return path.count == segments.count ? parameters : nil
        }
    }
}
