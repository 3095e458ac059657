public import NexusBase

/// The time zones an expression may name, from TZif files (RFC 8536) that the caller read.
///
/// The version names the release of the data, such as `2026a`. It goes into results, because two nodes with different
/// releases may disagree about a local hour.
public struct PolicyTimeZones: Sendable {
    public let version: Text
    private let zones: [Text: TimeZoneRules]

    /// Throws `policy.bad-time-zone-data` with the zone's name.
    public init(version: Text, files: [(name: Text, bytes: [UInt8])]) throws {
        self.version = version
        var zones: [Text: TimeZoneRules] = [:]
        for (name, bytes) in files {
            do { zones[name] = try TimeZoneRules(bytes) } catch let error as PolicyError { throw error.at(name.string) }
        }
        self.zones = zones
    }

    /// Seconds east of Greenwich. Throws `policy.no-time-zone`.
    func offset(_ name: Text, at seconds: Int64) throws -> Int64 {
        guard let rules = zones[name] else {
            throw PolicyError(.noTimeZone, "tzdata \(version) has no zone \"\(name.string.prefix(60))\"")
        }
        return rules.offset(at: seconds)
    }
}

/// One zone: its past transitions and the rule after the last.
struct TimeZoneRules: Sendable {
    private var transitions: [Int64] = []
    /// Offset after each transition.
    private var offsets: [Int64] = []
    private var initialOffset: Int64 = 0
    private var future: FutureRule?

    init(_ bytes: [UInt8]) throws {
        guard bytes.count <= PolicyLimits.timeZoneBytesMax else {
            throw PolicyError(
                .badTimeZoneData, "a TZif file of \(bytes.count) bytes; the limit is \(PolicyLimits.timeZoneBytesMax)")
        }
        var reader = Reader(bytes: bytes)
        let first = try reader.header()
        if first.version == 0 {
            try read(&reader, first, timeSize: 4)
            return
        }
        try reader.skip(first.dataSize(timeSize: 4))
        try read(&reader, try reader.header(), timeSize: 8)
        future = try FutureRule(footer: reader.footer())
    }

    private mutating func read(_ reader: inout Reader, _ header: Header, timeSize: Int) throws {
        transitions = try (0..<header.timeCount).map { _ in try reader.integer(timeSize) }
        let kinds = try (0..<header.timeCount).map { _ in Int(try reader.byte()) }
        var types: [(offset: Int64, isDaylight: Bool)] = []
        for _ in 0..<header.typeCount {
            let offset = try reader.integer(4)
            types.append((offset, try reader.byte() != 0))
            _ = try reader.byte()
        }
        guard !types.isEmpty, kinds.allSatisfy({ types.indices.contains($0) }), transitions == transitions.sorted()
        else {
            throw PolicyError(.badTimeZoneData, "the transitions break RFC 8536")
        }
        offsets = kinds.map { types[$0].offset }
        initialOffset = types[0].offset
        try reader.skip(
            header.characterCount + header.leapCount * (timeSize + 4) + header.standardCount + header.utcCount)
    }

    func offset(at seconds: Int64) -> Int64 {
        guard let last = transitions.last, let lastOffset = offsets.last else {
            return future?.offset(at: seconds) ?? initialOffset
        }
        if seconds >= last { return future?.offset(at: seconds) ?? lastOffset }
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? initialOffset : offsets[low - 1]
    }

    struct Header {
        let version: UInt8
        let utcCount, standardCount, leapCount, timeCount, typeCount, characterCount: Int

        func dataSize(timeSize: Int) -> Int {
            timeCount * (timeSize + 1) + typeCount * 6 + characterCount + leapCount * (timeSize + 4) + standardCount
                + utcCount
        }
    }

    struct Reader {
        let bytes: [UInt8]
        var position = 0

        private static let failure = PolicyError(.badTimeZoneData, "not a TZif file, or cut short")

        mutating func byte() throws -> UInt8 {
            guard position < bytes.count else { throw Self.failure }
            position += 1
            return bytes[position - 1]
        }

        mutating func skip(_ count: Int) throws {
            guard count >= 0, position + count <= bytes.count else { throw Self.failure }
            position += count
        }

        /// Big-endian, signed.
        mutating func integer(_ size: Int) throws -> Int64 {
            var value: UInt64 = 0
            for _ in 0..<size { value = value << 8 | UInt64(try byte()) }
            return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
        }

        private mutating func count() throws -> Int {
            let value = try integer(4)
            guard (0...Int64(PolicyLimits.timeZoneBytesMax)).contains(value) else { throw Self.failure }
            return Int(value)
        }

        mutating func header() throws -> Header {
            guard bytes.dropFirst(position).starts(with: Array("TZif".utf8)) else { throw Self.failure }
            position += 4
            let version = try byte()
            try skip(15)
            return Header(
                version: version, utcCount: try count(), standardCount: try count(), leapCount: try count(),
                timeCount: try count(), typeCount: try count(), characterCount: try count())
        }

        /// The POSIX TZ string between the last two line feeds.
        mutating func footer() throws -> Text {
            guard try byte() == 0x0A, let end = bytes[position...].firstIndex(of: 0x0A) else { throw Self.failure }
            return Text(String(decoding: bytes[position..<end], as: UTF8.self))
        }
    }
}
