public import NexusBase

extension PolicyTimestamp {
    /// Reads RFC 3339: `2009-02-13T23:31:30.123456789+01:00`. Throws `policy.conversion` or `policy.overflow`.
    public init(parsing text: Text) throws {
        var scanner = ByteScanner(text)
        let failure = PolicyError(.conversion, "not an RFC 3339 timestamp: \"\(text.string.prefix(60))\"")
        guard let year = scanner.digits(exactly: 4) ?? nil else {
            throw failure
        }
        // Five digits of a year are a range error rather than a malformed text.
        if scanner.peek.map({ (0x30...0x39).contains($0) }) ?? false {
            throw PolicyError(.overflow, "a timestamp lies in the years 1 to 9999")
        }
        guard scanner.take("-"), let month = scanner.digits(exactly: 2), scanner.take("-"),
            let day = scanner.digits(exactly: 2), scanner.take("T") || scanner.take("t"),
            let hour = scanner.digits(exactly: 2), scanner.take(":"), let minute = scanner.digits(exactly: 2),
            scanner.take(":"), let second = scanner.digits(exactly: 2)
        else { throw failure }
        var nanoseconds: Int64 = 0
        if scanner.take(".") {
            guard let fraction = scanner.fraction() else { throw failure }
            nanoseconds = fraction
        }
        var offset: Int64 = 0
        if !(scanner.take("Z") || scanner.take("z")) {
            let negative = scanner.take("-")
            guard negative || scanner.take("+"), let hours = scanner.digits(exactly: 2), scanner.take(":"),
                let minutes = scanner.digits(exactly: 2), hours < 24, minutes < 60
            else { throw failure }
            offset = (hours * 60 + minutes) * (negative ? -60 : 60)
        }
        let date = CivilDate(year: year, month: month, day: day)
        guard scanner.isAtEnd, date.isValid, hour < 24, minute < 60, second < 60 else { throw failure }
        let ofDay = hour * 3600 + minute * 60 + second
        try self.init(seconds: date.daysSinceEpoch * 86_400 + ofDay - offset, nanoseconds: Int32(nanoseconds))
    }

    /// RFC 3339 in UTC, with the fewest fraction digits that keep the value.
    public var text: Text {
        let days = seconds.flooredQuotient(86_400)
        let ofDay = seconds - days * 86_400
        let date = CivilDate(daysSinceEpoch: days)
        let time = [ofDay / 3600, ofDay / 60 % 60, ofDay % 60].map { $0.padded(2) }.joined(separator: ":")
        return Text(
            "\(date.year.padded(4))-\(date.month.padded(2))-\(date.day.padded(2))T"
                + "\(time)\(Int64(nanoseconds).asFraction)Z"
        )
    }
}

extension PolicyDuration {
    /// Reads `1h30m`, `-1.5s`, `10ms`, `3us`, `2ns`. Throws `policy.conversion` or `policy.overflow`.
    public init(parsing text: Text) throws {
        var scanner = ByteScanner(text)
        let failure = PolicyError(.conversion, "not a duration such as 1h30m or -1.5s: \"\(text.string.prefix(60))\"")
        let negative = scanner.take("-")
        if !negative { _ = scanner.take("+") }
        var total: Int128 = 0
        if scanner.rest.elementsEqual([0x30]) {
            self = .zero
            return
        }
        guard !scanner.isAtEnd, text.utf8.count <= 64 else { throw failure }
        while !scanner.isAtEnd {
            guard let amount = scanner.decimal(), let unit = scanner.durationUnit() else { throw failure }
            total += amount.whole * unit + amount.fraction * unit / amount.scale
        }
        try self.init(total: negative ? -total : total)
    }

    /// Seconds with a unit: `6347s`, `-1.5s`.
    public var text: Text {
        let sign = seconds < 0 || nanoseconds < 0 ? "-" : ""
        return Text("\(sign)\(seconds.magnitude)\(Int64(nanoseconds.magnitude).asFraction)s")
    }
}

extension Int64 {
    func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
    }

    /// Nanoseconds as `.5`, or nothing.
    fileprivate var asFraction: String {
        guard self != 0 else { return "" }
        var digits = Substring(padded(9))
        while digits.last == "0" { digits.removeLast() }
        return "." + digits
    }
}

/// A date of the proleptic Gregorian calendar.
struct CivilDate: Equatable {
    var year: Int64
    var month: Int64
    var day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    // Both directions count from 1 March of year 0, so that the leap day is the last of its year.
    init(daysSinceEpoch days: Int64) {
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSinceEpoch: Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.flooredQuotient(400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    var isValid: Bool {
        (1...12).contains(month) && (1...31).contains(day) && CivilDate(daysSinceEpoch: daysSinceEpoch) == self
    }
}
