import NexusBase
import NexusJournal

/// The node's durable record of the tokens it spent: none is run twice, also after a crash.
struct SpentTokens: Sendable {
    private static let kind = JournalKind(rawValue: 1)
    private let journal: Journal

    /// Opens the record and hands back what is in it. Blocks.
    init(path: String, restore: (Digest) -> Void) throws {
        journal = try Journal(path: path) { entry in
            for start in stride(from: 0, to: entry.bytes.count, by: 32) {
                restore(try Digest(bytes: entry.bytes[start..<min(start + 32, entry.bytes.count)]))
            }
        }
    }

    /// Durable on return; one record for all.
    func record(_ tokens: [Digest]) async throws {
        _ = try await journal.append(JournalRecord(kind: Self.kind, bytes: tokens.flatMap(\.bytes)))
    }
}

/// The last answers, for a rail that asks again after a lost session.
struct KeptAnswers: Sendable {
    private static let countMax = 8192
    /// Proofs are large: answers go when theirs come to more than this.
    private static let proofBytesMax = 64 << 20
    private var answers: [Digest: (envelope: [UInt8], proof: [UInt8]?)] = [:]
    private var proofBytes = 0
    private var order: [Digest] = []
    private var oldest = 0

    subscript(token: Digest) -> (envelope: [UInt8], proof: [UInt8]?)? { answers[token] }

    mutating func keep(_ answer: [UInt8], _ proof: [UInt8]?, for token: Digest) {
        guard answers[token] == nil else { return }
        answers[token] = (answer, proof)
        proofBytes += proof?.count ?? 0
        order.append(token)
        while order.count - oldest > Self.countMax || proofBytes > Self.proofBytesMax && order.count - oldest > 1 {
            proofBytes -= answers.removeValue(forKey: order[oldest])?.proof?.count ?? 0
            oldest += 1
        }
        if oldest > Self.countMax {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}
