public import NexusBase
import SwiftASN1

/// What a time-stamping authority signed (RFC 3161 section 2.4.2, TSTInfo).
public struct TimeStampInfo: Sendable, Hashable {
    let hash: HashName
    let imprint: [UInt8]
    /// When, by the authority's clock.
    public let generated: Instant
    /// How far from the truth that may be, in milliseconds, rounded up.
    public let accuracy: Int64
    /// The number that the request drew, big-endian without its sign byte, if it did.
    public let nonce: [UInt8]?

    /// The bytes existed no later than this.
    public var latest: Instant { Instant(milliseconds: generated.milliseconds + accuracy) }

    init(_ bytes: [UInt8]) throws {
        var info = try DERReader(DERReader.parse(bytes))
        guard try info.small() == 1 else { throw AnchorError(.badToken, "another version than 1") }
        _ = try info.identifier()
        (hash, imprint) = try Self.imprint(info.take())
        _ = try info.integer()
        generated = try Self.time(info.take())
        accuracy = try info.take(if: .sequence).map(Self.accuracy) ?? 0
        if let ordering = info.take(if: .boolean) { _ = try DERReader.primitive(ordering, .boolean) }
        nonce = try info.take(if: .integer).map { Self.magnitude(try DERReader.primitive($0, .integer)) }
        _ = info.take(if: .context(0))
        guard info.take(if: .context(1)) == nil else {
            throw AnchorError(.notAllowed, "extensions that are not known here")
        }
        try info.finish()
    }

    private static func imprint(_ node: ASN1Node) throws -> (HashName, [UInt8]) {
        var reader = try DERReader(node)
        let hash = try HashName(DERReader.algorithm(reader.take()))
        let bytes = try reader.octets()
        try reader.finish()
        return (hash, bytes)
    }

    /// GeneralizedTime in UTC, rounded up to the millisecond.
    private static func time(_ node: ASN1Node) throws -> Instant {
        let text = Array(try DERReader.primitive(node, .generalizedTime))
        let failure = AnchorError(.badToken, "genTime reads YYYYMMDDhhmmss[.fff]Z")
        guard text.count >= 15, text.last == 0x5A, text.count == 15 || (text[14] == 0x2E && text.count > 16),
            text.dropLast().enumerated().allSatisfy({ (0x30...0x39).contains($1) || $0 == 14 })
        else { throw failure }
        var milliseconds = Array(text[14...].dropFirst().dropLast().prefix(3))
        while milliseconds.count < 3 { milliseconds.append(0x30) }
        func part(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
        let whole =
            "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))."
            + "\(String(decoding: milliseconds, as: UTF8.self))Z"
        let isCut = text[14...].dropFirst(4).dropLast().contains { $0 != 0x30 }
        do {
            let time = try Instant(parsing: Text(whole))
            return Instant(milliseconds: time.milliseconds + (isCut ? 1 : 0))
        } catch { throw failure }
    }

    /// Seconds, milliseconds [0], microseconds [1].
    private static func accuracy(_ node: ASN1Node) throws -> Int64 {
        var reader = try DERReader(node)
        func number(_ node: ASN1Node?, _ identifier: ASN1Identifier, _ most: Int64) throws -> Int64 {
            guard let node else { return 0 }
            let bytes = try DERReader.primitive(node, identifier)
            guard bytes.count <= 4, bytes.first ?? 0x80 < 0x80 else {
                throw AnchorError(.badToken, "an accuracy that is no small number")
            }
            let value = bytes.reduce(Int64(0)) { $0 << 8 | Int64($1) }
            guard value <= most else { throw AnchorError(.badToken, "an accuracy of more than a day") }
            return value
        }
        let seconds = try number(reader.take(if: .integer), .integer, 86_400)
        let milliseconds = try number(reader.take(if: .context(0)), .context(0), 999)
        let microseconds = try number(reader.take(if: .context(1)), .context(1), 999)
        try reader.finish()
        return seconds * 1_000 + milliseconds + (microseconds > 0 ? 1 : 0)
    }

    static func magnitude(_ bytes: some Collection<UInt8>) -> [UInt8] { Array(bytes.drop { $0 == 0 }) }
}
