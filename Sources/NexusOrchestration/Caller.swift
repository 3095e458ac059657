public import NexusBase

/// Who made a write that came over the network: kept in the journal's record, no part of any decision.
public struct Caller: Sendable, Hashable {
    /// The id of the access token.
    public let token: Text
    /// What the rail's operator called whoever holds it.
    public let name: Text
    /// The idempotency key of the request, and the digest of its body.
    public let key: Text?
    public let request: Digest?

    public init(token: Text, name: Text, key: Text? = nil, request: Digest? = nil) {
        self.token = token
        self.name = name
        self.key = key
        self.request = request
    }

    public var json: JSON {
        [
            "key": key.map { .string($0) }, "name": .string(name), "request": request?.json, "token": .string(token),
        ]
    }

    init(_ fields: inout Fields) throws {
        token = try fields.text("token", bytesMax: OrchestrationLimits.nameBytesMax)
        name = try fields.text("name", bytesMax: OrchestrationLimits.nameBytesMax)
        key = try fields.optionalText("key", bytesMax: OrchestrationLimits.nameBytesMax)
        request = try fields.optionalDigest("request")
    }
}
