/// The waits between attempts to reconnect: doubling from `initial` to `max`, each shortened by up to half at random,
/// so that the nodes of a restarted rail do not come back in step.
package struct Backoff: Sendable {
    package let initial: Duration
    package let max: Duration
    private var next: Duration

    package init(initial: Duration = .milliseconds(100), max: Duration = .seconds(10)) {
        self.initial = initial
        self.max = max
        next = initial
    }

    /// How long to wait before the next attempt. The same generator gives the same waits.
    package mutating func wait(using generator: inout some RandomNumberGenerator) -> Duration {
        let full = min(next, max)
        next = min(full * 2, max)
        return full * Int.random(in: 512...1024, using: &generator) / 1024
    }

    /// After a session that held.
    package mutating func reset() { next = initial }
}
