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

/// How messages travel. Percentages are of messages between rail and nodes.
package struct WorldNetwork {
    package var delayMilliseconds = 1...3
    package var lossPercent = 0
    package var duplicatePercent = 0
    /// Messages of one direction stay in order, as in one connection.
    package var isOrdered = false
    /// Directions in which nothing arrives.
    package var cuts: Set<WorldLink> = []

    package init() {}

    func passes(_ from: WorldEnd, _ to: WorldEnd) -> Bool { !cuts.contains(WorldLink(from, to)) }
    /// Whether both can hear each other.
    func connects(_ one: WorldEnd, _ other: WorldEnd) -> Bool { passes(one, other) && passes(other, one) }
}
