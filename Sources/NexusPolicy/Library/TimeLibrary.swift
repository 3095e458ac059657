import NexusBase

/// Parts of timestamps and durations (language definition, "Date/time functions").
enum TimeLibrary {
    static let functions: [PolicyFunction] = [
        part("getFullYear") { $0.date.year },
        part("getMonth") { $0.date.month - 1 },
        part("getDate") { $0.date.day },
        part("getDayOfMonth") { $0.date.day - 1 },
        part("getDayOfWeek") { time in (time.days + 4) - (time.days + 4).flooredQuotient(7) * 7 },
        part("getDayOfYear") { time in
            time.days - CivilDate(year: time.date.year, month: 1, day: 1).daysSinceEpoch
        },
        part("getHours", ofDuration: { $0.seconds / 3600 }) { $0.secondOfDay / 3600 },
        part("getMinutes", ofDuration: { $0.seconds / 60 }) { $0.secondOfDay / 60 % 60 },
        part("getSeconds", ofDuration: { $0.seconds }) { $0.secondOfDay % 60 },
        part("getMilliseconds", ofDuration: { Int64($0.nanoseconds / 1_000_000) }) {
            Int64($0.nanoseconds / 1_000_000)
        },
    ]

    /// A timestamp on the clock of one zone.
    struct LocalTime {
        let days: Int64
        let secondOfDay: Int64
        let nanoseconds: Int32

        init(_ time: PolicyTimestamp, offset: Int64) {
            let seconds = time.seconds + offset
            days = seconds.flooredQuotient(86_400)
            secondOfDay = seconds - days * 86_400
            nanoseconds = time.nanoseconds
        }

        var date: CivilDate { CivilDate(daysSinceEpoch: days) }
    }

    private static func part(
        _ name: Text, ofDuration durationPart: (@Sendable (PolicyDuration) -> Int64)? = nil,
        _ part: @escaping @Sendable (LocalTime) -> Int64
    ) -> PolicyFunction {
        let durations = durationPart == nil ? [] : ["duration.() int"]
        return .contextual(name, ["timestamp.() int", "timestamp.(string) int"] + durations) { arguments, context in
            switch arguments[0] {
            case .duration(let duration):
                guard arguments.count == 1, let durationPart else { return nil }
                return .int(durationPart(duration))
            case .timestamp(let time):
                guard arguments.count == 2 else { return .int(part(LocalTime(time, offset: 0))) }
                guard case .string(let zone) = arguments[1] else { return nil }
                return .int(part(LocalTime(time, offset: try offset(zone, time, &context))))
            default: return nil
            }
        }
    }

    /// Seconds east of Greenwich: from `+05:30`, `-02:00` or `02:00`, or from the given tzdata.
    private static func offset(
        _ zone: Text, _ time: PolicyTimestamp, _ context: inout EvaluationContext
    ) throws -> Int64 {
        if zone == "UTC" || zone == "Z" || zone.isEmpty { return 0 }
        try context.charge(size: zone.utf8.count)
        var scanner = ByteScanner(zone)
        let isNegative = scanner.take("-")
        if !isNegative { _ = scanner.take("+") }
        if let hours = scanner.digits(exactly: 2), scanner.take(":"), let minutes = scanner.digits(exactly: 2),
            scanner.isAtEnd
        {
            guard hours < 24, minutes < 60 else {
                throw PolicyError(.badArgument, "\"\(zone)\" is not an offset from UTC")
            }
            return (hours * 60 + minutes) * (isNegative ? -60 : 60)
        }
        guard let zones = context.timeZones else {
            throw PolicyError(.noTimeZone, "no tzdata was given, so the zone \"\(zone.string.prefix(60))\" is unknown")
        }
        try context.charge(10)
        return try zones.offset(zone, at: time.seconds)
    }
}
