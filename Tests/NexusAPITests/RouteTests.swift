import Foundation
import NexusBase
import NexusIndex
import Testing

@testable import NexusAPI

@Suite struct RouteTests {
    private static let document: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return (try? String(contentsOf: root.appending(path: "Documentation/OpenAPI/nexus-v1.yaml"), encoding: .utf8))
            ?? ""
    }()

    /// The document's paths and methods with their operation ids, by its own indentation.
    private static func documented() -> Set<String> {
        var found: Set<String> = []
        var (path, method) = ("", "")
        for line in document.split(separator: "\n") {
            if line.hasPrefix("components:") { break }
            if line.hasPrefix("  /") { path = String(line.dropFirst(2).dropLast()) }
            if line.hasPrefix("    "), !line.hasPrefix("     "), line.hasSuffix(":") {
                method = String(line.dropFirst(4).dropLast()).uppercased()
            }
            if line.hasPrefix("      operationId: ") {
                found.insert("\(method) \(path) \(line.dropFirst("      operationId: ".count))")
            }
        }
        return found
    }

    @Test func `the OpenAPI document has the server's routes, and no others`() {
        let served = Set(Route.all.map { "\($0.method) \($0.template) \($0.operation.rawValue)" })
        #expect(served.count == Route.Operation.allCases.count)
        #expect(Self.documented() == served)
    }

    @Test(arguments: [
        "/", "", "v1/jobs", "//v1/jobs", "/v1//jobs", "/v1/jobs/", "/v1/jobs/%00", "/v1/jobs/%ff", "/v1/../v1/rail",
        "/v1/jobs/a/b", "/V1/jobs", "/v1/log/tile", "/a/b/c/d/e/f/g/h/i/j/k/l/m",
    ])
    func `a path of another spelling is no route`(path: String) {
        guard case .none = Route.match(method: "GET", path: path) else {
            Issue.record("\(path) is taken")
            return
        }
    }

    @Test func `a known path with another method says which there are`() {
        guard case .otherMethod(let allowed) = Route.match(method: "DELETE", path: "/v1/jobs") else {
            Issue.record("taken")
            return
        }
        #expect(Set(allowed) == ["GET", "HEAD", "POST"])
    }

    @Test func `parameters are decoded once`() {
        guard
            case .route(let route, let parameters) = Route.match(
                method: "HEAD", path: "/v1/clauses/GRA%3A%3AX%401.0.0%2525")
        else {
            Issue.record("no route")
            return
        }
        #expect(route.operation == .getClause)
        #expect(parameters["clause"] == "GRA::X@1.0.0%25")
    }
}

@Suite struct QueryTests {
    @Test func `what is not asked for, given twice or not encoded is refused by name`() throws {
        for text in ["a=1&a=2", "x=%ff", "x=%0", "x=%00"] {
            #expect(throws: APIError(.badRequest, "")) { try Query(text) }
        }
        var query = try Query("limit=7&order=oldest&left=1")
        #expect(try query.page().limit == 7)
        #expect(throws: APIError(.badRequest, "")) { try query.finish() }
        for text in ["limit=0", "limit=201", "limit=07", "limit=+1", "limit=x", "limit="] {
            var query = try Query(text)
            #expect(throws: APIError(.badRequest, "")) { try query.page() }
        }
    }

    @Test func `entity tags compare weakly, and gzip is taken where it is allowed`() {
        #expect(APIResponder.matches("\"x\", W/\"abc\"", "W/\"abc\""))
        #expect(APIResponder.matches("*", "W/\"abc\""))
        #expect(!APIResponder.matches("W/\"abd\"", "W/\"abc\"") && !APIResponder.matches(nil, "W/\"abc\""))
        #expect(APIResponder.takesGzip("br, gzip;q=0.5") && APIResponder.takesGzip("GZIP"))
        #expect(
            !APIResponder.takesGzip("gzip;q=0") && !APIResponder.takesGzip("gzip; q=0.000")
                && !APIResponder.takesGzip("br"))
    }
}
