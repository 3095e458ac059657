import NexusBase
import SwiftASN1

/// Reads DER structures member by member, over swift-asn1's parser.
struct DERReader {
    private var nodes: ASN1NodeCollection.Iterator
    private var next: ASN1Node?

    /// The members of a SEQUENCE or SET, or of whatever `identifier` says.
    init(_ node: ASN1Node, _ identifier: ASN1Identifier = .sequence) throws {
        guard node.identifier == identifier, case .constructed(let members) = node.content else {
            throw AnchorError(.badToken, "\(identifier) is needed, not \(node.identifier)")
        }
        nodes = members.makeIterator()
        next = nodes.next()
    }

    /// One value that is all of `bytes`.
    static func parse(_ bytes: some Collection<UInt8>) throws -> ASN1Node {
        do { return try DER.parse(Array(bytes)) } catch {
            throw AnchorError(.badToken, "not DER: \(error)")
        }
    }

    mutating func take() throws -> ASN1Node {
        guard let node = next else { throw AnchorError(.badToken, "a member is missing") }
        next = nodes.next()
        return node
    }

    mutating func take(if identifier: ASN1Identifier) -> ASN1Node? {
        guard let node = next, node.identifier == identifier else { return nil }
        next = nodes.next()
        return node
    }

    /// Refuses members that were not taken.
    func finish() throws {
        guard next == nil else { throw AnchorError(.badToken, "a member too many") }
    }

    mutating func all() throws -> [ASN1Node] {
        var found: [ASN1Node] = []
        while next != nil { found.append(try take()) }
        return found
    }

    mutating func identifier() throws -> [UInt8] { Array(try Self.primitive(take(), .objectIdentifier)) }
    mutating func octets() throws -> [UInt8] { Array(try Self.primitive(take(), .octetString)) }
    mutating func integer() throws -> [UInt8] { Array(try Self.primitive(take(), .integer)) }

    mutating func small() throws -> Int {
        let bytes = try integer()
        guard bytes.count == 1, bytes[0] < 0x80 else { throw AnchorError(.badToken, "a small number is needed") }
        return Int(bytes[0])
    }

    static func primitive(_ node: ASN1Node, _ identifier: ASN1Identifier) throws -> ArraySlice<UInt8> {
        guard node.identifier == identifier, case .primitive(let bytes) = node.content else {
            throw AnchorError(.badToken, "\(identifier) is needed, not \(node.identifier)")
        }
        return bytes
    }

    /// The name of an algorithm, whose parameters are absent or NULL.
    static func algorithm(_ node: ASN1Node) throws -> [UInt8] {
        var reader = try DERReader(node)
        let name = try reader.identifier()
        if let parameters = reader.take(if: .null) { _ = try primitive(parameters, .null) }
        try reader.finish()
        return name
    }
}

extension ASN1Identifier {
    static func context(_ number: UInt) -> ASN1Identifier { .init(tagWithNumber: number, tagClass: .contextSpecific) }
}
