import NexusBase
import NexusOrchestration
import Synchronization

/// Those who follow what the rail does.
final class Watchers: Sendable {
    enum News: Sendable {
        case certified([Digest])
        case alert(Effect.Alert)
        case governance
    }

    private struct State {
        var next = 1
        var outlets: [Int: AsyncStream<News>.Continuation] = [:]
    }

    private let state = Mutex(State())

    func tell(_ news: News) { state.withLock { state in for outlet in state.outlets.values { outlet.yield(news) } } }

    func watch() -> AsyncStream<News> {
        let (stream, outlet) = AsyncStream<News>.makeStream(bufferingPolicy: .bufferingNewest(100_000))
        let number = state.withLock { state in
            state.next += 1
            state.outlets[state.next] = outlet
            return state.next
        }
        outlet.onTermination = { [self] _ in state.withLock { _ = $0.outlets.removeValue(forKey: number) } }
        return stream
    }
}

extension Watchers.News {
    var json: JSON {
        switch self {
        case .certified(let jobs): ["certified": .array(jobs.map(\.json))]
        case .alert(let alert):
            [
                "alert": [
                    "job": alert.job?.json, "kind": .text(alert.kind.rawValue), "message": .text(alert.message),
                ]
            ]
        case .governance: ["governance": true]
        }
    }
}
