public import NexusBase
internal import SwiftASN1

/// A name of RFC 5280 section 4.1.2.4. Two names are the same if their DER bytes are: vendors issue that way, and
/// nothing is gained by a looser rule.
public struct DistinguishedName: Sendable, Hashable, CustomStringConvertible {
    /// One attribute: its type as a dotted identifier, its value as text (hexadecimal if it is no text).
    public struct Attribute: Sendable, Hashable {
        public let type: Text
        public let value: Text
    }

    let der: [UInt8]
    public let attributes: [Attribute]

    init(_ node: ASN1Node, code: AttestationError.Code, place: String) throws {
        der = Array(node.encodedBytes)
        var sets = try DERReader(node, .sequence, code: code, place: place)
        var attributes: [Attribute] = []
        while !sets.isAtEnd {
            var set = try DERReader(sets.node("set"), .set, code: code, place: place)
            guard !set.isAtEnd else { throw set.failure("a set of attributes is not empty", "set") }
            while !set.isAtEnd {
                var pair = try set.sequence("attribute")
                let type = try pair.objectIdentifier("type")
                attributes.append(Attribute(type: Text("\(type)"), value: try Self.text(pair.node("value"))))
                try pair.finish()
            }
            guard attributes.count <= AttestationLimits.extensionsMax else {
                throw AttestationError(.tooLarge, "more attributes than a name may have", at: place)
            }
        }
        self.attributes = attributes
    }

    private static func text(_ node: ASN1Node) throws -> Text {
        guard case .primitive(let content) = node.content else { return Text("#" + Hex.encode(node.encodedBytes)) }
        let isText = [ASN1Identifier.utf8String, .printableString, .ia5String].contains(node.identifier)
        guard isText, let string = String(validating: content, as: UTF8.self),
            string.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { return Text("#" + Hex.encode(content)) }
        return Text(string)
    }

    /// The first value of an attribute type.
    public func value(of type: Text) -> Text? { attributes.first { $0.type == type }?.value }
    public var commonName: Text? { value(of: "2.5.4.3") }

    private static let shortNames: [(Text, String)] = [
        ("2.5.4.3", "CN"), ("2.5.4.6", "C"), ("2.5.4.7", "L"), ("2.5.4.8", "ST"), ("2.5.4.10", "O"), ("2.5.4.11", "OU"),
    ]

    public var description: String {
        attributes.map { attribute in
            let name = Self.shortNames.first { $0.0 == attribute.type }?.1 ?? attribute.type.string
            return "\(name)=\(attribute.value)"
        }.joined(separator: ", ")
    }
}
