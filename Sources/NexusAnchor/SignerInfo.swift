import Crypto
import NexusBase
import SwiftASN1
import X509

/// Who signed a token's content, and how (RFC 5652 section 5.3).
struct SignerInfo {
    private let issuer: [UInt8]
    private let serial: [UInt8]
    private let hash: HashName
    private let attributes: [UInt8]
    private let values: [[UInt8]: ASN1Node]
    private let algorithm: [UInt8]
    private let signature: [UInt8]

    init(_ node: ASN1Node, _ hash: HashName) throws {
        var reader = try DERReader(node)
        guard try reader.small() == 1 else {
            throw AnchorError(.notAllowed, "a signer that is not named by issuer and serial number")
        }
        var name = try DERReader(reader.take())
        issuer = Array(try name.take().encodedBytes)
        serial = TimeStampInfo.magnitude(try name.integer())
        try name.finish()
        guard try HashName(DERReader.algorithm(reader.take())) == hash else {
            throw AnchorError(.badToken, "two hash functions")
        }
        self.hash = hash
        let signed = try reader.take()
        var members = try DERReader(signed, .context(0))
        // What is signed is the SET OF, not the tag that it travels under (RFC 5652 section 5.4).
        attributes = [0x31] + signed.encodedBytes.dropFirst()
        var values: [[UInt8]: ASN1Node] = [:]
        for member in try members.all() {
            var attribute = try DERReader(member)
            let type = try attribute.identifier()
            var set = try DERReader(attribute.take(), .set)
            try attribute.finish()
            guard values.updateValue(try set.take(), forKey: type) == nil else {
                throw AnchorError(.badToken, "an attribute stands twice")
            }
            try set.finish()
        }
        self.values = values
        algorithm = try DERReader.algorithm(reader.take())
        signature = try reader.octets()
        guard reader.take(if: .context(1)) == nil else {
            throw AnchorError(.notAllowed, "unsigned attributes, which anybody could have added")
        }
        try reader.finish()
    }

    /// Whether the certificate is the one named.
    func names(_ certificate: Certificate) -> Bool {
        var coder = DER.Serializer()
        guard (try? coder.serialize(certificate.issuer)) != nil else { return false }
        return coder.serializedBytes == issuer
            && TimeStampInfo.magnitude(certificate.serialNumber.bytes) == serial
    }

    /// Checks the signed attributes against the content and the certificate, then the signature over them.
    func verify(_ content: [UInt8], by certificate: Certificate) throws {
        func value(_ name: [UInt8], _ what: String) throws -> ASN1Node {
            guard let node = values[name] else { throw AnchorError(.badToken, "no signed attribute \(what)") }
            return node
        }
        let type = try DERReader.primitive(value(ObjectName.contentType, "content type"), .objectIdentifier)
        guard Array(type) == ObjectName.timeStampInfo else { throw AnchorError(.badToken, "another content type") }
        let digest = try DERReader.primitive(value(ObjectName.messageDigest, "message digest"), .octetString)
        guard Array(digest) == hash.hash(content) else {
            throw AnchorError(.badSignature, "the content is not what was signed")
        }
        var coder = DER.Serializer()
        try coder.serialize(certificate)
        let bytes = coder.serializedBytes
        if let second = values[ObjectName.signingCertificateV2] {
            try Self.checkIdentity(second, bytes, isSecond: true)
        } else {
            try Self.checkIdentity(value(ObjectName.signingCertificate, "signing certificate"), bytes, isSecond: false)
        }
        guard
            certificate.publicKey.isValidSignature(
                signature, for: attributes, signatureAlgorithm: try signatureScheme())
        else { throw AnchorError(.badSignature, "the token's signature does not verify") }
    }

    /// The first certificate that the attribute names is the signer's (RFC 5816 section 2.2.1).
    private static func checkIdentity(_ node: ASN1Node, _ certificate: [UInt8], isSecond: Bool) throws {
        var attribute = try DERReader(node)
        var list = try DERReader(attribute.take())
        var first = try DERReader(list.take())
        var name: HashName?
        if isSecond {
            name = try first.take(if: .sequence).map { try HashName(DERReader.algorithm($0)) } ?? .sha256
        }
        let expected = name?.hash(certificate) ?? Array(Insecure.SHA1.hash(data: certificate))
        guard try first.octets() == expected else {
            throw AnchorError(.badSignature, "signed for another certificate")
        }
    }

    private func signatureScheme() throws -> Certificate.SignatureAlgorithm {
        switch (algorithm, hash) {
        case (ObjectName.rsaEncryption, .sha256), (ObjectName.sha256WithRSA, .sha256): .sha256WithRSAEncryption
        case (ObjectName.rsaEncryption, .sha384), (ObjectName.sha384WithRSA, .sha384): .sha384WithRSAEncryption
        case (ObjectName.rsaEncryption, .sha512), (ObjectName.sha512WithRSA, .sha512): .sha512WithRSAEncryption
        case (ObjectName.ecdsaWithSHA256, .sha256): .ecdsaWithSHA256
        case (ObjectName.ecdsaWithSHA384, .sha384): .ecdsaWithSHA384
        case (ObjectName.ecdsaWithSHA512, .sha512): .ecdsaWithSHA512
        case (ObjectName.ed25519, _): .ed25519
        default: throw AnchorError(.notAllowed, "a signature algorithm that is not taken here")
        }
    }
}
