public import NexusBase
internal import SwiftASN1

/// A certificate of RFC 5280, version 3, read strictly from DER. Reading checks its form, not its signature or its
/// validity: a `CertificateChain` does that.
public struct Certificate: Sendable, Hashable {
    public let der: [UInt8]
    /// The content bytes of the serial number's INTEGER.
    public let serialNumber: [UInt8]
    public let issuer: DistinguishedName
    public let subject: DistinguishedName
    public let notBefore: Instant
    /// Inclusive.
    public let notAfter: Instant
    public let publicKey: PublicKey
    public let signatureAlgorithm: SignatureAlgorithm
    public let extensions: [CertificateExtension]
    let standard: StandardExtensions
    let signedBytes: [UInt8]
    let signature: [UInt8]

    /// Throws `attestation.malformed-certificate`, `.unsupported-algorithm`, `.unsupported-extension`, `.too-large`.
    public init(der: [UInt8], at place: String = "certificate") throws {
        guard der.count <= AttestationLimits.certificateBytesMax else {
            throw AttestationError(
                .tooLarge, "a certificate has at most \(AttestationLimits.certificateBytesMax) bytes", at: place)
        }
        let code = AttestationError.Code.malformedCertificate
        self.der = der
        var outer = try DERReader(
            DERReader.root(der[...], code: code, place: place), .sequence, code: code, place: place)
        let body = try outer.node("tbs")
        signedBytes = Array(body.encodedBytes)
        let outerAlgorithm = try outer.node("algorithm")
        signature = try outer.bitString("signature")
        try outer.finish()

        var tbs = try DERReader(body, .sequence, code: code, place: "\(place).tbs")
        var version = try tbs.optionalExplicit(0, "version")
        guard try version?.integer("version") == 2 else { throw tbs.failure("version 3 is needed", "version") }
        try version?.finish()
        serialNumber = try tbs.integerBytes("serial")
        guard serialNumber.count <= 21 else { throw tbs.failure("a serial number has at most 20 bytes", "serial") }
        let innerAlgorithm = try tbs.node("algorithm")
        guard innerAlgorithm.encodedBytes == outerAlgorithm.encodedBytes else {
            throw tbs.failure("the signed algorithm differs from the one outside", "algorithm")
        }
        signatureAlgorithm = try SignatureAlgorithm(
            DERReader(innerAlgorithm, .sequence, code: code, place: tbs.path("algorithm")))
        issuer = try DistinguishedName(tbs.node("issuer"), code: code, place: tbs.path("issuer"))
        var validity = try tbs.sequence("validity")
        notBefore = try validity.time("notBefore")
        notAfter = try validity.time("notAfter")
        try validity.finish()
        subject = try DistinguishedName(tbs.node("subject"), code: code, place: tbs.path("subject"))
        publicKey = try PublicKey(tbs.node("key"), code: code, place: tbs.path("key"))
        if var wrapped = try tbs.optionalExplicit(3, "extensions") {
            extensions = try CertificateExtension.list(wrapped.sequence("extensions"))
            try wrapped.finish()
        } else {
            extensions = []
        }
        standard = try StandardExtensions(extensions, place: place)
        try tbs.finish()
    }

    /// Reads a strict PEM text of one certificate or more.
    public static func list(pem text: [UInt8], at place: String = "certificates") throws -> [Certificate] {
        try PEM.certificates(text, place: place).enumerated().map { try Certificate(der: $1, at: "\(place)[\($0)]") }
    }

    /// The bytes of an extension, by its dotted identifier.
    public func extensionValue(_ identifier: Text) -> [UInt8]? {
        extensions.first { $0.identifier == identifier }?.value
    }

    func value(of identifier: ASN1ObjectIdentifier) -> [UInt8]? { extensionValue(Text("\(identifier)")) }

    var isSelfIssued: Bool { issuer == subject }

    /// Whether the key of `issuer` made this certificate's signature.
    func isSigned(by issuer: PublicKey) -> Bool {
        issuer.isValid(signature, over: signedBytes, signatureAlgorithm)
    }

    /// Throws `attestation.not-yet-valid` or `.expired`.
    func requireValid(at date: Instant) throws {
        if date < notBefore {
            throw AttestationError(.notYetValid, "valid from \(notBefore), not at \(date)", at: "\(subject)")
        }
        if date > notAfter {
            throw AttestationError(.expired, "valid until \(notAfter), not at \(date)", at: "\(subject)")
        }
    }
}
