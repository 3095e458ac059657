import NexusBase

/// A message that a session's writer may merge with its neighbours and split over frames.
protocol Batchable: Sendable {
    /// About how many bytes it takes in a frame.
    var weight: Int { get }
    /// Whether a frame may carry both.
    func joins(_ other: Self) -> Bool
    /// A run of messages that join each other, in as few frames as the limits allow, in the same order.
    static func frames(ofJoined run: ArraySlice<Self>) -> [Self]
}

extension Batchable {
    /// The same content in as few frames as the limits allow, in the same order.
    static func batched(_ messages: [Self]) -> [Self] {
        var frames: [Self] = []
        var start = messages.startIndex
        while start < messages.endIndex {
            let first = messages[start]
            let end = messages[(start + 1)...].firstIndex { !$0.joins(first) } ?? messages.endIndex
            frames += Self.frames(ofJoined: messages[start..<end])
            start = end
        }
        return frames
    }
}

/// Runs of at most `itemsPerFrameMax` items, each closed before it weighs more than `frameBytesTarget`.
func runs<Item>(of items: [Item], weight: (Item) -> Int) -> [[Item]] {
    var runs: [[Item]] = []
    var start = items.startIndex
    var bytes = 0
    for index in items.indices {
        let next = weight(items[index])
        let full = index - start >= MeshLimits.itemsPerFrameMax || bytes + next > MeshLimits.frameBytesTarget
        if index > start, full {
            runs.append(Array(items[start..<index]))
            start = index
            bytes = 0
        }
        bytes += next
    }
    if start < items.endIndex { runs.append(Array(items[start...])) }
    return runs
}

extension RailMessage: Batchable {
    var weight: Int {
        switch self {
        case .materials(let items): items.reduce(64) { $0 + $1.weight }
        case .assignments(let items): items.reduce(64) { $0 + $1.weight }
        case .validationRequest(let bytes): 64 + bytes.count
        case .cancel(let digests): 64 + digests.count * 40
        case .drain(let reason): 64 + reason.utf8.count
        }
    }

    func joins(_ other: RailMessage) -> Bool {
        switch (self, other) {
        case (.materials, .materials), (.assignments, .assignments), (.cancel, .cancel): true
        default: false
        }
    }

    static func frames(ofJoined run: ArraySlice<RailMessage>) -> [RailMessage] {
        switch run.first {
        case .materials:
            let items = run.flatMap { message -> [Material] in
                if case .materials(let items) = message { items } else { [] }
            }
            return runs(of: items, weight: \.weight).map { .materials($0) }
        case .assignments:
            let items = run.flatMap { message -> [Assignment] in
                if case .assignments(let items) = message { items } else { [] }
            }
            return runs(of: items, weight: \.weight).map { .assignments($0) }
        case .cancel:
            let digests = run.flatMap { message -> [Digest] in
                if case .cancel(let digests) = message { digests } else { [] }
            }
            return runs(of: digests) { _ in 40 }.map { .cancel($0) }
        case .validationRequest, .drain, nil: return Array(run)
        }
    }
}

extension Material {
    fileprivate var weight: Int { bytes.count + 160 }
}

extension Assignment {
    fileprivate var weight: Int { token.count + payload.count + 80 }
}

extension NodeMessage: Batchable {
    var weight: Int {
        switch self {
        case .answers(let answers): answers.reduce(64) { $0 + $1.weight }
        case .cosignature(let bytes), .evidence(let bytes): 64 + bytes.count
        case .materialRequest(let digests): 64 + digests.count * 40
        case .heartbeat, .drained: 64
        }
    }

    func joins(_ other: NodeMessage) -> Bool {
        switch (self, other) {
        case (.answers, .answers), (.materialRequest, .materialRequest): true
        default: false
        }
    }

    static func frames(ofJoined run: ArraySlice<NodeMessage>) -> [NodeMessage] {
        switch run.first {
        case .answers:
            let answers = run.flatMap { message -> [Answer] in
                if case .answers(let answers) = message { answers } else { [] }
            }
            return runs(of: answers, weight: \.weight).map { .answers($0) }
        case .materialRequest:
            let digests = run.flatMap { message -> [Digest] in
                if case .materialRequest(let digests) = message { digests } else { [] }
            }
            return runs(of: digests) { _ in 40 }.map { .materialRequest($0) }
        case .cosignature, .evidence, .heartbeat, .drained, nil: return Array(run)
        }
    }
}

extension Answer {
    fileprivate var weight: Int {
        switch outcome {
        case .cac(let bytes): bytes.count + (proof?.count ?? 0) + 64
        case .refusal(let refusal): refusal.code.utf8.count + refusal.message.utf8.count + 64
        }
    }
}
