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
    private var answers: [Digest: [UInt8]] = [:]
    private var order: [Digest] = []
    private var oldest = 0

    subscript(token: Digest) -> [UInt8]? { answers[token] }

    mutating func keep(_ answer: [UInt8], for token: Digest) {
        guard answers.updateValue(answer, forKey: token) == nil else { return }
        order.append(token)
        guard order.count - oldest > Self.countMax else { return }
        answers[order[oldest]] = nil
        oldest += 1
        if oldest > Self.countMax {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}
