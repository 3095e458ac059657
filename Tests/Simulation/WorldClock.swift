package import NexusBase

/// A clock that drifts and is set wrong.
package struct WorldClock {
    package var partsPerMillion = 0
    private var offsetMilliseconds: Int64 = 0
    /// Since when it drifts.
    private var anchor = Instant(milliseconds: 0)

    package init() {}

    /// What it shows at a true time.
    package func read(_ now: Instant) -> Instant {
        let drifted = (now.milliseconds - anchor.milliseconds) * Int64(partsPerMillion) / 1_000_000
        return Instant(milliseconds: now.milliseconds + offsetMilliseconds + drifted)
    }

    /// How long until it shows `reading`, if nobody touches it.
    func wait(until reading: Instant, from now: Instant) -> Duration {
        guard reading.milliseconds < Int64.max / 2 else { return .seconds(1_000_000_000) }
        let missing = reading.milliseconds - read(now).milliseconds
        guard missing > 0 else { return .zero }
        // A millisecond more than the drift takes.
        let slow = missing * Int64(max(0, -partsPerMillion)) / 999_000
        return .milliseconds(missing + slow + (partsPerMillion == 0 ? 0 : 1))
    }

    package mutating func jump(_ milliseconds: Int, at now: Instant) {
        settle(now)
        offsetMilliseconds += Int64(milliseconds)
    }

    package mutating func drift(_ partsPerMillion: Int, at now: Instant) {
        settle(now)
        self.partsPerMillion = partsPerMillion
    }

    /// Somebody sets it right.
    package mutating func correct() { self = WorldClock() }

    private mutating func settle(_ now: Instant) {
        offsetMilliseconds = read(now).milliseconds - now.milliseconds
        anchor = now
    }
}
