import NexusBase

/// A digest of a set, to which members are added and from which they are taken in any order: the sum of their digests.
/// Tells states apart that came about by themselves. Who may choose members can make two sets alike, so nothing that
/// somebody might forge rests on it.
struct DigestSum: Sendable, Hashable {
    private var words = [UInt64](repeating: 0, count: 4)

    mutating func add(_ digest: Digest) {
        for (place, word) in Self.words(of: digest).enumerated() { words[place] &+= word }
    }

    mutating func remove(_ digest: Digest) {
        for (place, word) in Self.words(of: digest).enumerated() { words[place] &-= word }
    }

    /// The member `digest` at a place of a list.
    static func member(_ place: Int, _ digest: Digest) -> Digest {
        Framed.digest("nexus/row", Array(String(place).utf8), digest.bytes)
    }

    var json: JSON { .array(words.map { .text(String($0, radix: 16)) }) }

    private static func words(of digest: Digest) -> [UInt64] {
        let bytes = digest.bytes
        return (0..<4).map { word in (0..<8).reduce(0) { $0 << 8 | UInt64(bytes[word * 8 + $1]) } }
    }
}

/// The job that stands for each occurrence: the first, or the last correction that was not withdrawn.
struct OccurrenceTable: Sendable {
    private var standing: [Digest: Digest] = [:]
    /// Over all of them, so that a digest of the state need not go through them.
    private(set) var sum = DigestSum()

    subscript(occurrence: Digest) -> Digest? {
        get { standing[occurrence] }
        set {
            if let job = standing[occurrence] { sum.remove(Self.member(occurrence, job)) }
            standing[occurrence] = newValue
            if let job = newValue { sum.add(Self.member(occurrence, job)) }
        }
    }

    private static func member(_ occurrence: Digest, _ job: Digest) -> Digest {
        Digest(ofParts: occurrence.bytes, job.bytes)
    }
}
