/// A point in time, to the millisecond, UTC. In documents RFC 3339 with exactly three digits:
/// `2026-11-21T09:30:00.000Z`.
public struct Instant: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
    public static func + (left: Instant, right: Duration) -> Instant {
        Instant(milliseconds: left.milliseconds + right.wholeMilliseconds)
    }
    public static func - (left: Instant, right: Instant) -> Duration {
        .milliseconds(left.milliseconds - right.milliseconds)
    }

    public var description: String {
        let days = milliseconds.quotientFloor(86_400_000)
        let ofDay = milliseconds - days * 86_400_000
        let (year, month, day) = Self.civil(fromDays: days)
        // Documents hold years of four digits; what is outside them is for people only.
        guard (0...9999).contains(year) else { return "\(year)-\(month)-\(day) + \(ofDay) ms" }
        return String(unsafeUninitializedCapacity: 24) { out in
            var place = 0
            func put(_ value: Int64, _ width: Int, _ end: Unicode.Scalar) {
                var rest = value
                for digit in (place..<place + width).reversed() {
                    out[digit] = 0x30 + UInt8(rest % 10)
                    rest /= 10
                }
                out[place + width] = UInt8(ascii: end)
                place += width + 1
            }
            put(year, 4, "-")
            put(month, 2, "-")
            put(day, 2, "T")
            put(ofDay / 3_600_000, 2, ":")
            put(ofDay / 60_000 % 60, 2, ":")
            put(ofDay / 1000 % 60, 2, ".")
            put(ofDay % 1000, 3, "Z")
            return place
        }
    }

    public var json: JSON { .text(description) }

    /// Reads the one form that documents use. Throws `base.bad-time`.
    public init(parsing text: Text) throws {
        let read = text.withBytes { bytes -> Int64? in
            guard bytes.count == 24 else { return nil }
            func number(_ range: Range<Int>) -> Int64 {
                // What is no digit makes another text below.
                range.reduce(0) { $0 * 10 + Int64(bytes[$1] & 15) }
            }
            let days = Self.days(year: number(0..<4), month: number(5..<7), day: number(8..<10))
            let seconds = number(11..<13) * 3600 + number(14..<16) * 60 + number(17..<19)
            return days * 86_400_000 + seconds * 1000 + number(20..<23)
        }
        self.init(milliseconds: read ?? 0)
        // One text for each instant: printing it again finds wrong separators, month 13 and 30 February alike.
        guard read != nil, Text(description) == text else {
            throw BaseError(.badTime, "a time reads like 2026-11-21T09:30:00.000Z, not \"\(text)\"")
        }
    }

    // Days and civil dates of the proleptic Gregorian calendar, counted from 1 March of year 0.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.quotientFloor(400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.quotientFloor(146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension Duration {
    /// Rounded toward zero.
    public var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

extension Int64 {
    func quotientFloor(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
