import HTTPTypes
import NexusBase
import NexusIndex

/// An answer before it is HTTP.
struct Reply: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        /// Server-sent events after a change, of these kinds.
        case changes(after: Int, kinds: Set<Change.Kind>)
    }

    var status = 200
    var headers = HTTPFields()
    var body: Body

    init(status: Int = 200, type: String, _ bytes: [UInt8]) {
        self.status = status
        body = .bytes(bytes)
        headers[.contentType] = type
    }

    init(status: Int = 200, _ json: JSON) {
        self.init(status: status, type: "application/json", json.canonicalBytes)
    }

    init(changesAfter number: Int, kinds: Set<Change.Kind>) {
        body = .changes(after: number, kinds: kinds)
        headers[.contentType] = "text/event-stream"
        headers[.cacheControl] = "no-store"
    }
}
