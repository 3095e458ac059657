public import NexusBase
public import NexusTrust

/// An ordered batch of decided jobs under one Merkle root, signed by the rail; the statement's envelope is a log entry
/// (Documentation/Formats/rollup-v1.md).
public struct Rollup: Sendable, Hashable {
    static let predicateType: Text = "urn:nexus:rollup:v1"

    /// One decided job: whose occurrence, and the leaf hash of its quorum statement.
    public struct Leaf: Sendable, Hashable {
        public let occurrenceID: Digest
        public let hash: Digest
        /// Whether it corrects an earlier certificate of the occurrence.
        public let isCorrection: Bool

        public init(occurrenceID: Digest, hash: Digest, isCorrection: Bool) {
            self.occurrenceID = occurrenceID
            self.hash = hash
            self.isCorrection = isCorrection
        }
    }

    public let rail: Digest
    /// Counts from 1.
    public let number: Int
    /// Payload digest of the rollup before; the rail's id at the beginning.
    public let previous: Digest
    public let leaves: [Leaf]
    /// The governance in force: number of the last entry, and the snapshot's digest.
    public let governanceNumber: Int
    public let snapshot: Digest
    public let sealedAt: Instant

    public init(
        rail: Digest, number: Int, previous: Digest, leaves: [Leaf], governanceNumber: Int, snapshot: Digest,
        sealedAt: Instant
    ) {
        self.rail = rail
        self.number = number
        self.previous = previous
        self.leaves = leaves
        self.governanceNumber = governanceNumber
        self.snapshot = snapshot
        self.sealedAt = sealedAt
    }

    public var root: Digest { Merkle.root(leaves.map(\.hash)) }

    public var bytes: [UInt8] {
        let root = root
        return Statement(
            predicateType: Self.predicateType, subjects: [.init(name: "root", digest: root)],
            predicate: [
                "governance": ["number": .int(governanceNumber), "snapshotDigest": snapshot.json],
                "leaves": .array(
                    leaves.map { leaf in
                        [
                            "correction": leaf.isCorrection ? true : nil, "leaf": leaf.hash.json,
                            "occurrenceId": leaf.occurrenceID.json,
                        ]
                    }),
                "number": .int(number), "previous": previous.json, "rail": rail.json, "root": root.json,
                "sealedAt": sealedAt.json,
            ]
        ).bytes
    }

    public init(in envelope: Envelope) throws {
        let statement = try Statement(in: envelope, predicateType: Self.predicateType)
        var fields = try Fields(statement.predicate, at: "rollup")
        rail = try fields.digest("rail")
        number = try fields.integer("number", in: 1...Limits.jsonIntegerMax)
        previous = try fields.digest("previous")
        (governanceNumber, snapshot) = try fields.object("governance") {
            (try $0.integer("number"), try $0.digest("snapshotDigest"))
        }
        leaves = try fields.list("leaves", countMax: EvidenceLimits.rollupMax) { json, place in
            var fields = try Fields(json, at: place)
            let correction = try fields.optionalBool("correction")
            guard correction != false else {
                throw BaseError(.wrongType, "correction is true or left out", at: "\(place).correction")
            }
            let leaf = Leaf(
                occurrenceID: try fields.digest("occurrenceId"), hash: try fields.digest("leaf"),
                isCorrection: correction ?? false)
            try fields.finish()
            return leaf
        }
        sealedAt = try fields.instant("sealedAt")
        let root = try fields.digest("root")
        try fields.finish()
        guard Set(leaves.map(\.occurrenceID)).count == leaves.count else {
            throw EvidenceError(.mismatch, "an occurrence stands twice", at: "rollup.leaves")
        }
        guard !leaves.isEmpty, root == self.root, statement.subjects == [.init(name: "root", digest: root)] else {
            throw EvidenceError(.mismatch, "the root is not that of the leaves", at: "rollup.root")
        }
    }
}
