/// Who sends and receives in a world.
package enum WorldEnd: Hashable {
    case rail, receiver, client
    case node(Int)
    case validator(Int)
}

/// One direction between two.
package struct WorldLink: Hashable {
    package let from: WorldEnd
    package let to: WorldEnd

    package init(_ from: WorldEnd, _ to: WorldEnd) {
        self.from = from
        self.to = to
    }
}

/// How messages travel. Sessions between rail and nodes are ordered streams: what is lost there ends them.
package struct WorldNetwork {
    package var delayMilliseconds = 1...3
    package var lossPercent = 0
    package var duplicatePercent = 0
    /// The rail notices only seconds later that a session ended, so that what came on it mixes with the next one's.
    package var lingers = false
    /// Directions in which nothing arrives.
    package var cuts: Set<WorldLink> = []

    package init() {}

    func passes(_ from: WorldEnd, _ to: WorldEnd) -> Bool { !cuts.contains(WorldLink(from, to)) }
    /// Whether both can hear each other.
    func connects(_ one: WorldEnd, _ other: WorldEnd) -> Bool { passes(one, other) && passes(other, one) }
}
