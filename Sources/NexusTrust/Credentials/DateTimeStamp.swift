import NexusBase

/// XML Schema's dateTimeStamp, as credentials write times: any offset, any digits of a second, of which three count.
enum DateTimeStamp {
    /// Throws `base.bad-time`.
    static func parse(_ text: Text) throws -> Instant {
        let failure = BaseError(.badTime, "not a dateTimeStamp: \"\(text.string.prefix(60))\"")
        let bytes = Array(text.utf8)
        guard (20...60).contains(bytes.count) else { throw failure }
        var position = 19
        var milliseconds: [UInt8] = []
        if bytes[position] == UInt8(ascii: ".") {
            position += 1
            let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { throw failure }
            milliseconds = Array(digits.prefix(3))
            position += digits.count
        }
        milliseconds += [UInt8](repeating: 0x30, count: 3 - milliseconds.count)
        let base = String(decoding: bytes[..<19] + [0x2E] + milliseconds + [0x5A], as: UTF8.self)
        guard let instant = try? Instant(parsing: Text(base)) else { throw failure }
        let zone = bytes[position...]
        if zone.elementsEqual("Z".utf8) { return instant }
        guard zone.count == 6, zone.first == 0x2B || zone.first == 0x2D, zone[position + 3] == UInt8(ascii: ":"),
            let hours = number(zone[(position + 1)...(position + 2)]),
            let minutes = number(zone[(position + 4)...(position + 5)]), hours <= 14, minutes <= 59,
            hours < 14 || minutes == 0
        else { throw failure }
        let offset = Duration.seconds((hours * 60 + minutes) * 60)
        return instant + (zone.first == 0x2B ? .zero - offset : offset)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.reduce(0) { value, digit -> Int? in
            guard let value, (0x30...0x39).contains(digit) else { return nil }
            return value * 10 + Int(digit - 0x30)
        }
    }

    /// The form that is written here: seconds where there are no milliseconds.
    static func text(_ instant: Instant) -> Text {
        let full = instant.description
        return Text(full.hasSuffix(".000Z") ? String(full.dropLast(5)) + "Z" : full)
    }
}
