/// A job in a list.
public struct JobRow: Sendable {
    /// The job's id, and what people call it by.
    public var id = ""
    public var shortID = ""
    public var clauseID = ""
    public var clauseTitle = ""
    public var occurrence = ""
    /// The rail's word for how far it is; its signal once decided.
    public var status = ""
    public var signal: String?
    public var acknowledgedAt = ""
    /// From the event to the certificate, for people.
    public var took: String?
    public var disputes: Int?
    /// There is a pack to fetch.
    public var isCertified = false

    public init() {}
}
