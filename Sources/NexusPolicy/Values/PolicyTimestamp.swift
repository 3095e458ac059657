public import NexusBase

/// A point in time of the language: seconds and nanoseconds, UTC, from year 1 to year 9999.
public struct PolicyTimestamp: Sendable, Hashable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public let seconds: Int64
    /// 0 to 999,999,999.
    public let nanoseconds: Int32

    static let epoch = PolicyTimestamp(unchecked: 0, 0)
    static let secondsRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    private init(unchecked seconds: Int64, _ nanoseconds: Int32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Throws `policy.overflow` outside years 1 to 9999.
    public init(seconds: Int64, nanoseconds: Int32 = 0) throws {
        guard Self.secondsRange.contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else {
            throw PolicyError(.overflow, "a timestamp lies in the years 1 to 9999")
        }
        self.init(unchecked: seconds, nanoseconds)
    }

    /// The same instant. Throws `policy.overflow` outside years 1 to 9999.
    public init(_ instant: Instant) throws {
        let seconds = instant.milliseconds.flooredQuotient(1000)
        try self.init(seconds: seconds, nanoseconds: Int32(instant.milliseconds - seconds * 1000) * 1_000_000)
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    func adding(_ duration: PolicyDuration) throws -> PolicyTimestamp {
        var seconds = seconds + duration.seconds
        var nanoseconds = nanoseconds + duration.nanoseconds
        if nanoseconds < 0 {
            nanoseconds += 1_000_000_000
            seconds -= 1
        } else if nanoseconds >= 1_000_000_000 {
            nanoseconds -= 1_000_000_000
            seconds += 1
        }
        return try PolicyTimestamp(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// Throws `policy.overflow` unless the difference fits in 64 bits of nanoseconds (292 years), as the official suite
    /// has it (timestamps, `sub_time_duration_over`).
    func subtracting(_ other: PolicyTimestamp) throws -> PolicyDuration {
        let total =
            Int128(seconds - other.seconds) * 1_000_000_000 + Int128(nanoseconds) - Int128(other.nanoseconds)
        guard Int64(exactly: total) != nil else {
            throw PolicyError(.overflow, "range error: the timestamps lie more than 292 years apart")
        }
        return try PolicyDuration(total: total)
    }
}

/// A signed length of time, at most 315,576,000,000 seconds either way (google.protobuf.Duration).
public struct PolicyDuration: Sendable, Hashable, Comparable {
    public let seconds: Int64
    /// Of the sign of `seconds`; magnitude under 10^9.
    public let nanoseconds: Int32

    static let zero = PolicyDuration(unchecked: 0, 0)
    static let secondsMax: Int64 = 315_576_000_000

    private init(unchecked seconds: Int64, _ nanoseconds: Int32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Throws `policy.overflow` past 315,576,000,000 seconds.
    public init(total nanoseconds: Int128) throws {
        guard nanoseconds.magnitude <= UInt128(Self.secondsMax) * 1_000_000_000 else {
            throw PolicyError(.overflow, "a duration is at most \(Self.secondsMax) seconds either way")
        }
        self.init(unchecked: Int64(nanoseconds / 1_000_000_000), Int32(nanoseconds % 1_000_000_000))
    }

    public var totalNanoseconds: Int128 { Int128(seconds) * 1_000_000_000 + Int128(nanoseconds) }

    public static func < (left: Self, right: Self) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

extension Int64 {
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
