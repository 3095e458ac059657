public import NexusBase

/// The time of a rail's steps, from a wall clock that may drift and be set wrong. It never runs backwards, and never
/// stands still: while it is ahead of the wall clock it goes on at half speed until the wall clock has caught up, so
/// that what is due comes due, at most twice as late.
public struct RailClock: Sendable {
    /// The last reading of the wall clock that was followed, and how long the process had run.
    private var anchor: Instant
    private var anchorElapsed: Duration

    /// Goes on from the time of the last record in the journal.
    public init(last: Instant, elapsed: Duration = .zero) {
        anchor = last
        anchorElapsed = elapsed
    }

    /// The time now, from the wall clock and from how long the process has run.
    public mutating func read(wall: Instant, elapsed: Duration) -> Instant {
        let now = peek(wall: wall, elapsed: elapsed)
        if now == wall { (anchor, anchorElapsed) = (now, elapsed) }
        return now
    }

    /// What `read` would give.
    public func peek(wall: Instant, elapsed: Duration) -> Instant {
        max(wall, anchor + (elapsed - anchorElapsed) / 2)
    }
}
