import NexusBase

/// What a rail's operator sets; journaled at each start, so that a replay uses what was in force.
public struct RailConfiguration: Sendable, Hashable {
    /// Attempts in flight at one operator's nodes.
    public var operatorQuota = 100_000
    /// Attempts in flight in one jurisdiction.
    public var jurisdictionQuota = 100_000
    /// Attempts in flight at one node.
    public var nodeQuota = 1024
    /// How long a lost node may take to come back before its attempts are replaced.
    public var sessionGraceMilliseconds = 1500
    /// How long a decided job waits for nodes that have not answered, before it is sealed without them.
    public var sealGraceMilliseconds = 100
    /// First wait before an unconfirmed action is delivered again; doubles each time up to an hour.
    public var deliveryRetryMilliseconds = 1000

    public init() {}

    var json: JSON {
        [
            "deliveryRetryMilliseconds": .int(deliveryRetryMilliseconds), "jurisdictionQuota": .int(jurisdictionQuota),
            "nodeQuota": .int(nodeQuota), "operatorQuota": .int(operatorQuota),
            "sealGraceMilliseconds": .int(sealGraceMilliseconds),
            "sessionGraceMilliseconds": .int(sessionGraceMilliseconds),
        ]
    }

    init(_ fields: inout Fields) throws {
        deliveryRetryMilliseconds = try fields.integer("deliveryRetryMilliseconds", in: 1...3_600_000)
        jurisdictionQuota = try fields.integer("jurisdictionQuota", in: 1...1_000_000)
        nodeQuota = try fields.integer("nodeQuota", in: 1...1_000_000)
        operatorQuota = try fields.integer("operatorQuota", in: 1...1_000_000)
        sealGraceMilliseconds = try fields.integer("sealGraceMilliseconds", in: 0...60_000)
        sessionGraceMilliseconds = try fields.integer("sessionGraceMilliseconds", in: 0...600_000)
    }
}
