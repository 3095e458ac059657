import NexusBase

/// The rule of a TZif footer for times after the last transition: a POSIX TZ string such as
/// `CET-1CEST,M3.5.0,M10.5.0/3` (RFC 8536 section 3.3).
struct FutureRule: Sendable {
    /// When, in a year, the clock changes.
    private struct Change: Sendable {
        enum Day: Sendable {
            /// The week `week` (5 is the last) weekday of a month.
            case weekday(month: Int64, week: Int64, day: Int64)
            /// 1 to 365; 29 February is never counted.
            case julian(Int64)
            /// 0 to 365, 29 February counted.
            case ordinal(Int64)
        }

        let day: Day
        /// Seconds after midnight, local time before the change.
        let time: Int64
    }

    private let standard: Int64
    private let daylight: (offset: Int64, starts: Change, ends: Change)?

    /// Nil for an empty footer.
    init?(footer: Text) throws {
        guard !footer.isEmpty else { return nil }
        var reader = Reader(bytes: footer.bytes)
        guard reader.name(), let west = reader.time() else { throw Self.failure(footer) }
        standard = -west
        guard !reader.isAtEnd else {
            daylight = nil
            return
        }
        guard reader.name() else { throw Self.failure(footer) }
        let offset = reader.peek == UInt8(ascii: ",") ? standard + 3600 : -(reader.time() ?? -standard - 3600)
        guard reader.take(","), let starts = reader.change(), reader.take(","), let ends = reader.change(),
            reader.isAtEnd
        else { throw Self.failure(footer) }
        daylight = (offset, starts, ends)
    }

    private static func failure(_ footer: Text) -> PolicyError {
        PolicyError(.badTimeZoneData, "the footer \"\(footer.string.prefix(60))\" is not a POSIX TZ string")
    }

    func offset(at seconds: Int64) -> Int64 {
        guard let daylight else { return standard }
        let year = CivilDate(daysSinceEpoch: (seconds + standard).flooredQuotient(86_400)).year
        let start = Self.seconds(daylight.starts, year) - standard
        let end = Self.seconds(daylight.ends, year) - daylight.offset
        let isDaylight = start < end ? (start..<end).contains(seconds) : !(end..<start).contains(seconds)
        return isDaylight ? daylight.offset : standard
    }

    private static func seconds(_ change: Change, _ year: Int64) -> Int64 {
        let newYear = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
        let days: Int64
        switch change.day {
        case .ordinal(let day): days = newYear + day
        case .julian(let day):
            let isLeap = CivilDate(year: year, month: 2, day: 29).isValid
            days = newYear + day - 1 + (isLeap && day >= 60 ? 1 : 0)
        case .weekday(let month, let week, let day):
            let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
            let next =
                month == 12
                ? CivilDate(year: year + 1, month: 1, day: 1).daysSinceEpoch
                : CivilDate(year: year, month: month + 1, day: 1).daysSinceEpoch
            let weekday = (first + 4) - (first + 4).flooredQuotient(7) * 7
            var candidate = first + (day - weekday + 7) % 7 + (week - 1) * 7
            if candidate >= next { candidate -= 7 }
            days = candidate
        }
        return days * 86_400 + change.time
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
        var isAtEnd: Bool { position == bytes.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard peek == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        /// `CET` or `<+0330>`.
        mutating func name() -> Bool {
            let start = position
            if take("<") {
                while let byte = peek, byte != UInt8(ascii: ">") { position += 1 }
                return take(">")
            }
            while let byte = peek, byte.isNameStart { position += 1 }
            return position > start
        }

        mutating func number() -> Int64? {
            let start = position
            var value: Int64 = 0
            while let byte = peek, byte.isDigit, position - start < 4 {
                value = value * 10 + Int64(byte - 0x30)
                position += 1
            }
            return position > start ? value : nil
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time() -> Int64? {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
            guard let hours = number() else { return nil }
            var seconds = hours * 3600
            if take(":") { seconds += (number() ?? 0) * 60 }
            if take(":") { seconds += number() ?? 0 }
            return isNegative ? -seconds : seconds
        }

        mutating func change() -> Change? {
            let day: Change.Day
            if take("M") {
                guard let month = number(), take("."), let week = number(), take("."), let weekday = number(),
                    (1...12).contains(month), (1...5).contains(week), (0...6).contains(weekday)
                else { return nil }
                day = .weekday(month: month, week: week, day: weekday)
            } else if take("J") {
                guard let number = number(), (1...365).contains(number) else { return nil }
                day = .julian(number)
            } else {
                guard let number = number(), (0...365).contains(number) else { return nil }
                day = .ordinal(number)
            }
            return Change(day: day, time: take("/") ? time() ?? 7200 : 7200)
        }
    }
}
