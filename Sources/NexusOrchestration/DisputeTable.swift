import NexusBase
import NexusEvidence
import NexusTrust

/// All disputes in order of opening. One never changes, so that the shell may put it away at once.
struct DisputeTable: Sendable {
    private var rows: [Int: Dispute] = [:]
    private(set) var count = 0
    /// Places of those that were opened since `forgetTouched`.
    private(set) var openedPlaces: Range<Int> = 0..<0
    private var isTaken = 0
    /// Over all of them.
    private(set) var sum = DigestSum()

    /// Those that were not let go of, in order.
    var all: [Dispute] { rows.keys.sorted().compactMap { rows[$0] } }

    subscript(place: Int) -> Dispute? { rows[place] }

    mutating func forgetTouched() { openedPlaces = count..<count }

    mutating func add(_ dispute: Dispute) -> Int {
        rows[count] = dispute
        sum.add(DigestSum.member(count, Digest(ofParts: dispute.statement.bytes, dispute.against.bytes)))
        count += 1
        openedPlaces = openedPlaces.lowerBound..<count
        return count - 1
    }

    mutating func takeSettled() -> [(Int, Dispute)] {
        defer { isTaken = count }
        return (isTaken..<count).compactMap { place in rows[place].map { (place, $0) } }
    }

    mutating func letGo(of place: Int) { rows[place] = nil }
}

extension Orchestrator {
    /// Disputes that were not let go of, in order of opening.
    public var disputes: [Dispute] { disputed.all }
    /// How many were ever opened.
    public var disputeCount: Int { disputed.count }

    /// The dispute at a place below `disputeCount`, unless it was let go of.
    public func dispute(at place: Int) -> Dispute? { disputed[place] }

    /// Those that the last step opened, with their places.
    public var openedDisputes: [(place: Int, dispute: Dispute)] {
        disputed.openedPlaces.compactMap { place in disputed[place].map { (place, $0) } }
    }
}

/// The form of a dispute in its rail's own file, which is made anew at each start.
extension Dispute {
    var putAway: [UInt8] {
        let json: JSON = [
            "against": against.json, "field": .string(firstDifference), "job": job.json, "kind": .text(kind.rawValue),
            "node": node.json, "openedAt": openedAt.json, "operator": `operator`.json,
            "sequences": .array(sequences.map { .int($0) }), "statement": statement.json,
        ]
        return json.canonicalBytes
    }

    /// A dispute from the bytes that `takeSettled` gave. Throws `orchestration.bad-record` if they are no such.
    public init(putAway bytes: [UInt8]) throws {
        do {
            var fields = try Fields(JSON(parsing: bytes, bytesMax: OrchestrationLimits.recordBytesMax), at: "dispute")
            self.init(
                kind: try fields.choice("kind"), job: try fields.digest("job"), node: try fields.did("node"),
                operator: try fields.did("operator"), firstDifference: try fields.text("field"),
                statement: try fields.digest("statement"), against: try fields.digest("against"),
                openedAt: try fields.instant("openedAt"),
                sequences: try fields.list("sequences", countMax: .max) { json, place in
                    guard case .integer(let sequence) = json else {
                        throw BaseError(.wrongType, "an integer is needed", at: place)
                    }
                    return Int(sequence)
                })
            try fields.finish()
        } catch {
            throw OrchestrationError(.badRecord, "not a dispute that was put away", cause: error)
        }
    }
}
