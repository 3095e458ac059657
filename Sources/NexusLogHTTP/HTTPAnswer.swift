import NexusWitness

/// An answer before it is HTTP: so that routes are tested without a socket.
package struct HTTPAnswer: Sendable, Hashable {
    package struct Header: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    package let status: Int
    package let headers: [Header]
    package let body: [UInt8]

    init(status: Int, headers: [Header], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    init(_ status: Int, text: String, headers: [Header] = []) {
        self.init(
            status: status,
            headers: headers + [
                Header(name: "cache-control", value: StaticLog.Caching.none.rawValue),
                Header(name: "content-type", value: "text/plain; charset=utf-8"),
            ], body: Array(text.utf8))
    }

    init(_ response: WitnessResponse) {
        self.init(
            status: response.status,
            headers: [
                Header(name: "cache-control", value: StaticLog.Caching.none.rawValue),
                Header(name: "content-type", value: response.contentType),
            ], body: response.body)
    }

    package subscript(name: String) -> String? { headers.first { $0.name == name }?.value }

    static let notFound = HTTPAnswer(404, text: "not found\n")
    static func notAllowed(_ methods: String) -> HTTPAnswer {
        HTTPAnswer(405, text: "method not allowed\n", headers: [Header(name: "allow", value: methods)])
    }
}
