public import NexusBase

/// The time of a rail's steps, from a wall clock that may drift and jump: it never runs backwards.
public struct RailClock: Sendable {
    private var last: Instant

    /// Goes on from the time of the last record in the journal.
    public init(last: Instant) { self.last = last }

    /// The time now, from the wall clock and from how long the process has run.
    public mutating func read(wall: Instant, elapsed: Duration) -> Instant {
        last = max(last, wall)
        return last
    }

    /// What the rail's tick compares with the core's next due time.
    public func peek(wall: Instant, elapsed: Duration) -> Instant { wall }
}
