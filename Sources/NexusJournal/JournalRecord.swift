public import NexusBase

/// The place of a record in its journal: 1, 2, 3, … without gaps.
public typealias JournalSequence = Int64

/// What sort of record it is; the numbers are the writer's.
public struct JournalKind: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A record to be appended: bytes, at most `JournalLimits.recordBytesMax`, that the journal does not look into.
public struct JournalRecord: Hashable, Sendable {
    public let kind: JournalKind
    public let bytes: [UInt8]

    public init(kind: JournalKind, bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
    }
}

/// A record as the journal holds it.
public struct JournalEntry: Hashable, Sendable {
    public let sequence: JournalSequence
    public let kind: JournalKind
    public let bytes: [UInt8]
    /// Covers this record and, through the chain, every record before it.
    public let digest: Digest
}

/// The last durable record: its sequence and digest name the whole journal up to it.
public struct JournalHead: Hashable, Sendable {
    public let sequence: JournalSequence
    public let digest: Digest

    /// The head of a journal without records.
    static let empty = JournalHead(sequence: 0, digest: zeroDigest)

    // SAFETY: 32 bytes are given, the one thing the initialiser checks.
    private static let zeroDigest = try! Digest(bytes: [UInt8](repeating: 0, count: 32))

    /// The head after one more record (journal-v1, table `record`).
    func following(kind: JournalKind, bytes: [UInt8]) -> JournalHead {
        let next = sequence + 1
        // Framed.digest without copying the record: its head is framed by hand, the record is hashed where it lies.
        var prefix = Self.prefix
        prefix.reserveCapacity(112)
        prefix.append(bigEndian: 8)
        prefix.append(bigEndian: UInt64(next))
        prefix.append(bigEndian: 8)
        prefix.append(bigEndian: UInt64(kind.rawValue))
        prefix.append(bigEndian: 32)
        prefix.append(contentsOf: digest.bytes)
        prefix.append(bigEndian: UInt64(bytes.count))
        return JournalHead(sequence: next, digest: Digest(ofParts: prefix, bytes))
    }

    private static let prefix = Framed.bytes([Array("nexus-journal-record-v1".utf8)])
}

extension [UInt8] {
    mutating func append(bigEndian value: UInt64) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
