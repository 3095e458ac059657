import Synchronization

/// Token buckets, one a caller: `rate` a second, with bursts of twice that.
final class RateLimiter: Sendable {
    private struct Bucket {
        var level: Double
        var at: ContinuousClock.Instant
    }

    private let rate: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    init(rate: Double) { self.rate = rate }

    /// Takes one request of `caller`; nil if it may go on, else the seconds to wait.
    func take(_ caller: String, now: ContinuousClock.Instant) -> Int? {
        buckets.withLock { buckets in
            if buckets.count >= APILimits.bucketsMax, buckets[caller] == nil {
                // Whoever has been quiet for two seconds has a full bucket again, and needs none.
                buckets = buckets.filter { $0.value.at.duration(to: now) < .seconds(2) }
                if buckets.count >= APILimits.bucketsMax { return 1 }
            }
            var bucket = buckets[caller] ?? Bucket(level: 2 * rate, at: now)
            let passed = bucket.at.duration(to: now) / .seconds(1)
            bucket.level = min(2 * rate, bucket.level + max(0, passed) * rate)
            bucket.at = now
            defer { buckets[caller] = bucket }
            guard bucket.level >= 1 else { return max(1, Int(((1 - bucket.level) / rate).rounded(.up))) }
            bucket.level -= 1
            return nil
        }
    }
}
