internal import NexusBase
internal import SwiftASN1

/// Takes the children of one DER node apart in order; every error names the path.
struct DERReader {
    let code: AttestationError.Code
    let place: String
    private let children: [ASN1Node]
    private var index = 0

    /// One DER value and nothing after it.
    static func root(_ bytes: ArraySlice<UInt8>, code: AttestationError.Code, place: String) throws -> ASN1Node {
        do { return try DER.parse(bytes) } catch {
            throw AttestationError(code, "not one DER value", at: place, cause: error)
        }
    }

    init(_ node: ASN1Node, _ identifier: ASN1Identifier, code: AttestationError.Code, place: String) throws {
        guard node.identifier == identifier, case .constructed(let children) = node.content else {
            throw AttestationError(code, "a constructed \(identifier) is needed", at: place)
        }
        self.code = code
        self.place = place
        self.children = Array(children)
    }

    /// A reader over one value that stands alone, as in a vendor's extension.
    init(wrapping bytes: [UInt8], code: AttestationError.Code = .malformedCertificate, at place: String) throws {
        self.code = code
        self.place = place
        children = [try Self.root(bytes[...], code: code, place: place)]
    }

    func path(_ name: String) -> String { "\(place).\(name)" }
    func failure(_ message: String, _ name: String) -> AttestationError {
        AttestationError(code, message, at: path(name))
    }

    var isAtEnd: Bool { index == children.count }
    var count: Int { children.count }

    func finish() throws {
        guard isAtEnd else { throw failure("\(children.count - index) elements more than the format has", "end") }
    }

    mutating func node(_ name: String) throws -> ASN1Node {
        guard !isAtEnd else { throw failure("the element is missing", name) }
        defer { index += 1 }
        return children[index]
    }

    mutating func optional(_ identifier: ASN1Identifier) -> ASN1Node? {
        guard !isAtEnd, children[index].identifier == identifier else { return nil }
        defer { index += 1 }
        return children[index]
    }

    mutating func sequence(_ name: String) throws -> DERReader {
        try DERReader(node(name), .sequence, code: code, place: path(name))
    }

    mutating func optionalSequence(_ name: String) throws -> DERReader? {
        try optional(.sequence).map { try DERReader($0, .sequence, code: code, place: path(name)) }
    }

    /// The inside of an explicit context tag.
    mutating func optionalExplicit(_ tag: UInt, _ name: String) throws -> DERReader? {
        let identifier = ASN1Identifier(tagWithNumber: tag, tagClass: .contextSpecific)
        return try optional(identifier).map { try DERReader($0, identifier, code: code, place: path(name)) }
    }

    mutating func primitive(_ identifier: ASN1Identifier, _ name: String) throws -> ArraySlice<UInt8> {
        let node = try node(name)
        guard node.identifier == identifier, case .primitive(let content) = node.content else {
            throw failure("a primitive \(identifier) is needed", name)
        }
        return content
    }

    mutating func objectIdentifier(_ name: String) throws -> ASN1ObjectIdentifier {
        let node = try node(name)
        do { return try ASN1ObjectIdentifier(derEncoded: node) } catch {
            throw AttestationError(code, "an object identifier is needed", at: path(name), cause: error)
        }
    }

    /// The content of an INTEGER, in its one shortest form.
    mutating func integerBytes(_ name: String) throws -> [UInt8] {
        let content = Array(try primitive(.integer, name))
        guard let first = content.first else { throw failure("an integer has bytes", name) }
        if content.count > 1, (first == 0 && content[1] < 0x80) || (first == 0xFF && content[1] >= 0x80) {
            throw failure("an integer has its shortest form", name)
        }
        return content
    }

    /// A non-negative integer that fits.
    mutating func integer(_ name: String, max: Int = .max) throws -> Int {
        let content = try integerBytes(name)
        guard content.count <= 8, content[0] < 0x80 else { throw failure("an integer up to \(max) is needed", name) }
        let value = content.reduce(0) { $0 << 8 | Int($1) }
        guard value <= max else { throw failure("an integer up to \(max) is needed", name) }
        return value
    }

    /// A BIT STRING of whole bytes.
    mutating func bitString(_ name: String) throws -> [UInt8] {
        let content = try primitive(.bitString, name)
        guard content.first == 0 else { throw failure("a bit string of whole bytes is needed", name) }
        return Array(content.dropFirst())
    }

    mutating func octetString(_ name: String) throws -> [UInt8] { Array(try primitive(.octetString, name)) }

    mutating func optionalBoolean(_ name: String) throws -> Bool? {
        guard let node = optional(.boolean) else { return nil }
        guard case .primitive(let content) = node.content, content.count == 1, let byte = content.first,
            byte == 0 || byte == 0xFF
        else { throw failure("a boolean is 00 or FF", name) }
        return byte == 0xFF
    }

    /// UTCTime to 2049, GeneralizedTime from 2050, both in whole seconds and Z (RFC 5280 section 4.1.2.5).
    mutating func time(_ name: String) throws -> Instant {
        let node = try node(name)
        guard case .primitive(let content) = node.content else { throw failure("a time is needed", name) }
        var digits = Array(content)
        guard digits.popLast() == UInt8(ascii: "Z"), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw failure("a time ends in Z and has only digits before", name)
        }
        switch (node.identifier, digits.count) {
        case (.utcTime, 12): digits = Array((digits[0] >= 0x35 ? "19" : "20").utf8) + digits
        case (.generalizedTime, 14): break
        default: throw failure("UTCTime with 12 digits or GeneralizedTime with 14 is needed", name)
        }
        let text = String(decoding: digits, as: UTF8.self)
        func part(_ from: Int, _ count: Int) -> Substring { text.dropFirst(from).prefix(count) }
        let written =
            "\(part(0, 4))-\(part(4, 2))-\(part(6, 2))T\(part(8, 2)):\(part(10, 2)):\(part(12, 2)).000Z"
        do { return try Instant(parsing: Text(written)) } catch {
            throw AttestationError(code, "not a time that exists", at: path(name), cause: error)
        }
    }
}
