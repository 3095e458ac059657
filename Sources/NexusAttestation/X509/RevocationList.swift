public import NexusBase
internal import SwiftASN1

/// A complete revocation list of RFC 5280 section 5, version 2, read strictly from DER.
public struct RevocationList: Sendable, Hashable {
    public let issuer: DistinguishedName
    public let thisUpdate: Instant
    /// Inclusive. Lists that never end are refused.
    public let nextUpdate: Instant
    public let signatureAlgorithm: SignatureAlgorithm
    private let serials: Set<[UInt8]>
    let signedBytes: [UInt8]
    let signature: [UInt8]

    public var count: Int { serials.count }
    public func contains(_ certificate: Certificate) -> Bool { serials.contains(certificate.serialNumber) }

    /// Throws `attestation.malformed-revocation-list`, `.unsupported-algorithm`, `.unsupported-extension`,
    /// `.too-large`. Delta and indirect lists are refused: their critical extensions are not known.
    public init(der: [UInt8], at place: String = "revocation list") throws {
        guard der.count <= AttestationLimits.revocationListBytesMax else {
            throw AttestationError(
                .tooLarge, "a revocation list has at most \(AttestationLimits.revocationListBytesMax) bytes", at: place)
        }
        let code = AttestationError.Code.malformedRevocationList
        var outer = try DERReader(
            DERReader.root(der[...], code: code, place: place), .sequence, code: code, place: place)
        let body = try outer.node("tbs")
        signedBytes = Array(body.encodedBytes)
        let outerAlgorithm = try outer.node("algorithm")
        signature = try outer.bitString("signature")
        try outer.finish()

        var tbs = try DERReader(body, .sequence, code: code, place: "\(place).tbs")
        guard try tbs.integer("version") == 1 else { throw tbs.failure("version 2 is needed", "version") }
        let innerAlgorithm = try tbs.node("algorithm")
        guard innerAlgorithm.encodedBytes == outerAlgorithm.encodedBytes else {
            throw tbs.failure("the signed algorithm differs from the one outside", "algorithm")
        }
        signatureAlgorithm = try SignatureAlgorithm(
            DERReader(innerAlgorithm, .sequence, code: code, place: tbs.path("algorithm")))
        issuer = try DistinguishedName(tbs.node("issuer"), code: code, place: tbs.path("issuer"))
        thisUpdate = try tbs.time("thisUpdate")
        nextUpdate = try tbs.time("nextUpdate")
        serials = try tbs.optionalSequence("revoked").map { try Self.serials($0) } ?? []
        if var wrapped = try tbs.optionalExplicit(0, "extensions") {
            let list = try CertificateExtension.list(wrapped.sequence("extensions"))
            try wrapped.finish()
            try Self.requireNotCritical(list, at: tbs.path("extensions"))
        }
        try tbs.finish()
    }

    private static func serials(_ reader: DERReader) throws -> Set<[UInt8]> {
        var reader = reader
        guard reader.count <= AttestationLimits.revokedMax else {
            throw AttestationError(.tooLarge, "more than \(AttestationLimits.revokedMax) entries", at: reader.place)
        }
        var serials: Set<[UInt8]> = []
        while !reader.isAtEnd {
            var entry = try reader.sequence("entry")
            serials.insert(try entry.integerBytes("serial"))
            _ = try entry.time("date")
            if let inner = try entry.optionalSequence("extensions") {
                try requireNotCritical(CertificateExtension.list(inner), at: entry.place)
            }
            try entry.finish()
        }
        return serials
    }

    private static func requireNotCritical(_ list: [CertificateExtension], at place: String) throws {
        if let item = list.first(where: \.isCritical) {
            throw AttestationError(.unsupportedExtension, "a critical extension \(item.identifier)", at: place)
        }
    }

    /// Whether the list is `issuer`'s, signed and current. Throws `attestation.bad-signature`, `.not-yet-valid`,
    /// `.expired`.
    func requireAuthentic(from issuer: Certificate, at date: Instant) throws {
        let place = "revocation list of \(self.issuer)"
        guard issuer.standard.maySignRevocationLists,
            issuer.publicKey.isValid(signature, over: signedBytes, signatureAlgorithm)
        else { throw AttestationError(.badSignature, "not signed by its issuer", at: place) }
        if date < thisUpdate {
            throw AttestationError(.notYetValid, "issued at \(thisUpdate), after \(date)", at: place)
        }
        if date > nextUpdate {
            throw AttestationError(.expired, "replaced by \(nextUpdate), before \(date)", at: place)
        }
    }
}
