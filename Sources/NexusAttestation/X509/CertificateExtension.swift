public import NexusBase
internal import SwiftASN1

/// One extension of a certificate or a revocation list: identifier, criticality, and the bytes inside.
public struct CertificateExtension: Sendable, Hashable {
    /// Dotted.
    public let identifier: Text
    public let isCritical: Bool
    public let value: [UInt8]

    /// Reads `Extensions`, each identifier once (RFC 5280 section 4.2).
    static func list(_ reader: DERReader) throws -> [CertificateExtension] {
        var reader = reader
        guard reader.count <= AttestationLimits.extensionsMax, reader.count > 0 else {
            throw AttestationError(
                .tooLarge, "1 to \(AttestationLimits.extensionsMax) extensions are read", at: reader.place)
        }
        var list: [CertificateExtension] = []
        while !reader.isAtEnd {
            var inner = try reader.sequence("extension")
            let identifier = Text("\(try inner.objectIdentifier("identifier"))")
            let isCritical = try inner.optionalBoolean("critical")
            guard isCritical != false else { throw inner.failure("FALSE is the default and left out", "critical") }
            let value = try inner.octetString("value")
            try inner.finish()
            guard !list.contains(where: { $0.identifier == identifier }) else {
                throw reader.failure("the extension \(identifier) stands twice", "extension")
            }
            list.append(CertificateExtension(identifier: identifier, isCritical: isCritical ?? false, value: value))
        }
        return list
    }
}

/// What the standard extensions say (RFC 5280 section 4.2.1).
struct StandardExtensions: Sendable, Hashable {
    var isAuthority = false
    /// Authorities below this one, at most.
    var pathLengthMax: Int?
    /// The bits of KeyUsage, the first one highest; nil if there is no such extension.
    var keyUsage: UInt16?
    var extendedKeyUsage: [Text] = []
    var subjectKeyIdentifier: [UInt8]?
    var authorityKeyIdentifier: [UInt8]?

    var maySignCertificates: Bool { keyUsage.map { $0 & 0x0400 != 0 } ?? true }
    var maySignRevocationLists: Bool { keyUsage.map { $0 & 0x0200 != 0 } ?? true }

    private static let known: [ASN1ObjectIdentifier] = [
        OID.basicConstraints, OID.keyUsage, OID.subjectAlternativeName, OID.extendedKeyUsage,
    ]
    private static let knownTexts = known.map { Text("\($0)") }

    init(_ list: [CertificateExtension], place: String) throws {
        for item in list {
            let here = "\(place).extension \(item.identifier)"
            if item.isCritical, !Self.knownTexts.contains(item.identifier) {
                throw AttestationError(.unsupportedExtension, "a critical extension that is not known", at: here)
            }
            func root() throws -> ASN1Node {
                try DERReader.root(item.value[...], code: .malformedCertificate, place: here)
            }
            func sequence() throws -> DERReader {
                try DERReader(root(), .sequence, code: .malformedCertificate, place: here)
            }
            switch item.identifier {
            case Text("\(OID.basicConstraints)"): try readBasicConstraints(sequence())
            case Text("\(OID.keyUsage)"): keyUsage = try Self.keyUsage(root(), place: here)
            case Text("\(OID.subjectKeyIdentifier)"):
                guard case .primitive(let content) = try root().content else { continue }
                subjectKeyIdentifier = Array(content)
            case Text("\(OID.authorityKeyIdentifier)"):
                var reader = try sequence()
                if let node = reader.optional(ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)),
                    case .primitive(let content) = node.content
                {
                    authorityKeyIdentifier = Array(content)
                }
            case Text("\(OID.extendedKeyUsage)"):
                var reader = try sequence()
                while !reader.isAtEnd { extendedKeyUsage.append(Text("\(try reader.objectIdentifier("usage"))")) }
            default: continue
            }
        }
    }

    private mutating func readBasicConstraints(_ reader: DERReader) throws {
        var reader = reader
        let flag = try reader.optionalBoolean("authority")
        isAuthority = flag ?? false
        if !reader.isAtEnd {
            pathLengthMax = try reader.integer("pathLength", max: 255)
            guard isAuthority else { throw reader.failure("only an authority has a path length", "pathLength") }
        }
        try reader.finish()
    }

    private static func keyUsage(_ node: ASN1Node, place: String) throws -> UInt16 {
        guard node.identifier == .bitString, case .primitive(let content) = node.content,
            (2...3).contains(content.count), let padding = content.first, padding < 8
        else { throw AttestationError(.malformedCertificate, "a key usage is a bit string", at: place) }
        let bytes = Array(content.dropFirst())
        guard bytes[bytes.count - 1] & (1 << padding - 1) == 0 else {
            throw AttestationError(.malformedCertificate, "padding bits are zero", at: place)
        }
        return UInt16(bytes[0]) << 8 | (bytes.count > 1 ? UInt16(bytes[1]) : 0)
    }
}
