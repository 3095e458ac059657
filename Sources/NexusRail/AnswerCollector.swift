import NexusBase
import NexusOrchestration
import Synchronization

/// Gathers the answers to the requests of one record.
final class AnswerCollector: Sendable {
    private let first: Int
    private let results: Mutex<(answers: [Result<RequestAnswer, any Error>?], missing: Int)>
    private let continuation: CheckedContinuation<[Result<RequestAnswer, any Error>], Never>

    init(
        _ requests: [RequestID], _ continuation: CheckedContinuation<[Result<RequestAnswer, any Error>], Never>
    ) {
        first = requests.first?.value ?? 0
        results = Mutex((Array(repeating: nil, count: requests.count), requests.count))
        self.continuation = continuation
    }

    func take(_ request: RequestID, _ result: Result<RequestAnswer, any Error>) {
        let complete = results.withLock { results -> [Result<RequestAnswer, any Error>]? in
            guard results.answers[request.value - first] == nil else { return nil }
            results.answers[request.value - first] = result
            results.missing -= 1
            return results.missing == 0 ? results.answers.compactMap { $0 } : nil
        }
        if let complete { continuation.resume(returning: complete) }
    }
}

/// What a request comes to.
enum RequestAnswer: Sendable {
    case job(Digest, isNew: Bool)
    case governed(number: Int, digest: Digest)
    case enrolled
}
