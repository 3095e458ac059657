import Hummingbird
import NIOCore
import NexusIndex

/// Writes changes as server-sent events until the client goes away or the rail stops.
struct EventStream: Sendable {
    let index: RailIndex
    let metrics: Metrics
    let kinds: Set<Change.Kind>

    /// Tells the client to read the lists, and gives the change from which the stream goes on.
    private func reset(_ writer: inout any ResponseBodyWriter) async throws -> Int {
        let place = index.feed.last
        try await writer.write(ByteBuffer(string: "id: \(place)\nevent: reset\ndata: {}\n\n"))
        return place
    }

    func write(after start: Int, to writer: inout any ResponseBodyWriter) async throws {
        metrics.streams(1)
        defer { metrics.streams(-1) }
        var place = start
        var lastWrite = ContinuousClock.now
        try await writer.write(ByteBuffer(string: "retry: 1000\n: change \(place)\n\n"))
        if place > index.feed.last { place = try await reset(&writer) }
        for await _ in index.feed.watch() {
            var isWritten = false
            while true {
                guard let changes = try await index.changes(after: place) else {
                    // Too old to go on from: the client reads the lists again, from here on.
                    place = try await reset(&writer)
                    isWritten = true
                    continue
                }
                guard let last = changes.last else { break }
                place = last.number
                var text = ""
                for change in changes where kinds.contains(change.kind) {
                    text += "id: \(change.number)\nevent: \(change.kind.rawValue)\ndata: \(change.json)\n\n"
                }
                guard !text.isEmpty else { continue }
                try await writer.write(ByteBuffer(string: text))
                isWritten = true
            }
            if !isWritten, lastWrite.duration(to: .now) >= APILimits.heartbeat * 0.9 {
                try await writer.write(ByteBuffer(string: ": change \(place)\n\n"))
                isWritten = true
            }
            if isWritten { lastWrite = .now }
        }
    }
}
